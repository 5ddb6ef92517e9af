#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/native/system_packages.hpp"

/// The first Dockerfile of a workspace: what it should have, and its text.
namespace larder::init {

enum class UnitCache { None, Store, Sccache };
enum class Pipeline { None, Github, Gitlab };

struct Wishes {
  /// Names of binaries; empty for those that the workspace suggests.
  std::vector<std::string> binaries = {};
  /// A program for musl in an empty image.
  bool is_static = false;
  /// Cargo's downloads on cache mounts.
  bool mounts_registry = false;
  UnitCache units = UnitCache::None;
  Pipeline pipeline = Pipeline::None;
};

/// A program that gets an image of its own.
struct Service {
  std::string package;
  std::string binary;
};

/// A line of `.dockerignore`.
struct IgnoredPath {
  std::string pattern;
  std::string why;
};

struct Plan {
  std::vector<Service> services;
  /// The cargo command, from `build` on.
  std::vector<std::string> command;
  std::string rust_image;
  /// Empty for a static program.
  std::string runtime_image;
  bool is_static = false;
  bool mounts_registry = false;
  UnitCache units = UnitCache::None;
  /// The file to install a toolchain from, where the image does not have it; empty otherwise.
  std::string toolchain_file;
  /// Debian packages.
  std::vector<std::string> build_packages;
  std::vector<std::string> runtime_packages;
  std::vector<native::Need> needs;
  std::vector<IgnoredPath> ignored;
  /// What was decided and why, a sentence each.
  std::vector<std::string> decisions;
  /// What nobody can decide from the files.
  std::vector<std::string> warnings;
};

/// Reads the workspace whose root is `directory`, without cargo or the network. Throws the errors
/// of reading and reduction, and `init-no-binary`, `init-not-static` and `init-outside` for a
/// workspace of which no image can be made in this way.
Plan make_plan(const SourceTree& tree, const std::string& directory, const Wishes& wishes,
               const Environment& environment);

std::string dockerfile_text(const Plan& plan);
std::string ignore_text(const Plan& plan);

/// A file that init writes, relative to the workspace's root.
struct NewFile {
  std::string path;
  std::string text;
};
std::vector<NewFile> new_files(const Plan& plan, Pipeline pipeline);

/// The lines that differ, with `-` and `+` in front and three lines around them; empty when the
/// texts are equal.
std::string line_diff(const std::string& before, const std::string& after);

}  // namespace larder::init
