#pragma once

#include <string>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/reduce/skeleton.hpp"

// When cargo builds a workspace it resolves all of the lock file, also what only tests or other
// platforms need, and asks the index for each package of it. A skeleton's lock file has what is
// compiled. The whole is kept beside it, for those who want to build without network.

namespace larder::reduce {

/// The text of a lock file with all external packages of this one, and with the local packages that
/// they depend on.
std::string external_lock(const cargo::Workspace& workspace, const cargo::Lockfile& lock);

/// The crate of `request_workspace` to be asked for: cargo then downloads what it would download
/// for the command.
inline constexpr const char* requests_crate = "requests";

/// `Reduction::requests` with a crate beside it that depends on every package of `external_lock`.
/// Where cargo resolves it, it asks every index and fetches every repository that the real
/// workspace makes it ask. Throws `lock-parse`.
Skeleton request_workspace(std::vector<SkeletonManifest> requests, const std::string& lock_file);

}  // namespace larder::reduce
