#pragma once

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// An open recipe in our form, where units of the skeleton can pass for no real ones, whatever tool
/// made it. Throws what deriving throws.
recipe::Recipe own_form(const Context& context, const recipe::Recipe& recipe);

}  // namespace larder::commands
