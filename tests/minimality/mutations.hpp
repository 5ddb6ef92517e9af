#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::test {

/// A workspace of a corpus, to be changed in memory.
struct Subject {
  MemoryTree tree;
  cargo::Workspace workspace;
  cargo::Lockfile lock;
};

/// A change that must leave the recipe of `build` as it is, or must not.
struct Mutation {
  std::string name;
  bool changes_recipe = false;
  /// The changed trees; none where the change does not apply to the workspace.
  std::function<std::vector<MemoryTree>(const Subject&)> apply;
};

const std::vector<Mutation>& mutations();

}  // namespace larder::test
