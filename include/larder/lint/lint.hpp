#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/dockerfile/ignore_file.hpp"
#include "larder/lint/finding.hpp"

namespace larder::lint {

/// What lies around a Dockerfile: the build context and the workspace in it.
struct Surroundings {
  const SourceTree& tree;
  /// Absolute path of the build context.
  std::string context;
  /// The file that Docker reads for this Dockerfile, as shown to the user; empty when there is
  /// none.
  std::string ignore_file = {};
  dockerfile::IgnoreFile ignored = {};
  /// The workspace in the root of the context, or in the directory that is copied from it. Nothing
  /// when there is none, or none that can be read: the rules that need it are then left out.
  std::optional<cargo::Workspace> workspace = std::nullopt;
  std::optional<cargo::Lockfile> lock = std::nullopt;
};

/// `path` is absolute. Reads what lies around it.
Surroundings surroundings_of(const SourceTree& tree, const std::string& path,
                             const std::string& context);

/// The findings about one Dockerfile, in the order of their places. `file` is its name in them.
/// Those that a comment `# larder: allow ID` stands above are left out. Throws `dockerfile-parse`.
std::vector<Finding> lint_dockerfile(const std::string& file, std::string_view text,
                                     const Surroundings& around);

/// The same for a file that calls `docker build`: a CI configuration or a script.
std::vector<Finding> lint_pipeline(const std::string& file, std::string_view text);

}  // namespace larder::lint
