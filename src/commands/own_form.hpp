#pragma once

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// An open recipe in our own form, whatever tool made it. In this form, no unit of the skeleton can
/// pass for a real one. Throws what `derive_from` throws.
recipe::Recipe own_form(const Context& context, const recipe::Recipe& recipe);

}  // namespace larder::commands
