#pragma once

#include <vector>

#include "crates.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::reduce {

/// A workspace of its own with one crate, `requests`, that asks for this, and with all that the
/// workspace says of where packages come from: `[patch]` and `[replace]`, used or not. A local
/// package that takes the place of an external one, and is not carried, is an empty crate there.
std::vector<SkeletonManifest> request_manifests(const Resolution& resolution,
                                                const cargo::Config& config,
                                                const Tables& requests);

}  // namespace larder::reduce
