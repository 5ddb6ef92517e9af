#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flat_toml.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/report/causes.hpp"

namespace larder::report {

/// The files that a workspace was read from.
struct WorkspaceFiles {
  using Documents = std::map<std::string, std::shared_ptr<const cargo::TomlDocument>>;
  /// By path, as shown to the user.
  Documents manifests;
  Documents configs;
  std::string root_manifest;
  std::string lock_path;
  cargo::Lockfile lock;
  std::optional<cargo::ToolchainFile> toolchain;
  /// The files of targets as shown, and the manifest that each belongs to.
  std::map<std::string, std::string> targets;

  /// Throws what reading throws.
  static WorkspaceFiles of(const DerivedTree& tree);
};

/// A value that differs between two manifests or config files of the same path.
struct FileChange {
  std::string file;
  KeyPath keys;
  /// Where the value is now, or where it was if it is gone.
  Cause cause;
  /// The external packages that it names.
  std::set<std::string> packages;
  bool operator==(const FileChange&) const = default;
};

std::vector<FileChange> manifest_changes(const WorkspaceFiles& before, const WorkspaceFiles& after);
std::vector<FileChange> config_changes(const WorkspaceFiles& before, const WorkspaceFiles& after);

/// Whether a key affects which local packages, targets and features there are, or how they depend
/// on each other.
bool is_structural(const KeyPath& keys);

}  // namespace larder::report
