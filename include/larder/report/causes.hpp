#pragma once

#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/recipe/inputs.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// A tree, and the recipe that was made from it.
struct DerivedTree {
  const SourceTree& tree;
  recipe::DeriveRequest request;
  const recipe::Inputs& inputs;
  const recipe::Recipe& recipe;
  /// The directory that files are named from.
  std::string root;
};

/// Fills in `Change::causes`: the values of manifests and config files that differ and are about
/// the change, and the entries of the lock file. Where several manifests could be the reason, each
/// is put back as it was, and only those without which the change does not happen are named. Where
/// nothing names the package, so are the manifests and targets that differ at all.
void find_causes(const DerivedTree& before, const DerivedTree& after,
                 std::vector<CommandDifference>& differences);

}  // namespace larder::report
