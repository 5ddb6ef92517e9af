#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::driver {

/// Where cargo will put what it compiles.
struct BuildDirectories {
  /// Absolute; dots are left in it, as cargo leaves them.
  std::string target_directory;
  /// Where intermediate files go: `build.build-dir`, else the target directory.
  std::string build_directory;
  /// Arguments that a run with another manifest needs for cargo to use the same directories.
  std::vector<std::string> arguments;
};

struct BuildDirectoriesInput {
  /// The directory that cargo runs in, and the root of the real workspace.
  std::string directory;
  std::string workspace_root;
  /// `--target-dir`, empty when not given.
  std::string flag;
  const Environment& environment;
  const cargo::Config& config;
};

/// Follows cargo (util/context: `target_dir`, `build_dir`): flag, `CARGO_TARGET_DIR`,
/// `CARGO_BUILD_TARGET_DIR`, `build.target-dir`, else `target` in the workspace root. Templates of
/// `build.build-dir` are filled in for the real root.
BuildDirectories find_build_directories(const BuildDirectoriesInput& input);

/// Where a cargo that computes `{workspace-path-hash}` as we do builds a workspace with this root;
/// empty when `build.build-dir` does not have it.
std::string build_directory_to_check(const BuildDirectoriesInput& input, const std::string& root);

/// The mount point, if any, that a directory is or lies below, other than the root: by the text of
/// /proc/self/mountinfo (proc(5): the fifth word of a line, with octal escapes).
std::optional<std::string> mount_point_of(const std::string& directory, std::string_view mountinfo);

}  // namespace larder::driver
