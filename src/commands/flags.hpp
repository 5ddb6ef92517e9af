#pragma once

#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"

namespace larder::commands {

/// Reads flags of cargo that were given on top of a recorded command. Accepts those that cannot
/// change an external unit (about the lock file, tests, own artifacts, running and output, and what
/// stands behind `--`), one `--target` where the command names none, `--target-dir`, and any flag
/// that agrees with the command. `subcommand` is how the command is run here. Throws
/// `flag-disagrees` for others, naming both.
cargo::CommandLine check_given(const cargo::CommandLine& recorded,
                               const std::vector<std::string>& flags,
                               const std::string& subcommand);

/// Of given flags those that are for cook's own cargo. Throws `flag-disagrees` for one that asks
/// for less than the command.
cargo::CommandLine given_to_cook(const cargo::CommandLine& recorded, cargo::CommandLine given);

}  // namespace larder::commands
