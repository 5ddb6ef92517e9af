#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/store/variant.hpp"

/// Files that contain another one of the same unit. Every rlib contains its .rmeta, which is a
/// third of all bytes, and is stored without it.
namespace larder::store {

/// A file without a part of it.
struct Remainder {
  std::string bytes;
  /// Where the part was.
  std::uint64_t at = 0;
};

/// Nothing when `whole` does not contain `part`, or when it is too small to matter.
std::optional<Remainder> take_out(std::string_view part, std::string_view whole);

/// Makes the blobs of a variant's files into their contents. Both are in the same order. Returns
/// false if they do not fit, which only a damaged document can cause.
bool put_back(const std::vector<StoredFile>& files, std::vector<std::string>& contents);

}  // namespace larder::store
