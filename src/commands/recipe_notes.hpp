#pragma once

#include "larder/cargo/command/command_line.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

/// Names flags that are not in the table of cargo's flags.
void note_unknown_flags(const Context& context, const cargo::CommandLine& line);

/// Notes about a recipe that was just made: unknown config keys and flags, keys that are left out,
/// and commands whose local packages could not be merged, with the reason.
void note_commands(const Context& context, const recipe::Recipe& recipe,
                   const reduce::ReductionNotes& notes);

}  // namespace larder::commands
