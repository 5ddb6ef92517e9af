#include "larder/store/transfer.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/store/hash.hpp"

namespace larder::store {

namespace {

namespace fs = std::filesystem;

/// The variant as `to` would have saved it. Nothing if one of its values is not known here.
std::optional<Variant> translated(Variant variant, const Store& from, const Store& to,
                                  const Transfer& which) {
  if (from.key() == to.key()) return variant;
  for (auto& [name, digest] : variant.variables) {
    if (!digest) continue;
    const auto value = which.value_of(name);
    if (from.digest_of(value) != digest) return std::nullopt;
    digest = to.digest_of(value);
  }
  for (auto& [name, digest] : variant.reads) {
    const auto state = which.state_of(name);
    if (from.digest_of(state) != digest) return std::nullopt;
    digest = to.digest_of_value(*state);
  }
  return variant;
}

}  // namespace

std::vector<std::string> keys_in(const Store& store) {
  std::vector<std::string> out;
  const auto units = path::join(store.directory(), "units");
  for (const auto& part : names_in(units)) {
    for (auto& name : names_in(path::join(units, part)))
      if (is_digest(name)) out.push_back(std::move(name));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Transferred transfer(Store& from, Store& to, const Transfer& which) {
  Transferred out;
  for (const auto& key : keys_in(from)) {
    for (const auto& found : from.variants(key)) {
      if (!which.is_wanted(key, found.variant)) continue;
      const auto variant = translated(found.variant, from, to, which);
      if (!variant) {
        ++out.unknown;
        continue;
      }
      const auto there = to.variants(key);
      const bool is_there = std::any_of(there.begin(), there.end(), [&](const auto& other) {
        return name_of(other.variant) == name_of(*variant);
      });
      if (is_there || there.size() >= most_variants) {
        ++out.present;
      } else if (to.take(from, key, *variant, modified(found.document))) {
        ++out.variants;
      } else {
        ++out.damaged;
      }
    }
  }
  return out;
}

Store open_beside(const Store& like, std::string directory, bool trusted, std::string secret) {
  std::error_code error;
  const bool is_new = !fs::exists(directory, error);
  if (is_new || fs::is_empty(directory, error)) {
    make_directories(directory);
    if (is_new) ::chmod(directory.c_str(), 0755);
    write_new_file(path::join(directory, "key"), like.key() + "\n");
  }
  return {std::move(directory), Access::ReadAndWrite, trusted, std::move(secret)};
}

}  // namespace larder::store
