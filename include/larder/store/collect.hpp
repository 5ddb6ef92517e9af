#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "larder/store/store.hpp"

namespace larder::store {

struct Limits {
  /// Of all blobs as they are on disk.
  std::uint64_t bytes = std::uint64_t{10} << 30U;
  std::size_t variants_of_a_key = most_variants;
};

/// What is in a store.
struct Usage {
  std::size_t variants = 0;
  std::size_t blobs = 0;
  /// On disk, and uncompressed with what several variants share counted each time.
  std::uint64_t bytes = 0;
  std::uint64_t logical_bytes = 0;
};

struct Collected {
  std::size_t variants = 0;
  std::size_t blobs = 0;
  std::uint64_t bytes = 0;
};

/// Reads all documents.
Usage usage_of(const Store& store);

/// The size on disk alone, without reading a document.
std::uint64_t bytes_of(const Store& store);

/// Removes the variants of a key beyond their number and, where the blobs are larger than the
/// limit, others down to nine tenths of it, those first that were used last the longest ago; then
/// blobs that only those had, others that no variant has and that are older than an hour, and what
/// has lain in `tmp` for a day. Nothing where others use the store: they are not waited for. The
/// caller holds no lock of it.
std::optional<Collected> collect(const Store& store, const Limits& limits);

}  // namespace larder::store
