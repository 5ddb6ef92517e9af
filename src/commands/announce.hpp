#pragma once

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// Tells of commands whose local packages could not be merged, and why.
void announce_fallbacks(const Context& context, const recipe::Recipe& recipe);

}  // namespace larder::commands
