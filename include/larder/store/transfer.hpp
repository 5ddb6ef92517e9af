#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "larder/store/store.hpp"

namespace larder::store {

/// The result of copying between two stores.
struct Transferred {
  std::size_t variants = 0;
  /// Already there, or four others with the same key are.
  std::size_t present = 0;
  /// A blob is missing or damaged.
  std::size_t damaged = 0;
  /// Their conditions are values of variables or contents of files that were digested with the
  /// other store's key and are different here.
  std::size_t unknown = 0;
};

struct Transfer {
  std::function<bool(const std::string& key, const Variant& variant)> is_wanted;
  /// The value of a variable on this machine.
  std::function<std::optional<std::string>(const std::string& name)> value_of;
  /// The state of a path on this machine, named as in `Variant::reads`.
  std::function<std::optional<std::string>(const std::string& read)> state_of;
};

/// Copies variants with their blobs and the dates of their last use. Every blob is read and checked
/// against its digest. Existing entries are left unchanged. Throws `file-write`.
Transferred transfer(Store& from, Store& to, const Transfer& which);

/// The keys that a store has variants for, sorted.
std::vector<std::string> keys_in(const Store& store);

/// Opens a store. Creates it, if missing, with the key of `like`, so that digests of variables mean
/// the same in both. Throws the errors of opening a store.
Store open_beside(const Store& like, std::string directory, bool trusted, std::string secret);

}  // namespace larder::store
