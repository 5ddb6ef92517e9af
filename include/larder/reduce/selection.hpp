#pragma once

#include <cstddef>
#include <set>

#include "larder/cargo/command_line.hpp"
#include "larder/cargo/workspace.hpp"

namespace larder::reduce {

/// The packages that a command selects: `-p`, `--workspace`, `--exclude`, or the current or default
/// members. Throws `unknown-package`, `unknown-target` and `unknown-feature` for names that the
/// workspace does not have.
std::set<std::size_t> select_packages(const cargo::Workspace& workspace,
                                      const cargo::CommandLine& command);

}  // namespace larder::reduce
