#pragma once

#include <string>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::reduce {

/// A workspace without the members that the chosen one does not need.
struct MemberClosure {
  cargo::Workspace workspace;
  cargo::Lockfile lock;
};

/// Keeps the member with this name, or else the first one with a binary of this name, and all local
/// packages it depends on, by dependencies of any kind. The member becomes the default for commands
/// without a selection. The lock file is reduced to what these packages reach. Throws
/// `unknown-package`.
MemberClosure member_closure(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                             const std::string& name);

}  // namespace larder::reduce
