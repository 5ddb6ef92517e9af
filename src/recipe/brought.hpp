#pragma once

#include <string>

#include "larder/base/source_tree.hpp"

namespace larder::recipe {

/// Completes the tree of an open recipe with the workspace root `root`. Copies directories from the
/// same places in `here` if a path dependency or `[patch]` names them and the recipe has no
/// manifest of them. With `foreign`, also copies patched members that external packages depend on,
/// because a recipe of another tool has only stubs of them. Throws `source-missing` if such a
/// member is not in `here`.
void bring_patched(const SourceTree& here, const std::string& root, bool foreign, MemoryTree& tree);

}  // namespace larder::recipe
