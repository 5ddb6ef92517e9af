#pragma once

#include "larder/cargo/command_line.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

/// Names flags that are not in the table of cargo's flags.
void note_unknown_flags(const Context& context, const cargo::CommandLine& line);

/// Tells of config keys and flags that are not known, and of commands whose local packages could
/// not be merged, and why.
void announce_commands(const Context& context, const recipe::Recipe& recipe);

}  // namespace larder::commands
