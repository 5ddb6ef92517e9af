#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/manifest/manifest.hpp"

namespace larder::cargo {

/// A fully read manifest, with a package, a workspace, or both.
struct LoadedManifest {
  Manifest manifest;
  /// Nothing for a virtual manifest.
  std::optional<Package> package;
};

/// Reads each manifest once and finds its workspace root. Reading and finding depend on each other,
/// because a package may inherit from its root (cargo: core/workspace.rs, util/toml/mod.rs).
class ManifestLoader {
 public:
  /// The search for a root stops at `cargo_home`; empty for no limit.
  ManifestLoader(const SourceTree& tree, std::string cargo_home)
      : tree_(tree), cargo_home_(std::move(cargo_home)) {}

  /// Reads manifests that `load` will be asked for, on several threads, where the tree allows that
  /// and there are enough of them. Nothing else comes of it: what depends on their order is done by
  /// `load`, and what cannot be read is read there once more, and thrown.
  void read_ahead(const std::vector<std::string>& paths);
  /// Throws `manifest-*`.
  const LoadedManifest& load(const std::string& path);
  /// The key of each git source or registry index that was read → its URL as first written.
  const std::map<std::string, std::string>& first_spellings() const { return first_spellings_; }
  /// The names of registries in dependencies and patches.
  const std::set<std::string>& registries() const { return registries_; }
  /// Moves out the package of a loaded manifest that has one. The loaded manifest's package is
  /// empty afterwards.
  Package take_package(const std::string& path) { return std::move(*manifests_.at(path).package); }
  /// Cached by path.
  bool exists(const std::string& path);

  /// The workspace root that a manifest belongs to, possibly itself; nothing for a package without
  /// a workspace. Reads every manifest above on the way and throws their errors.
  std::optional<std::string> find_root(const std::string& manifest_path);

 private:
  using FindRoot = std::function<const Manifest*(const Manifest&)>;
  LoadedManifest read(const std::string& path);
  LoadedManifest read_package_of(Manifest manifest, const FindRoot& find_root) const;
  std::optional<LoadedManifest> try_read(const std::string& path) const;
  std::optional<LoadedManifest> take_read_ahead(const std::string& path);
  void note_sources(const Package& package);
  void note_patches(const TomlCursor& manifest);
  /// For a table in [patch], or for [replace].
  void note_overrides(const TomlCursor& entries);
  void note_registry(const std::string& name);
  const Manifest* known_root(const std::string& manifest_path) const;
  const Manifest* known_root_of(const Manifest& user) const;
  std::optional<std::string> find_root_above(const std::string& manifest_path);
  const Manifest* inherit_from(const Manifest& manifest);

  const SourceTree& tree_;
  std::string cargo_home_;
  std::map<std::string, LoadedManifest> manifests_;
  std::map<std::string, LoadedManifest> read_ahead_;
  /// Workspace roots by directory, from the moment that their reading has begun.
  std::map<std::string, Manifest> roots_;
  std::map<std::string, bool> exists_;
  std::set<std::string> reading_;
  std::map<std::string, std::string> first_spellings_;
  std::set<std::string> registries_;
};

/// Whether `workspace.exclude` of a root covers a path. An entry covers what lies below it,
/// compared by component, unless a literal entry of `members` covers the path as well. Globs and
/// ".." are not interpreted.
bool is_excluded(const Manifest& root, const std::string& path);

}  // namespace larder::cargo
