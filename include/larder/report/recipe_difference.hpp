#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "larder/recipe/recipe.hpp"

namespace larder::report {

/// In the order in which they are told, the most telling first.
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
  /// The crates of the skeleton, which no external package can tell.
  Skeleton
};

/// In words, as shown and as in JSON: "new crate".
std::string_view name_of(ChangeKind kind);
/// In their order.
const std::vector<ChangeKind>& change_kinds();

/// What stands behind a change in the workspace.
struct Cause {
  /// As seen from the root of the repository, or from the workspace's.
  std::string file;
  /// 0 where the whole file is meant.
  std::uint32_t line = 0;
  std::string text;
  /// Whether it stood there before and does no longer.
  bool gone = false;
  bool operator==(const Cause&) const = default;
};

struct Change {
  ChangeKind kind = ChangeKind::Skeleton;
  /// The package, profile key, config key or file that it is about.
  std::string subject;
  /// A sentence, as the middle of a longer one.
  std::string text;
  /// The external packages that are compiled again because of it, as `package_label` has them:
  /// those that changed and all that depend on them. What a feature switches on below its package
  /// is not in a lock file, so is not counted.
  std::set<std::string> recompiled;
  /// Empty until `find_causes` is asked, which needs more than the recipes.
  std::vector<Cause> causes;
};

/// Of one command that both recipes have, or that one of them has.
struct CommandDifference {
  /// As recipes call it; empty in an open one.
  std::string name;
  /// The words behind `cargo`.
  std::string command;
  std::vector<Change> changes;
  std::set<std::string> recompiled;
  std::size_t external_packages = 0;
};

/// All commands of both recipes, also those that are the same. Only equal recipes have no change.
std::vector<CommandDifference> compare(const recipe::Recipe& before, const recipe::Recipe& after);

/// The texts of all changes, each once; empty when the recipes are equal. `before` is what was
/// cooked.
std::vector<std::string> differences(const recipe::Recipe& before, const recipe::Recipe& after);

}  // namespace larder::report
