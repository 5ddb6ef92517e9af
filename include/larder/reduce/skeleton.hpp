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

/// A target of a skeleton crate: the file that must exist, and its kind.
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

/// A file to write beside the skeleton, in the directory where cargo runs.
struct ToolchainText {
  /// `rust-toolchain` or `rust-toolchain.toml`.
  std::string name;
  std::string contents;
  bool operator==(const ToolchainText&) const = default;
};

/// A small workspace of empty crates for which cargo builds the external units of the real one.
struct Skeleton {
  /// Sorted by path; the root manifest is virtual.
  std::vector<SkeletonManifest> manifests;
  std::string lock_file;
  std::optional<std::string> config_file;
  std::optional<ToolchainText> toolchain;
  bool operator==(const Skeleton&) const = default;
};

/// What the reduction assumed. Cook must check it again, because the environment and machine-wide
/// config can change all three.
struct Assumptions {
  bool lto = false;
  bool panic_abort = false;
  /// The number of `--target`s or entries of `build.target`; 0 for the host without the flag.
  std::size_t targets = 0;
  bool operator==(const Assumptions&) const = default;
};

/// A local package that external ones depend on, through a `[patch]` with a path. It is compiled
/// with them, so its files are part of the recipe.
struct PatchedPackage {
  cargo::LocalId package;
  /// Relative to the workspace root.
  std::string directory;
  /// The manifest to write there.
  std::string manifest;
};

/// What to tell the user about a reduction.
struct ReductionNotes {
  /// Config keys that are kept although they are unknown (`unknown_config_keys`).
  std::set<std::string> unknown_keys;
  std::set<LeftOutKey> left_out;
  /// Patched packages that an unmerged skeleton cannot represent exactly, and why.
  std::map<std::string, std::string> inexact = {};

  void add(const ReductionNotes& more);
};

struct Reduction {
  Skeleton skeleton;
  ReductionNotes notes;
  /// The command that builds the skeleton as `command` builds the workspace.
  cargo::CommandLine cook_line;
  Assumptions assumptions;
  /// Why the local packages could not be merged, so that each has a crate of its own; empty when
  /// they were merged.
  std::string unmerged_reason;
  std::vector<PatchedPackage> patched;
  /// The requests of the selected packages, compiled or not. See `ReductionInput::whole_lock`.
  std::vector<SkeletonManifest> requests;
};

struct ReductionInput {
  const cargo::Workspace& workspace;
  const cargo::Lockfile& lock;
  const cargo::CommandLine& command;
  /// The config files inside the tree.
  const cargo::Config& config;
  const std::optional<cargo::ToolchainFile>& toolchain;
  /// The settings of the command's `--config` flags.
  const cargo::Config& stated_config;
  /// Read for `CARGO_PROFILE_*`, `CARGO_BUILD_TARGET` and `CARGO_REGISTRIES_*`, which win over
  /// manifest and config.
  const Environment& environment;
  /// Keeps the packages separate even where merging is exact, to compare the two forms.
  bool unmerged = false;
  /// For a build without network (reduce/whole_lock.hpp).
  bool whole_lock = false;
};

/// Workspace + command → skeleton (design: docs/architecture.md). Pure. Each local package gets a
/// crate of its own where merging would not be exact. Throws `unsupported`, naming the construct,
/// where that would not be exact either, and the errors of selection and resolution.
Reduction reduce(const ReductionInput& input);

/// The version of local packages in an open skeleton, which omits their real versions. No real
/// package has this build metadata, so a unit compiled from the skeleton as it stands
/// (`--no-build`) can never be mistaken for a real one.
inline constexpr const char* open_version = "0.0.0+larder";

struct OpenInput {
  /// Read from its root manifest.
  const cargo::Workspace& workspace;
  const cargo::Lockfile& lock;
  const cargo::Config& config;
  const std::optional<cargo::ToolchainFile>& toolchain;
  /// Read for `CARGO_REGISTRIES_*`.
  const Environment& environment;
};

struct OpenSkeleton {
  Skeleton skeleton;
  ReductionNotes notes;
  /// The local packages that external ones depend on, for any command, with their own manifests.
  std::vector<PatchedPackage> patched;
};

/// The skeleton for commands that are not known yet: every local package under its own name, with
/// everything that a command can name or that can affect one. Reducing it as a workspace, together
/// with the files of the patched packages, gives the same skeleton as reducing the real workspace.
/// Throws what `reduce` throws.
OpenSkeleton open_skeleton(const OpenInput& input);

/// The assumptions that hold for a command under this config and environment. `profiles` already
/// includes both.
Assumptions assumptions_of(const cargo::CommandLine& command, const cargo::Profiles& profiles,
                           const cargo::Config& config, const Environment& environment);

}  // namespace larder::reduce
