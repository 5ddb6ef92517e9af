#pragma once

#include <vector>

#include "crates.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::reduce {

/// A workspace with one crate, `requests`, that makes these requests. It also has the `[patch]` and
/// `[replace]` entries of the real workspace, used or not, because they decide where packages come
/// from. A local package that replaces an external one, but is no patched package, is an empty
/// crate.
std::vector<SkeletonManifest> request_manifests(const Resolution& resolution,
                                                const cargo::Config& config,
                                                const Tables& requests);

}  // namespace larder::reduce
