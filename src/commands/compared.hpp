#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "larder/commands/commands.hpp"
#include "larder/git/git_tree.hpp"
#include "larder/report/causes.hpp"

namespace larder::commands {

/// A working tree, or a commit, and what to derive from it.
struct Side {
  std::unique_ptr<SourceTree> tree;
  recipe::DeriveRequest request;
  recipe::Inputs inputs;
  recipe::Recipe recipe;
  /// The directory that file names are shown relative to.
  std::string root;

  report::DerivedTree derived() const { return {*tree, request, inputs, recipe, root}; }
};

/// What the user asked `diff` or `history` to derive, from whatever tree.
struct Stated {
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  std::vector<recipe::StatedCommand> default_commands = {};
};

/// The request that derives from a commit the recipe that a checkout of it would give in the
/// current directory.
recipe::DeriveRequest request_in(const git::Repository& repository, const Context& context,
                                 const Stated& stated);

/// For messages: "preparing commit 1a2b3c4d (Subject)".
std::string preparing(const git::Commit& commit);

}  // namespace larder::commands
