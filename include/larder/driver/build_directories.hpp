#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::driver {

/// Where cargo puts what it compiles.
struct BuildDirectories {
  /// Absolute. "." and ".." are kept, as cargo keeps them.
  std::string target_directory;
  /// Where intermediate files go: `build.build-dir`, or the target directory when that is unset.
  std::string build_directory;
  /// Arguments that make cargo use these directories when it runs with another manifest.
  std::vector<std::string> arguments;
};

struct BuildDirectoriesInput {
  /// The directory that cargo runs in, and the root of the real workspace.
  std::string directory;
  std::string workspace_root;
  /// `--target-dir`; empty when not given.
  std::string flag;
  const Environment& environment;
  const cargo::Config& config;
};

/// Follows cargo (util/context: `target_dir`, `build_dir`): flag, `CARGO_TARGET_DIR`,
/// `CARGO_BUILD_TARGET_DIR`, `build.target-dir`, and otherwise `target` in the workspace root.
/// Templates in `build.build-dir` are expanded for the real workspace root.
BuildDirectories find_build_directories(const BuildDirectoriesInput& input);

/// The build directory of a workspace with this root, if cargo computes `{workspace-path-hash}` as
/// we do. Empty when `build.build-dir` does not use that variable.
std::string build_directory_to_check(const BuildDirectoriesInput& input, const std::string& root);

/// The mount point that a directory is or lies below, if any, other than "/". `mountinfo` is the
/// text of /proc/self/mountinfo (proc(5): the fifth word of a line, with octal escapes).
std::optional<std::string> mount_point_of(const std::string& directory, std::string_view mountinfo);

}  // namespace larder::driver
