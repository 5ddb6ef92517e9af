#pragma once

#include "local_crates.hpp"

namespace larder::reduce {

/// Writes the manifest of one of the crates.
class LocalCrateWriter {
 public:
  LocalCrateWriter(const Resolution& resolution, const UnmergedCrates& crates);

  /// The manifest without `cargo-features`.
  SkeletonManifest write(cargo::LocalId package, const LocalCrate& crate) const;
  /// The `cargo-features` that the keys of the manifest need.
  static std::vector<std::string> cargo_features(const cargo::Package& package);

 private:
  /// Section header → key → line.
  using Sections = std::map<std::string, std::map<std::string, std::string>>;

  std::string package_text(const cargo::Package& package, const LocalCrate& crate) const;
  Sections dependency_sections(cargo::LocalId package, const LocalCrate& crate) const;
  std::string origin_of(const LocalCrate& crate, cargo::LockId external) const;
  std::string patched_path(cargo::LocalId package, const LocalCrate& crate) const;
  std::string own_line(cargo::LocalId package, const LocalCrate& crate) const;
  std::string dependency_line(const LocalCrate& crate, const cargo::Dependency& dependency,
                              const Resolved& target) const;
  static std::string line_of(const cargo::Dependency& dependency, std::vector<std::string> parts);
  /// The crate that a second dependency is written for, beside the one on this target. Null for
  /// none.
  const LocalCrate* crate_beside(const LocalCrate& crate, const Resolved& target) const;
  std::vector<std::string> artifact_parts(const cargo::Artifact& artifact,
                                          const Resolved& target) const;
  std::string features_text(cargo::LocalId package, const LocalCrate& crate) const;

  const Resolution& resolution_;
  const UnmergedCrates& crates_;
  std::map<cargo::LockId, std::string> origins_;
};

/// The path of the manifest in a directory of the skeleton. The directory is empty for the root.
std::string manifest_of(const std::string& directory);

/// Whether a dependency of a crate is written. It is left out without a lock entry, if it is an
/// unused development dependency, and if the crate only requests the library.
bool is_written(const LocalCrate& crate, const cargo::Dependency& dependency,
                const Resolved& target);

}  // namespace larder::reduce
