#include "larder/store/collect.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::store {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t collect_hour = 3'600'000'000'000;

struct KeptBlob {
  std::string path;
  std::uint64_t bytes = 0;
  std::size_t users = 0;
  /// Its last user was removed by this collection, so nothing is about to use it.
  bool is_dropped = false;
};

struct KeptVariant {
  std::string document;
  std::int64_t used = 0;
  std::set<std::string> blobs;
  std::uint64_t logical_bytes = 0;
  bool is_local = false;
};

/// Calls `with_file(path)` for every file below a directory, except those that vanish meanwhile.
template <typename Function>
void each_file(const std::string& directory, Function with_file) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) with_file(it->path().string());
  }
}

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

bool is_older(const std::string& path, std::int64_t age) {
  const auto now = now_in_nanoseconds();
  return modified(path).value_or(now) < now - age;
}

/// Everything that a store contains.
class Inventory {
 public:
  explicit Inventory(const Store& store) : directory_(store.directory()) {
    each_file(path::join(directory_, "blobs"), [&](const std::string& file) {
      const auto size = size_of(file);
      bytes_ += size;
      blobs_[path::stem(file)] = {file, size};
    });
    each_file(path::join(directory_, "units"), [&](const std::string& file) { take(file); });
  }

  Usage usage() const {
    Usage out{0, 0, blobs_.size(), bytes_, 0};
    for (const auto& [key, variants] : by_key_) {
      out.variants += variants.size();
      for (const auto& variant : variants) {
        out.logical_bytes += variant.logical_bytes;
        out.local_variants += variant.is_local ? 1U : 0U;
      }
    }
    return out;
  }

  Collected collect(const Limits& limits) {
    for (const auto& document : damaged_) remove_document(document);
    for (auto& [key, variants] : by_key_) drop_beyond(limits.variants_of_a_key, variants);
    if (used_bytes() > limits.bytes) drop_down_to(limits.bytes / 10 * 9);
    for (const auto& [digest, blob] : blobs_) {
      if (blob.users > 0 || (!blob.is_dropped && !is_older(blob.path, collect_hour))) continue;
      if (::unlink(blob.path.c_str()) != 0) continue;
      ++collected_.blobs;
      collected_.bytes += blob.bytes;
    }
    each_file(path::join(directory_, "tmp"), [&](const std::string& file) {
      if (is_older(file, 24 * collect_hour)) ::unlink(file.c_str());
    });
    return collected_;
  }

 private:
  void take(const std::string& file) {
    const auto text = read_bytes(file);
    const auto variant = text ? read_variant(*text, path::stem(file)) : std::nullopt;
    if (!variant) {
      damaged_.push_back(file);
      return;
    }
    KeptVariant kept{file, modified(file).value_or(0), {}, 0, variant->is_local};
    for (const auto& stored : variant->files) {
      kept.logical_bytes += stored.size;
      kept.blobs.insert(stored.blob);
    }
    for (const auto& blob : kept.blobs) {
      if (const auto found = blobs_.find(blob); found != blobs_.end()) ++found->second.users;
    }
    by_key_[path::parent(file)].push_back(std::move(kept));
  }

  static bool was_used_later(const KeptVariant& a, const KeptVariant& b) {
    return std::tie(a.used, a.document) > std::tie(b.used, b.document);
  }

  void drop_beyond(std::size_t number, std::vector<KeptVariant>& variants) {
    std::sort(variants.begin(), variants.end(), was_used_later);
    while (variants.size() > number) {
      drop(variants.back());
      variants.pop_back();
    }
  }

  /// Source edits leave many variants of local units, which must not push out the external ones.
  void drop_down_to(std::uint64_t bytes) {
    auto local = variants_where([](const KeptVariant& variant) { return variant.is_local; });
    auto external = variants_where([](const KeptVariant& variant) { return !variant.is_local; });
    auto left = used_bytes();
    auto local_bytes = bytes_of(local);
    for (; left > bytes && local_bytes > bytes / 4 && !local.empty(); local.pop_back()) {
      const auto freed = drop(local.back());
      left -= freed;
      local_bytes -= std::min(freed, local_bytes);
    }
    for (auto* variants : {&external, &local}) {
      for (; left > bytes && !variants->empty(); variants->pop_back())
        left -= drop(variants->back());
    }
  }

  template <typename Predicate>
  std::vector<KeptVariant> variants_where(const Predicate& is_meant) const {
    std::vector<KeptVariant> out;
    for (const auto& [key, variants] : by_key_)
      std::copy_if(variants.begin(), variants.end(), std::back_inserter(out), is_meant);
    std::sort(out.begin(), out.end(), was_used_later);
    return out;
  }

  /// Of the blobs that only these variants use.
  std::uint64_t bytes_of(const std::vector<KeptVariant>& variants) const {
    std::map<std::string, std::size_t> users;
    for (const auto& variant : variants) {
      for (const auto& blob : variant.blobs) ++users[blob];
    }
    std::uint64_t out = 0;
    for (const auto& [digest, count] : users) {
      const auto found = blobs_.find(digest);
      if (found != blobs_.end() && found->second.users == count) out += found->second.bytes;
    }
    return out;
  }

  /// Returns the size of the blobs that nothing else needs.
  std::uint64_t drop(const KeptVariant& variant) {
    remove_document(variant.document);
    ++collected_.variants;
    std::uint64_t freed = 0;
    for (const auto& digest : variant.blobs) {
      const auto found = blobs_.find(digest);
      if (found == blobs_.end() || --found->second.users > 0) continue;
      found->second.is_dropped = true;
      freed += found->second.bytes;
    }
    return freed;
  }

  /// Also removes the directory of its key if that is empty now.
  static void remove_document(const std::string& document) {
    ::unlink(document.c_str());
    ::rmdir(path::parent(document).c_str());
  }

  std::uint64_t used_bytes() const {
    std::uint64_t out = 0;
    for (const auto& [digest, blob] : blobs_) out += blob.users > 0 ? blob.bytes : 0;
    return out;
  }

  std::string directory_;
  std::map<std::string, KeptBlob> blobs_;
  std::map<std::string, std::vector<KeptVariant>> by_key_;
  std::vector<std::string> damaged_;
  std::uint64_t bytes_ = 0;
  Collected collected_;
};

}  // namespace

Usage usage_of(const Store& store) {
  return Inventory(store).usage();
}

std::uint64_t bytes_of(const Store& store) {
  std::uint64_t out = 0;
  each_file(path::join(store.directory(), "blobs"),
            [&](const std::string& file) { out += size_of(file); });
  return out;
}

std::optional<Collected> collect(const Store& store, const Limits& limits) {
  const Lock lock(store.directory(), Lock::Kind::Exclusive);
  if (!lock.is_held()) return std::nullopt;
  return Inventory(store).collect(limits);
}

}  // namespace larder::store
