#pragma once

#include <string>
#include <vector>

#include "larder/cook/cook.hpp"
#include "larder/driver/build_directories.hpp"

// The command lines with which cook calls cargo for a skeleton.

namespace larder::cook {

/// A command of a recipe, and the directory that its skeleton was written to.
struct SkeletonCall {
  const recipe::Command& command;
  const CookRequest& request;
  const cargo::Config& config;
  const driver::BuildDirectories& directories;
  const std::string& skeleton_directory;
};

/// A command line with the flags given to cook added. Target specifications are named by their
/// absolute path in the workspace, because the path is part of a unit's identity. Throws
/// `source-missing` for one that does not exist.
cargo::CommandLine line_with_given_flags(const SkeletonCall& call, cargo::CommandLine line);

/// The same, with the manifest of the skeleton.
cargo::CommandLine line_of(const SkeletonCall& call, const cargo::CommandLine& cook_line);

/// The flags of a command line that every subcommand takes and that decide about units: `--target`,
/// `--config` and `-Z`.
std::vector<std::string> common_flags(const cargo::CommandLine& line);

/// The arguments after `cargo` that compile the skeleton.
std::vector<std::string> build_arguments(const SkeletonCall& call,
                                         const cargo::CommandLine& cook_line);

/// The arguments after `cargo` that remove the skeleton's own units from the target directory. Only
/// cargo knows which files those are. Throws `recipe-invalid` for a manifest that is not TOML.
std::vector<std::string> clean_arguments(const SkeletonCall& call);

}  // namespace larder::cook
