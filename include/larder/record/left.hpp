#pragma once

#include <map>
#include <string>
#include <string_view>

namespace larder::record {

/// The files that cook left in a directory: relative path → digest of what it wrote. A file whose
/// contents have changed since is no longer cook's.
using LeftFiles = std::map<std::string, std::string>;

/// As JSON with sorted keys.
std::string write_left(const LeftFiles& files);

/// Nothing when `text` is not such a record. Paths that lead out of the directory are skipped.
LeftFiles read_left(std::string_view text);

}  // namespace larder::record
