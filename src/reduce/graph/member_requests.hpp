#pragma once

#include "../merged/crates.hpp"
#include "larder/reduce/graph/local_features.hpp"

// What cargo would download for a command: cargo decides it from its first resolution, in which a
// feature is on for every platform and kind of dependency once it is on for one, and development
// dependencies always count (cargo: ops/resolve.rs, `resolve_with_previous`, and core/package.rs,
// `PackageSet::download_accessible`). So it is more than what is compiled.

namespace larder::reduce {

/// What the selected packages, and local ones below them, ask of external packages, whether it is
/// compiled or not. What development dependencies ask counts for features alone where the command
/// has no use for them: it is in `[dev-dependencies]`, everything else in `[dependencies]`.
Tables member_requests(const Resolution& resolution, const LocalFeatures& features,
                       const cargo::CommandLine& command);

}  // namespace larder::reduce
