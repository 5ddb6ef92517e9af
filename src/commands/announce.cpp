#include "announce.hpp"

#include <fmt/format.h>

namespace larder::commands {

void announce_fallbacks(const Context& context, const recipe::Recipe& recipe) {
  for (const auto& command : recipe.commands) {
    if (command.fallback_reason.empty()) continue;
    context.shell.note(
        fmt::format("`cargo {}`: every local package has a crate of its own in the skeleton, so "
                    "that the recipe changes more often, because of {}",
                    cargo::join_command(command.arguments), command.fallback_reason));
  }
}

}  // namespace larder::commands
