#pragma once

#include <string>

namespace larder::driver {

/// What cargo puts for `{workspace-path-hash}` in `build.build-dir` (util/context: `build_dir`):
/// the hash of the root manifest's path, as "1f/23456789abcdef". `manifest` is absolute and has no
/// symbolic links in it. As a little-endian cargo of 64 bits computes it: cook asks the one at hand
/// whether it agrees.
std::string workspace_path_hash(const std::string& manifest);

}  // namespace larder::driver
