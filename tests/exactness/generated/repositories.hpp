#pragma once

#include "programs.hpp"
#include "sketch.hpp"

namespace larder::test {

/// Writes the git repositories of a workspace below `workspace.base`, and the ids of commits that
/// it names by `rev` into it.
void write_repositories(const Cargo& cargo, WorkspaceSketch& workspace);

/// Gives branches and HEAD of the repositories that move on another commit, with other versions of
/// everything.
void move_repositories_on(const Cargo& cargo, WorkspaceSketch& workspace);

}  // namespace larder::test
