#pragma once

#include <set>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

// Local packages that external ones depend on, by `[patch]` to a path.

namespace larder::cargo {

/// Calls `visit` with every `[patch]` table and the directory that relative paths in it start from:
/// those of the config files first, which win, then that of the root manifest.
void for_patch_tables(
    const Workspace& workspace, const Config& config,
    const std::function<void(const TomlTable& patches, const std::string& base)>& visit);

/// The directories that `[patch]` names, in the root manifest and the config.
std::set<std::string> patched_directories(const Workspace& workspace, const Config& config);

/// The error for a package that `[patch]` takes from a directory where nothing is.
Error patched_is_missing(const std::string& name, const std::string& directory);

/// Adds the packages that `[patch]` and `[replace]` take from a path, in the root manifest or the
/// config, as far as they are in the lock file, with their path dependencies. What packages that
/// are no members inherit is written out in their documents. Throws `source-missing` where the
/// directory of one below the workspace root is not there, and what reading a manifest throws.
void load_patched(const SourceTree& tree, Workspace& workspace, const Lockfile& lock,
                  const Config& config);

/// The entry of the lock file that has a local package exactly as its manifest does.
std::optional<std::size_t> exact_entry(const Lockfile& lock, const Package& package);

/// The local package of an entry of the lock file, by its index; nothing when it has none. Two
/// packages may have one name, a member and one that `[patch]` takes from a path: they are told
/// apart by their versions. A version may have been changed since the lock file was written, as
/// long as it is clear whose (cargo: `build_path_deps` in core/resolver/encode.rs).
std::optional<std::size_t> package_of(const Workspace& workspace, const Lockfile& lock,
                                      std::size_t index);
/// The other way round: the entry of a local package, by its index in the workspace.
std::optional<std::size_t> entry_of(const Workspace& workspace, const Lockfile& lock,
                                    std::size_t package);

/// Everything that is compiled below `roots`: as `Lockfile::closure`, but without the development
/// dependencies of local packages.
std::set<std::size_t> compiled_closure(const Workspace& workspace, const Lockfile& lock,
                                       const std::set<std::size_t>& roots);

/// The manifest of a local package as others that depend on it see it: without development
/// dependencies and metadata; with `library_alone`, without its other targets too.
std::string dependency_manifest(const Package& package, bool library_alone = false);

/// The manifest of such a package where nobody knows yet who else builds it: without metadata, and
/// without what only a root can say. Its development dependencies are those of any version, as
/// versions of local packages need not be their own. `dependency_manifest` of it is that of the
/// package.
std::string whole_manifest(const Package& package);

/// What packages inherit from the root manifest, as the tables of its `[workspace]`;
/// with `development`, what their development dependencies inherit as well.
TomlTable inherited_tables(const Workspace& workspace, const std::set<std::size_t>& packages,
                           bool development = false);

/// The files of the package in a directory, as seen from there, sorted: a superset of what cargo
/// lists for it (cargo: sources/path.rs, `list_files_walk`). Left out are hidden files, `target`,
/// whatever else is marked as a target directory, and nested packages.
std::vector<std::string> package_files(const SourceTree& tree, const std::string& directory);

}  // namespace larder::cargo
