#pragma once

#include <string>

#include "larder/base/source_tree.hpp"

namespace larder::recipe {

/// Completes the tree of an open recipe whose workspace root is `root` by what lies `here` in the
/// same places: directories that `[patch]` of the root manifest names, and path dependencies, of
/// which the recipe has no manifest. With `foreign`, patched members as well, if external packages
/// depend on them: of those a recipe of another tool has stubs. Throws `source-missing` for one
/// that is not here.
void bring_patched(const SourceTree& here, const std::string& root, bool foreign, MemoryTree& tree);

}  // namespace larder::recipe
