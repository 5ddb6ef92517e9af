#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "larder/recipe/recipe.hpp"

namespace larder::report {

/// In the order in which they are reported, most significant first.
enum class ChangeKind {
  Command,
  Toolchain,
  Config,
  Profile,
  Resolver,
  Patch,
  Sources,
  NewCrate,
  Bump,
  RemovedCrate,
  Features,
  Request,
  Edges,
  /// The skeleton's crates, in a way that no external package can see.
  Skeleton
};

/// In words, for people and for JSON: "new crate".
std::string_view name_of(ChangeKind kind);
/// In the order of the enumerators.
const std::vector<ChangeKind>& change_kinds();

/// What caused a change, in the workspace.
struct Cause {
  /// Relative to the root of the repository, or of the workspace.
  std::string file;
  /// 0 for the whole file.
  std::uint32_t line = 0;
  std::string text;
  /// Whether it was there before and is now removed.
  bool gone = false;
  bool operator==(const Cause&) const = default;
};

struct Change {
  ChangeKind kind = ChangeKind::Skeleton;
  /// The package, profile key, config key or file that changed.
  std::string subject;
  /// A clause, to be used within a sentence.
  std::string text;
  /// The external packages compiled again because of the change, as written by `package_label`:
  /// those that changed, and all that depend on them. Dependencies that a feature switches on below
  /// its package are not counted, because the lock file does not record them.
  std::set<std::string> recompiled;
  /// Empty until `find_causes` is called, which needs more than the recipes.
  std::vector<Cause> causes;
};

/// The difference in one command that either recipe, or both, have.
struct CommandDifference {
  /// The command's name in the recipe; empty in an open one.
  std::string name;
  /// The words after `cargo`.
  std::string command;
  std::vector<Change> changes;
  std::set<std::string> recompiled;
  std::size_t external_packages = 0;
};

/// All commands of both recipes, including unchanged ones. Only equal recipes have no change.
std::vector<CommandDifference> compare(const recipe::Recipe& before, const recipe::Recipe& after);

/// The texts of all changes, without duplicates; empty when the recipes are equal. `before` is the
/// recipe that was cooked.
std::vector<std::string> differences(const recipe::Recipe& before, const recipe::Recipe& after);

}  // namespace larder::report
