#pragma once

#include <map>
#include <set>
#include <vector>

#include "larder/reduce/graph/resolution.hpp"
#include "larder/reduce/skeleton.hpp"

// Local packages that external ones depend on: which they are, and what the skeleton needs of them.

namespace larder::reduce {

/// The local packages among these lock entries: entry → package. Throws `unsupported` for one that
/// cannot be carried: it is outside the workspace root, or in an unknown directory.
std::map<cargo::LockId, cargo::LocalId> patched_among(const cargo::Workspace& workspace,
                                                      const cargo::Lockfile& lock,
                                                      const std::set<cargo::LockId>& kept);

/// The selected packages that external packages depend on and that have targets with
/// `required-features`. They may turn out to be patched packages.
std::map<cargo::LockId, cargo::LocalId> assumed_patched(const cargo::Workspace& workspace,
                                                        const cargo::Lockfile& lock,
                                                        const std::set<cargo::LocalId>& selected);

/// Whether an external package among the kept ones depends on any of them.
bool external_needs_any(const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept,
                        const std::map<cargo::LockId, cargo::LocalId>& patched);

/// The manifest of a patched package in a skeleton.
std::string patched_manifest(const Resolution& resolution, cargo::LocalId index);

/// The patched packages with their directories and manifests, sorted by directory.
std::vector<PatchedPackage> patched_packages(const Resolution& resolution);

/// The same for commands that are not known yet.
std::vector<PatchedPackage> whole_patched_packages(const Resolution& resolution);

/// Whether the root package is patched. The root manifest of the skeleton is then that of the
/// package, and not virtual.
bool root_is_patched(const Resolution& resolution);

/// Throws `unsupported` if a patched package and a crate of the skeleton are in the same top-level
/// directory.
void check_places(const Resolution& resolution, const std::vector<PatchedPackage>& patched,
                  const std::vector<SkeletonManifest>& manifests);

/// What patched packages inherit from the root manifest.
cargo::TomlTable patched_workspace_tables(const Resolution& resolution);

}  // namespace larder::reduce
