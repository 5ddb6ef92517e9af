#pragma once

#include <cstddef>

#include "larder/store/store.hpp"

namespace larder::store {

struct Checked {
  std::size_t variants = 0;
  std::size_t blobs = 0;
  /// Of both, those that are damaged, and variants of which a blob is missing.
  std::size_t damaged = 0;
  /// Variants without the signature that the store is read by.
  std::size_t foreign = 0;
};

/// Reads everything. What is damaged is removed, where the store may be written.
Checked check(const Store& store);

}  // namespace larder::store
