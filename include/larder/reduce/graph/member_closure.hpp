#pragma once

#include <string>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::reduce {

/// A workspace without the members that one of them has no use for.
struct MemberClosure {
  cargo::Workspace workspace;
  cargo::Lockfile lock;
};

/// Keeps the member of this name, else the first one with a binary of this name, and the local
/// packages below it by dependencies of every kind; it is what a command without a selection is
/// about. Of the lock file only what they reach is kept. Throws `unknown-package`.
MemberClosure member_closure(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                             const std::string& name);

}  // namespace larder::reduce
