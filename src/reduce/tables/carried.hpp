#pragma once

#include <map>
#include <set>
#include <vector>

#include "larder/reduce/graph/resolution.hpp"
#include "larder/reduce/skeleton.hpp"

// Local packages that external ones depend on: which they are, and what the skeleton needs of them.

namespace larder::reduce {

/// The local packages among lock entries, by entry. Throws `unsupported` for one that cannot be
/// carried, as it lies outside the workspace root.
std::map<std::size_t, std::size_t> carried_among(const cargo::Workspace& workspace,
                                                 const cargo::Lockfile& lock,
                                                 const std::set<std::size_t>& kept);

/// The selected packages with targets that require features, where external packages depend on
/// them: they may be among those that are carried.
std::map<std::size_t, std::size_t> assumed_carried(const cargo::Workspace& workspace,
                                                   const cargo::Lockfile& lock,
                                                   const std::set<std::size_t>& selected);

/// Whether an external package among the kept ones depends on any of them.
bool external_needs_any(const cargo::Lockfile& lock, const std::set<std::size_t>& kept,
                        const std::map<std::size_t, std::size_t>& carried);

/// Their directories and manifests, sorted by directory. Of those that the skeleton selects the
/// library alone is left.
std::vector<CarriedPackage> carried_packages(const Resolution& resolution,
                                             const std::set<std::size_t>& selected);

/// The same for commands that are not known yet.
std::vector<CarriedPackage> whole_carried_packages(const Resolution& resolution);

/// Whether the root package is one of them: then the root of the skeleton is that package, and not
/// virtual.
bool carries_root(const Resolution& resolution);

/// Throws `unsupported` where a crate of the skeleton lies in the place of one of them.
void check_places(const Resolution& resolution, const std::vector<CarriedPackage>& carried,
                  const std::vector<SkeletonManifest>& manifests);

/// What they inherit from the root manifest.
cargo::TomlTable carried_workspace_tables(const Resolution& resolution);

}  // namespace larder::reduce
