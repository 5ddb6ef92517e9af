#include "announce.hpp"

#include <fmt/format.h>

namespace larder::commands {

void note_unknown_flags(const Context& context, const cargo::CommandLine& line) {
  if (line.unknown.empty()) return;
  context.shell.note(fmt::format("the flag `{}` is not known here: it is given to cargo as it is",
                                 cargo::join_command(line.unknown)));
}

void announce_commands(const Context& context, const recipe::Recipe& recipe) {
  for (const auto& command : recipe.commands) {
    note_unknown_flags(context, cargo::parse_command_line(command.arguments));
    if (command.fallback_reason.empty()) continue;
    context.shell.note(
        fmt::format("`cargo {}`: every local package has a crate of its own in the skeleton, so "
                    "that the recipe changes more often, because of {}",
                    cargo::join_command(command.arguments), command.fallback_reason));
  }
}

}  // namespace larder::commands
