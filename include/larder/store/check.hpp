#pragma once

#include <cstddef>

#include "larder/store/store.hpp"

namespace larder::store {

struct Checked {
  std::size_t variants = 0;
  std::size_t blobs = 0;
  /// The number of damaged variants and blobs, and of variants with a missing blob.
  std::size_t damaged = 0;
  /// Variants without the signature that the store is opened with.
  std::size_t foreign = 0;
};

/// Reads everything. Removes what is damaged if the store is writable.
Checked check(const Store& store);

}  // namespace larder::store
