#pragma once

#include <memory>
#include <optional>
#include <string>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/package.hpp"
#include "larder/cargo/toml.hpp"

namespace larder::cargo {

/// A `Cargo.toml` as parsed: what the search for a workspace root needs, nothing interpreted yet.
class Manifest {
 public:
  /// Throws `manifest-missing`, `manifest-parse` or `file-read`.
  static Manifest load(const SourceTree& tree, const std::string& path);

  const std::string& path() const { return document_->file; }
  std::string directory() const;
  TomlCursor root() const;
  bool has_package() const;
  std::optional<TomlCursor> package() const;
  std::optional<TomlCursor> workspace() const { return root().find("workspace"); }

 private:
  std::shared_ptr<const TomlDocument> document_;
};

/// Reads the package of a manifest: inheritance from `workspace_root` (its manifest; null where
/// there is none), dependencies, features and targets. Throws `manifest-invalid` with the position
/// of what cargo would reject.
Package read_package(const SourceTree& tree, const Manifest& manifest,
                     const Manifest* workspace_root);

/// The targets of a package (cargo: util/toml/targets.rs). `package` needs name, edition and
/// directory.
std::vector<Target> read_targets(const SourceTree& tree, const TomlCursor& manifest,
                                 const Package& package);

/// All dependency tables of a manifest, in cargo's order.
std::vector<Dependency> read_dependencies(const TomlCursor& manifest, const Package& package,
                                          const Manifest* workspace_root);

/// The id of errors about contents of manifests.
extern const std::string manifest_error_id;

}  // namespace larder::cargo
