#pragma once

#include <git2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace larder::git {

enum class EntryType : std::uint8_t { Absent, File, Executable, Link, Directory, Submodule };

struct Entry {
  EntryType type = EntryType::Absent;
  git_oid id{};
};

/// Sorted by name; git sorts differently.
using Entries = std::map<std::string, Entry>;

struct IdOrder {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_cmp(&a, &b) < 0; }
};

/// Directories by object id. Entries that are in use outlive an eviction.
class DirectoryCache {
 public:
  /// Null when not cached.
  std::shared_ptr<const Entries> find(const git_oid& id) const {
    const auto found = known_.find(id);
    return found == known_.end() ? nullptr : found->second;
  }
  void add(const git_oid& id, std::shared_ptr<const Entries> entries) {
    size_ += entries->size() + 1;
    if (size_ > largest) {
      known_.clear();
      size_ = entries->size() + 1;
    }
    known_.insert_or_assign(id, std::move(entries));
  }

 private:
  /// In entries; some ten megabytes.
  static constexpr std::size_t largest = 100000;

  std::map<git_oid, std::shared_ptr<const Entries>, IdOrder> known_;
  std::size_t size_ = 0;
};

}  // namespace larder::git
