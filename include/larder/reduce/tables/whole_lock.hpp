#pragma once

#include <string>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/reduce/skeleton.hpp"

// When cargo builds a workspace, it resolves the whole lock file, including packages needed only by
// tests or other platforms, and queries the index for each of them. A skeleton's lock file has only
// what is compiled. The whole one is kept beside it for builds without network.

namespace larder::reduce {

/// The text of a lock file with all external packages of `lock`, and the local packages that they
/// depend on.
std::string external_lock(const cargo::Workspace& workspace, const cargo::Lockfile& lock);

/// The crate of `request_workspace` to resolve. Cargo then downloads what it would download for the
/// command.
inline constexpr const char* requests_crate = "requests";

/// `Reduction::requests`, plus a crate that depends on every package of `external_lock`. To resolve
/// it, cargo queries every index and fetches every repository that the real workspace needs. Throws
/// `lock-parse`.
Skeleton request_workspace(std::vector<SkeletonManifest> requests, const std::string& lock_file);

}  // namespace larder::reduce
