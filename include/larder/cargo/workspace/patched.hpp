#pragma once

#include <set>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

// Local packages that external ones depend on, through a `[patch]` with a path.

namespace larder::cargo {

/// Calls `visit` with every `[patch]` table and the directory that its relative paths are based on:
/// those of the config files first, which win, then that of the root manifest.
void for_patch_tables(
    const Workspace& workspace, const Config& config,
    const std::function<void(const TomlTable& patches, const std::string& base)>& visit);

/// The directories named by `[patch]` in the root manifest and the config.
std::set<std::string> patched_directories(const Workspace& workspace, const Config& config);

/// The error for a `[patch]` with a path where there is no package.
Error patched_is_missing(const std::string& name, const std::string& directory);

/// Adds the packages that `[patch]` and `[replace]` take from a path, in the root manifest or the
/// config, if they are in the lock file, with their path dependencies. Inherited values of packages
/// that are not members are written out in their documents. Throws `source-missing` when the
/// directory of one below the workspace root does not exist, and the errors of reading a manifest.
void load_patched(const SourceTree& tree, Workspace& workspace, const Lockfile& lock,
                  const Config& config);

/// The lock entry that describes a local package exactly as its manifest does.
std::optional<LockId> exact_entry(const Lockfile& lock, const Package& package);

/// The local package of a lock entry; nothing when it has none. Two packages may have the
/// same name, a member and one that `[patch]` takes from a path; their versions distinguish them.
/// The version may have changed since the lock file was written, if the package is still
/// unambiguous (cargo: `build_path_deps` in core/resolver/encode.rs).
std::optional<LocalId> package_of(const Workspace& workspace, const Lockfile& lock, LockId index);
/// The reverse: the lock entry of a local package.
std::optional<LockId> entry_of(const Workspace& workspace, const Lockfile& lock, LocalId package);

/// Everything that is compiled for `roots`: like `Lockfile::closure`, but without the
/// dev-dependencies of local packages.
std::set<LockId> compiled_closure(const Workspace& workspace, const Lockfile& lock,
                                  const std::set<LockId>& roots);

/// The manifest of a local package as its dependents see it: without dev-dependencies, metadata and
/// other targets than the library. `with_programs` keeps those, for artifact dependencies.
std::string dependency_manifest(const Package& package, bool with_programs = false);

/// The manifest of such a package when it is not yet known what else builds it: without metadata,
/// and without keys that only a workspace root may have. Its dev-dependencies accept any version,
/// because the versions of local packages may not be their real ones. `dependency_manifest` gives
/// the same for it as for the package.
std::string whole_manifest(const Package& package);

/// What packages inherit from the root manifest, as the tables of its `[workspace]`; with
/// `development`, including what their dev-dependencies inherit.
TomlTable inherited_tables(const Workspace& workspace, const std::set<LocalId>& packages,
                           bool development = false);

/// The files of the package in a directory, relative to it and sorted: a superset of what cargo
/// lists (cargo: sources/path.rs, `list_files_walk`). Excludes hidden files, `target`, anything
/// else marked as a target directory, and nested packages.
std::vector<std::string> package_files(const SourceTree& tree, const std::string& directory);

}  // namespace larder::cargo
