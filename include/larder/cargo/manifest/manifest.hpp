#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/manifest/package.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// An entry of `[workspace.dependencies]`.
struct SharedDependency {
  /// What a member inherits. Has no kind, platform or position.
  Dependency dependency;
  /// Whether it has the key `default_features`, which edition 2024 refuses.
  bool has_old_spelling = false;
  /// Thrown when a member inherits it: cargo does not look at an entry that none uses.
  std::optional<Error> problem;
};
using SharedDependencies = std::map<std::string, SharedDependency, std::less<>>;

/// A parsed `Cargo.toml` with the types of all known keys checked, and nothing interpreted but
/// `[workspace.dependencies]`, which many members may inherit from: enough to search for a
/// workspace root.
class Manifest {
 public:
  /// Throws `manifest-missing`, `manifest-parse` or `file-read`, and `manifest-invalid` for a known
  /// key with a value of the wrong type.
  static Manifest load(const SourceTree& tree, const std::string& path);

  const std::string& path() const { return document_->file; }
  std::string directory() const;
  TomlCursor root() const;
  bool has_package() const;
  /// `[package]`, or its old name `[project]`.
  std::optional<TomlCursor> package() const;
  std::optional<TomlCursor> workspace() const { return root().find("workspace"); }

  const SharedDependencies& shared_dependencies() const { return *shared_dependencies_; }

  const std::shared_ptr<const TomlDocument>& document() const { return document_; }

 private:
  std::shared_ptr<const TomlDocument> document_;
  std::shared_ptr<const SharedDependencies> shared_dependencies_;
};

/// Returns the manifest of the workspace root that a package inherits from; null when there is
/// none. Called only when something is inherited.
using FindWorkspaceRoot = std::function<const Manifest*()>;

/// Reads the package of a manifest as cargo's `to_real_manifest` does. Throws `manifest-invalid`,
/// with the position, for what cargo would reject.
Package read_package(const SourceTree& tree, const Manifest& manifest,
                     const FindWorkspaceRoot& find_root);

/// Checks a virtual manifest. Throws `manifest-invalid`.
void check_virtual_manifest(const Manifest& manifest);

/// The readme of a package that does not name one: README.md, README.txt or README in its
/// directory.
std::optional<std::string> default_readme(const SourceTree& tree, const std::string& directory);

/// The id of errors about the contents of manifests.
extern const std::string manifest_error_id;

}  // namespace larder::cargo
