#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "larder/store/store.hpp"

namespace larder::store {

/// What came from one store to another.
struct Transferred {
  std::size_t variants = 0;
  /// They were there already, or four others of the same key.
  std::size_t present = 0;
  /// Some blob of them is missing or damaged.
  std::size_t damaged = 0;
  /// Their conditions are values of variables or contents of files, digested by the other store's
  /// own key, which are not the same here.
  std::size_t unknown = 0;
};

struct Transfer {
  /// Which variants, by key and name.
  std::function<bool(const std::string& key, const std::string& variant)> is_wanted;
  /// What a variable is here.
  std::function<std::optional<std::string>(const std::string& name)> value_of;
  /// What is at a path here, which is named as in `Variant::reads`.
  std::function<std::optional<std::string>(const std::string& read)> state_of;
};

/// Brings variants with their blobs, and the dates of their last use. Every blob is read and
/// compared with its digest. What is there is left as it is. Throws `file-write`.
Transferred transfer(Store& from, Store& to, const Transfer& which);

/// The keys that a store has variants of, sorted.
std::vector<std::string> keys_in(const Store& store);

/// Opens a store, and makes it where there is none: with the key of another one, so that digests of
/// variables mean the same in both. Throws what opening a store throws.
Store open_beside(const Store& like, std::string directory, bool trusted, std::string secret);

}  // namespace larder::store
