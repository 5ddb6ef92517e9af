#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/manifest/profile.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/reduce/tables/secrets.hpp"

namespace larder::reduce {

/// A target of a skeleton crate: which file must exist, and as what.
struct SkeletonTarget {
  /// Relative to the crate's directory.
  std::string path;
  cargo::TargetKind kind = cargo::TargetKind::Lib;
  std::string name;
  bool is_proc_macro = false;
  bool operator==(const SkeletonTarget&) const = default;
};

struct SkeletonManifest {
  /// Relative to the skeleton's root: "Cargo.toml", "features/Cargo.toml".
  std::string path;
  std::string contents;
  std::vector<SkeletonTarget> targets;
  bool operator==(const SkeletonManifest&) const = default;
};

/// A file to be written beside the skeleton, in the directory where cargo runs.
struct ToolchainText {
  /// `rust-toolchain` or `rust-toolchain.toml`.
  std::string name;
  std::string contents;
  bool operator==(const ToolchainText&) const = default;
};

/// A small workspace of empty crates that makes cargo see the external units of the real one.
struct Skeleton {
  /// Sorted by path; the root manifest is virtual.
  std::vector<SkeletonManifest> manifests;
  std::string lock_file;
  std::optional<std::string> config_file;
  std::optional<ToolchainText> toolchain;
  bool operator==(const Skeleton&) const = default;
};

/// What the reduction took for granted and cook must check again: environment and machine-wide
/// config can change all three.
struct Assumptions {
  bool lto = false;
  bool panic_abort = false;
  /// Number of `--target`s or entries of `build.target`; 0 for the host without the flag.
  std::size_t targets = 0;
  bool operator==(const Assumptions&) const = default;
};

/// A local package that external ones depend on, by `[patch]` to a path: it is compiled with them,
/// so its files are part of the recipe.
struct CarriedPackage {
  /// Into `Workspace::packages`.
  std::size_t package = 0;
  /// As seen from the workspace root.
  std::string directory;
  /// The manifest to be written there.
  std::string manifest;
};

/// What the user is to be told of config files and `--config` flags.
struct ConfigNotes {
  /// Keys that are carried although they are not known (`unknown_config_keys`).
  std::set<std::string> unknown_keys;
  std::set<LeftOutKey> left_out;

  void add(const ConfigNotes& more);
};

struct Reduction {
  Skeleton skeleton;
  ConfigNotes notes;
  /// Builds the skeleton as the command builds the workspace.
  cargo::CommandLine cook_line;
  Assumptions assumptions;
  /// Why the local packages could not be merged, so that each has a crate of its own; empty when
  /// they were.
  std::string unmerged_reason;
  std::vector<CarriedPackage> carried;
  /// Of what the selected packages ask, compiled or not: `ReductionInput::whole_lock`.
  std::vector<SkeletonManifest> requests;
};

struct ReductionInput {
  const cargo::Workspace& workspace;
  const cargo::Lockfile& lock;
  const cargo::CommandLine& command;
  /// The config files inside the tree.
  const cargo::Config& config;
  const std::optional<cargo::ToolchainFile>& toolchain;
  /// What `--config` flags of the command say.
  const cargo::Config& stated_config;
  /// `CARGO_PROFILE_*`, `CARGO_BUILD_TARGET` and `CARGO_REGISTRIES_*`, which win over manifest and
  /// config.
  const Environment& environment;
  /// Not to merge even where it is exact: to compare the two forms.
  bool unmerged = false;
  /// For a build without network (reduce/whole_lock.hpp).
  bool whole_lock = false;
};

/// Workspace + command → skeleton (design: docs/architecture.md). Pure. Where merging would not be
/// exact, each local package gets a crate of its own. Throws `unsupported`, naming the construct,
/// where that would not be exact either, and the errors of selection and resolution.
Reduction reduce(const ReductionInput& input);

/// The version of local packages in an open skeleton, for they have their own no more. With build
/// metadata that no real package has, what is compiled of the skeleton as it stands (`--no-build`)
/// can never pass for a unit of the real one.
inline constexpr const char* open_version = "0.0.0+larder";

struct OpenInput {
  /// As seen from its root manifest.
  const cargo::Workspace& workspace;
  const cargo::Lockfile& lock;
  const cargo::Config& config;
  const std::optional<cargo::ToolchainFile>& toolchain;
  /// `CARGO_REGISTRIES_*`.
  const Environment& environment;
};

struct OpenSkeleton {
  Skeleton skeleton;
  ConfigNotes notes;
  /// What external packages depend on, whatever the command: with their own manifests.
  std::vector<CarriedPackage> carried;
};

/// The skeleton for commands that are not known yet: every local package under its own name, with
/// all that a command can name and that can matter for one. Reduced as a workspace, together with
/// the files of the carried packages, it gives the same skeleton as the workspace that it stands
/// for. Throws what `reduce` throws.
OpenSkeleton open_skeleton(const OpenInput& input);

/// What holds for a command where this config and environment are; `profiles` knows both already.
Assumptions assumptions_of(const cargo::CommandLine& command, const cargo::Profiles& profiles,
                           const cargo::Config& config, const Environment& environment);

}  // namespace larder::reduce
