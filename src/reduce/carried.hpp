#pragma once

#include <map>
#include <set>
#include <vector>

#include "larder/reduce/resolution.hpp"
#include "larder/reduce/skeleton.hpp"

// Local packages that external ones depend on: which they are, and what the skeleton needs of them.

namespace larder::reduce {

/// The local packages among lock entries, by entry. Throws `unsupported` for one that cannot be
/// carried: outside the workspace root, the root itself, or selected by the command.
std::map<std::size_t, std::size_t> carried_among(const cargo::Workspace& workspace,
                                                 const cargo::Lockfile& lock,
                                                 const std::set<std::size_t>& kept,
                                                 const std::set<std::size_t>& selected);

/// Their directories and manifests, sorted by directory. Throws `unsupported` where a crate of the
/// skeleton lies in the same place.
std::vector<CarriedPackage> carried_packages(const Resolution& resolution,
                                             const std::vector<SkeletonManifest>& manifests);

/// What they inherit from the root manifest.
cargo::TomlTable carried_workspace_tables(const Resolution& resolution);

}  // namespace larder::reduce
