#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "larder/store/store.hpp"

namespace larder::store {

struct Limits {
  /// For all blobs, as on disk. If they exceed it, local units may keep a quarter.
  std::uint64_t bytes = std::uint64_t{10} << 30U;
  std::size_t variants_of_a_key = most_variants;
};

/// The contents of a store.
struct Usage {
  std::size_t variants = 0;
  /// Those of local packages.
  std::size_t local_variants = 0;
  std::size_t blobs = 0;
  /// On disk; and uncompressed, with blobs shared by several variants counted each time.
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

/// Only the size on disk, without reading documents.
std::uint64_t bytes_of(const Store& store);

/// Collects garbage. Removes the variants of a key beyond its limit. When the blobs exceed the size
/// limit, removes further variants, least recently used first, down to nine tenths of it: first
/// those of local packages that exceed their share, then external ones, then the rest. Then
/// removes the blobs that only those variants used, other unused blobs older than an hour, and
/// files that have been in `tmp` for a day. Returns nothing, without waiting, when others use the
/// store. The caller must not hold a lock on it.
std::optional<Collected> collect(const Store& store, const Limits& limits);

}  // namespace larder::store
