#pragma once

#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/recipe/inputs.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// A tree and the recipe made from it.
struct DerivedTree {
  const SourceTree& tree;
  recipe::DeriveRequest request;
  const recipe::Inputs& inputs;
  const recipe::Recipe& recipe;
  /// The directory that file names are relative to.
  std::string root;
};

/// Fills in `Change::causes`: the entries of manifests, config files and the lock file that differ
/// and concern the change. If several manifests could be the reason, each is reverted in turn, and
/// only those without which the change does not happen are named. If nothing names the package, all
/// manifests and targets that differ are named.
void find_causes(const DerivedTree& before, const DerivedTree& after,
                 std::vector<CommandDifference>& differences);

}  // namespace larder::report
