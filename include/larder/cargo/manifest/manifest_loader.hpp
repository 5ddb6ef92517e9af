#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/manifest/manifest.hpp"

namespace larder::cargo {

/// A manifest read in full: that of a package, of a workspace, or of both.
struct LoadedManifest {
  Manifest manifest;
  /// Nothing for a virtual manifest.
  std::optional<Package> package;
};

/// Reads manifests, each once, and finds the workspace root of a manifest; the one needs the other,
/// as a package may inherit from its root (cargo: core/workspace.rs, util/toml/mod.rs).
class ManifestLoader {
 public:
  /// The search for a root does not leave `cargo_home` upwards; empty when it does not matter.
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
  /// Registries by the names that dependencies and patches have for them.
  const std::set<std::string>& registries() const { return registries_; }
  /// The package of a manifest that was loaded and has one. Ends its part here: the loaded manifest
  /// has an empty one afterwards.
  Package take_package(const std::string& path) { return std::move(*manifests_.at(path).package); }
  /// Looked up once for each path.
  bool exists(const std::string& path);

  /// The manifest of the workspace that a manifest belongs to, possibly itself; nothing for a
  /// package alone. Every manifest above is read on the way, and what is wrong in it is thrown.
  std::optional<std::string> find_root(const std::string& manifest_path);

 private:
  using FindRoot = std::function<const Manifest*(const Manifest&)>;
  LoadedManifest read(const std::string& path);
  LoadedManifest read_package_of(Manifest manifest, const FindRoot& find_root) const;
  std::optional<LoadedManifest> try_read(const std::string& path) const;
  std::optional<LoadedManifest> take_read_ahead(const std::string& path);
  void note_sources(const Package& package);
  void note_patches(const TomlCursor& manifest);
  /// Of a table in [patch], or [replace].
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

/// Whether `workspace.exclude` of a root covers a path: a component-wise prefix, unless an entry of
/// `members`, taken literally, is one as well. No globs, and ".." is not resolved.
bool is_excluded(const Manifest& root, const std::string& path);

}  // namespace larder::cargo
