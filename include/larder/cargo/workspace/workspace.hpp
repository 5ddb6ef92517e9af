#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/base/id.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/manifest/manifest.hpp"
#include "larder/cargo/manifest/manifest_loader.hpp"
#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// A local package: a position in `Workspace::packages`.
using LocalId = Id<Package>;

/// A workspace as cargo sees it (cargo: core/workspace.rs), read without cargo, rustc or the
/// network. A package outside any workspace forms one of its own.
struct Workspace {
  std::string root_directory;
  std::optional<Manifest> root_manifest;
  /// The members sorted by directory, followed, once `load_path_dependencies` has run, by path
  /// dependencies that are not members.
  IdVector<LocalId, Package> packages;
  /// The first `member_count` packages are members.
  std::size_t member_count = 0;
  /// The members in the order in which cargo finds and lists them.
  std::vector<LocalId> members_as_found;
  /// The packages of a command without a selection, for the manifest that was started from, in the
  /// order of `default-members` and with its repetitions.
  std::vector<LocalId> default_members;
  /// The package of the root manifest; nothing for a virtual workspace.
  std::optional<LocalId> root_package;
  /// The package of the manifest that was started from; nothing for a virtual one.
  std::optional<LocalId> current_package;
  /// "1", "2" or "3".
  std::string resolver;
  /// From every manifest that was read, as in `ManifestLoader`.
  std::map<std::string, std::string> first_spellings;
  std::set<std::string> registries;
  /// Where the search for roots ends; empty for no limit.
  std::string cargo_home;

  /// The package in a directory; nothing when it has no local package.
  std::optional<LocalId> package_in(const std::string& directory) const;
  LocalId add_package(Package package);
  bool is_member(LocalId package) const { return package.index() < member_count; }
  IdRange<LocalId> member_ids() const { return IdRange<LocalId>(member_count); }
  /// A table of the root manifest that only the root may have: `profile`, `patch`, `replace`.
  const TomlTable& root_table(std::string_view name) const;

 private:
  std::map<std::string, LocalId> by_directory_;
};

/// The manifest that cargo would use in `directory`: its own or the nearest above. Throws
/// `manifest-missing`.
std::string find_manifest(const SourceTree& tree, const std::string& directory);

/// Throws `unsupported` when `--manifest-path` names a cargo script.
void refuse_script(const SourceTree& tree, const std::string& manifest);

/// The manifest that a command starts from: `flag`, the value of its `--manifest-path` relative to
/// `directory`, or the nearest one when it is empty. Throws `manifest-missing`, also for a path
/// that is not a Cargo.toml, and what `refuse_script` throws.
std::string start_manifest(const SourceTree& tree, const std::string& directory,
                           const std::string& flag);

/// Reads the workspace that the manifest at `manifest_path` belongs to, with its members. The
/// search for its root does not go above `cargo_home` (empty: no limit). Throws `manifest-*` and
/// `workspace-invalid`.
Workspace load_workspace(const SourceTree& tree, const std::string& manifest_path,
                         const std::string& cargo_home);

/// The directory of the workspace root that `load_workspace` would find, without reading the
/// members, which may be incomplete. Throws the errors of manifests up to the root.
std::string find_workspace_root(const SourceTree& tree, const std::string& manifest_path,
                                const std::string& cargo_home);

/// Adds the path dependencies that are not members, and their own. Cargo reads them only when it
/// resolves. Throws what `load_workspace` throws.
void load_path_dependencies(const SourceTree& tree, Workspace& workspace);

/// Throws the errors that cargo would report when it compiles a package (`Package::build_errors`).
void check_buildable(const Workspace& workspace);

}  // namespace larder::cargo
