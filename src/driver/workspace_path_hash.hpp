#pragma once

#include <string>

namespace larder::driver {

/// The value of `{workspace-path-hash}` in `build.build-dir` (util/context: `build_dir`): the hash
/// of the root manifest's path, such as "1f/23456789abcdef". `manifest` is absolute and free of
/// symbolic links. The result is that of a 64-bit little-endian cargo; cook checks that the cargo
/// in use agrees.
std::string workspace_path_hash(const std::string& manifest);

}  // namespace larder::driver
