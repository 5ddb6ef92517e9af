#pragma once

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// The open skeleton of a recipe in our form, whose units can pass for no real ones, whatever tool
/// made the recipe. Throws what deriving throws.
reduce::Skeleton own_form(const Context& context, const recipe::Recipe& recipe);

}  // namespace larder::commands
