#pragma once

#include "exactness.hpp"

namespace larder::test {

/// A change of the local packages that no external package can notice, or the addition of a request
/// that one must notice.
struct Change {
  std::string name;
  WorkspaceSketch workspace;
  /// Only for these commands (positions in `prepared`).
  std::vector<std::size_t> commands;
  bool keeps_recipe = true;
  /// Files in another order.
  bool shuffled = false;
};

/// Changes that apply to the workspace and the commands that were prepared in it.
std::vector<Change> possible_changes(const WorkspaceSketch& workspace,
                                     const std::vector<PreparedCommand>& prepared, Random& random);

/// Writes the changed workspace to `<directory>/w` instead of the one that is there, and compares
/// the recipes' bytes.
void check_change(const Cargo& cargo, const std::string& directory, const Change& change,
                  const std::vector<PreparedCommand>& prepared, Random& random, Findings& findings);

}  // namespace larder::test
