#pragma once

#include "../merged/crates.hpp"
#include "larder/reduce/graph/local_features.hpp"

// What cargo would download for a command. This is more than what is compiled, because cargo
// decides it from its first resolution (cargo: ops/resolve.rs, `resolve_with_previous`, and
// core/package.rs, `PackageSet::download_accessible`). There, a feature that is on for one platform
// or kind of dependency is on for all of them, and development dependencies are always included.

namespace larder::reduce {

/// What the selected packages and the local packages below them request of external packages,
/// compiled or not. If the command does not build development dependencies, their requests only
/// affect features. These are in `[dev-dependencies]`, all others in `[dependencies]`.
Tables member_requests(const Resolution& resolution, const LocalFeatures& features,
                       const cargo::CommandLine& command);

}  // namespace larder::reduce
