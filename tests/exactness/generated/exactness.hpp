#pragma once

#include <optional>
#include <set>
#include <string>

#include "findings.hpp"
#include "larder/recipe/recipe.hpp"
#include "programs.hpp"
#include "sketch.hpp"

namespace larder::test {

/// A command that cargo accepts, and what came of it.
struct PreparedCommand {
  CommandSketch sketch;
  recipe::Recipe recipe;
  /// The local packages that the command compiles.
  std::set<std::string> built;
};

/// Where skeletons lie that have nothing of the directory above a workspace.
std::string cooked_place(const std::string& directory);

/// The first line of an error, without the names in it.
std::string reason(const std::string& message);

/// A recipe as `prepare` makes it; nothing, and counted by reason, where the reduction refuses or
/// notes that it is not exact.
/// Fails for any other error.
std::optional<recipe::Recipe> derive_recipe(const Cargo& cargo, const std::string& directory,
                                            const CommandSketch& command, Findings& findings,
                                            bool unmerged = false);

/// Checks one command in the workspace, which is written at `<directory>/w`: the same external
/// units in the skeleton (with all of rustc stubbed, the same fingerprints as well, where they can
/// tell more), merged and unmerged, the same skeleton when reduced again, and with a `--target`.
/// Nothing when cargo or the reduction refuses.
std::optional<PreparedCommand> check_command(const Cargo& cargo, const std::string& directory,
                                             const WorkspaceSketch& workspace,
                                             const CommandSketch& command, bool stubbed,
                                             Findings& findings);

}  // namespace larder::test
