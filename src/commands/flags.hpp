#pragma once

#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"

namespace larder::commands {

/// Parses cargo flags that were given in addition to a recorded command. Accepts those that cannot
/// change an external unit (about the lock file, tests, the build's own artifacts, running and
/// output, and everything after `--`), one `--target` if the command names none, `--target-dir`,
/// and any flag that agrees with the command. For any other flag, throws `flag-disagrees`, which
/// names the flag and the command. `subcommand` is the one that runs here.
cargo::CommandLine check_given(const cargo::CommandLine& recorded,
                               const std::vector<std::string>& flags,
                               const std::string& subcommand);

/// The given flags that cook passes to its own cargo. Throws `flag-disagrees` for a flag that asks
/// for less than the command does.
cargo::CommandLine given_to_cook(const cargo::CommandLine& recorded, cargo::CommandLine given);

}  // namespace larder::commands
