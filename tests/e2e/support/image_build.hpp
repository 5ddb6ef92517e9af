#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "artifacts.hpp"
#include "files.hpp"
#include "programs.hpp"

namespace larder::test {

/// What to do differently from the plain way.
struct CheckedCommand {
  /// The cargo command, as one types it behind `cargo`.
  Words command;
  /// Flags for cook and the real build alike.
  Words added_flags;
  /// Where the workspace lies below the directory that everything runs in.
  std::string workspace = ".";
};

/// A directory that sees what an image build does: a recipe alone, cook, the sources over it, the
/// plain cargo command. Its target directory is shared by all commands that are checked in it.
class ImageBuild {
 public:
  /// `sources` is the directory that is copied; `prepare` runs there and must not change it.
  ImageBuild(std::string sources, std::string directory, Environment environment);

  /// Cooks and builds one command and checks that
  /// - cook and the real build want the same external units,
  /// - the real build compiles none of them,
  /// - what it reuses of local crates was compiled by a real build before, never by cook,
  /// - cook leaves nothing of its own among the artifacts.
  void check(const CheckedCommand& checked);
  /// One command after the other; those of clippy are skipped, visibly, where it is not installed.
  void check_all(const std::vector<std::string_view>& commands);
  void check(std::string_view command) { check(CheckedCommand{split(command), {}, "."}); }

  const std::string& directory() const { return directory_; }
  /// For where config or environment put it elsewhere.
  void set_target_directory(std::string path) { target_directory_ = std::move(path); }

 private:
  bool prepare(const CheckedCommand& checked) const;
  Messages cook(const CheckedCommand& checked) const;
  Messages build(const CheckedCommand& checked) const;
  void check_local(const Messages& built);

  std::string sources_;
  std::string directory_;
  Environment environment_;
  std::string target_directory_;
  std::set<std::string> built_before_;
};

/// The sample workspace of this name: of `fixtures`, or of tests/e2e/workspaces.
std::string sample(const std::string& name);

/// What cook left of its own in a target directory, but for the copy of the recipe.
std::vector<std::string> leftovers(const std::string& target_directory);

}  // namespace larder::test
