#pragma once

#include <string>

namespace larder::cook {

/// What cargo puts for `{workspace-path-hash}` in `build.build-dir` (util/context: `build_dir`):
/// the hash of the root manifest's path, as "1f/23456789abcdef". `manifest` is absolute and has no
/// symbolic links in it. On 64-bit little-endian machines, which all of ours are.
std::string workspace_path_hash(const std::string& manifest);

}  // namespace larder::cook
