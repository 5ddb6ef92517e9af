#pragma once

#include "larder/cargo/command/command_line.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

/// Names flags that are not in the table of cargo's flags.
void note_unknown_flags(const Context& context, const cargo::CommandLine& line);

/// Of a recipe that was just made: tells of config keys and flags that are not known, of keys that
/// are left out, and of commands whose local packages could not be merged, and why.
void note_commands(const Context& context, const recipe::Recipe& recipe,
                   const reduce::ConfigNotes& notes);

}  // namespace larder::commands
