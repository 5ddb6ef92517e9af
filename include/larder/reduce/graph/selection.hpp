#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::reduce {

/// The local packages that a command selects: by `-p`, `--workspace` or `--exclude`, or the current
/// or default members. Throws `unknown-package`, `unknown-target` and `unknown-feature` for names
/// that the workspace does not have.
std::set<cargo::LocalId> select_packages(const cargo::Workspace& workspace,
                                         const cargo::Lockfile& lock,
                                         const cargo::CommandLine& command);

/// The external packages that `-p` names, which cargo then builds.
std::set<cargo::LockId> select_externals(const cargo::Workspace& workspace,
                                         const cargo::Lockfile& lock,
                                         const cargo::CommandLine& command);

/// The binary that `run` builds when the command names none and a selected package has a
/// `default-run` (cargo: commands/run.rs).
std::optional<std::string> default_run(const cargo::Workspace& workspace,
                                       const cargo::Lockfile& lock,
                                       const cargo::CommandLine& command);

}  // namespace larder::reduce
