#include "recipe_notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "larder/base/path.hpp"

namespace larder::commands {

namespace {

void note_unknown_config_keys(const Context& context, const std::set<std::string>& keys) {
  if (keys.empty()) return;
  context.shell.note(
      fmt::format("unknown config is passed on to cargo, because it may affect dependencies: `{}`",
                  fmt::join(keys, "`, `")));
}

void note_secrets(const Context& context, const std::set<reduce::LeftOutKey>& left_out) {
  if (left_out.empty()) return;
  std::vector<std::string> keys;
  for (const auto& [key, file] : left_out) {
    const bool inside = path::is_within(file, context.directory);
    keys.push_back(
        fmt::format("`{}` of {}", key, inside ? path::relative(file, context.directory) : file));
  }
  context.shell.note(
      fmt::format("not in the recipe, because of a password or token: {}. If dependencies need it, "
                  "set it in the environment of cook and build",
                  fmt::join(keys, ", ")));
}

void note_inexact(const Context& context, const std::map<std::string, std::string>& packages) {
  for (const auto& [package, reason] : packages) {
    context.shell.note(fmt::format(
        "the build will compile `{}` and what depends on it again: external packages depend on "
        "this local package, the command builds it as well, and it {}. To reuse it, select other "
        "packages with -p, or leave it out with --exclude",
        package, reason));
  }
}

}  // namespace

void note_unknown_flags(const Context& context, const cargo::CommandLine& line) {
  if (line.unknown.empty()) return;
  context.shell.note(fmt::format("unknown flag `{}`: passed to cargo unchanged",
                                 cargo::join_command(line.unknown)));
}

void note_commands(const Context& context, const recipe::Recipe& recipe,
                   const reduce::ReductionNotes& notes) {
  note_unknown_config_keys(context, notes.unknown_keys);
  note_secrets(context, notes.left_out);
  for (const auto& command : recipe.commands) {
    note_unknown_flags(context, command.line);
    if (command.unmerged_reason.empty()) continue;
    context.shell.note(
        fmt::format("`cargo {}`: every local package has a crate of its own in the skeleton, so "
                    "the recipe changes more often. The reason: {}",
                    cargo::join_command(command.line.arguments()), command.unmerged_reason));
  }
  note_inexact(context, notes.inexact);
}

}  // namespace larder::commands
