#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/lockfile.hpp"
#include "larder/cargo/manifest.hpp"
#include "larder/cargo/package.hpp"

namespace larder::cargo {

/// A workspace as cargo sees it (cargo: core/workspace.rs), read without cargo, rustc or the
/// network. A package that belongs to no workspace is one of its own.
struct Workspace {
  std::string root_directory;
  std::optional<Manifest> root_manifest;
  /// Every local package: the members sorted by directory, then path dependencies that are no
  /// members.
  std::vector<Package> packages;
  /// The first `member_count` packages are members.
  std::size_t member_count = 0;
  std::vector<std::size_t> default_members;
  /// The package of the root manifest; nothing for a virtual workspace.
  std::optional<std::size_t> root_package;
  /// The package of the manifest that was started from; nothing for a virtual one.
  std::optional<std::size_t> current_package;
  /// "1", "2" or "3".
  std::string resolver;

  std::optional<std::size_t> package_in(const std::string& directory) const;
  bool is_member(std::size_t package) const { return package < member_count; }
  /// A table of the root manifest that only the root may have: `profile`, `patch`, `replace`.
  const TomlTable& root_table(std::string_view name) const;
};

/// The manifest that cargo would use in `directory`: its own or the nearest above. Throws
/// `manifest-missing`.
std::string find_manifest(const SourceTree& tree, const std::string& directory);

/// Reads the workspace that the manifest at `manifest_path` belongs to. Throws `manifest-*` and
/// `workspace-invalid`.
Workspace load_workspace(const SourceTree& tree, const std::string& manifest_path);

/// The `Cargo.lock` beside the root manifest. Throws `lock-missing` or `lock-parse`.
Lockfile load_lockfile(const SourceTree& tree, const Workspace& workspace);

}  // namespace larder::cargo
