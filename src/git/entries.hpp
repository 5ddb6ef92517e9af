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

/// By name, which git keeps in another order.
using Entries = std::map<std::string, Entry>;

struct IdOrder {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_cmp(&a, &b) < 0; }
};

/// Directories by object id. Those in use stay alive when it is emptied.
class DirectoryCache {
 public:
  /// Null when it is not known.
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
  /// In entries: some ten megabytes.
  static constexpr std::size_t largest = 100000;

  std::map<git_oid, std::shared_ptr<const Entries>, IdOrder> known_;
  std::size_t size_ = 0;
};

}  // namespace larder::git
