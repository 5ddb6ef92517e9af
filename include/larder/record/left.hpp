#pragma once

#include <map>
#include <string>
#include <string_view>

namespace larder::record {

/// The files that cook left in a directory: path as seen from it → digest of what it wrote. A file
/// with other contents is not cook's any more.
using LeftFiles = std::map<std::string, std::string>;

/// As JSON with sorted keys.
std::string write_left(const LeftFiles& files);

/// Nothing for what is no such record; paths that leave their directory are passed over.
LeftFiles read_left(std::string_view text);

}  // namespace larder::record
