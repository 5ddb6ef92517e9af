#include "announce.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "larder/reduce/config_keys.hpp"

namespace larder::commands {

namespace {

using Keys = std::set<std::string>;

void add_unknown_keys(const cargo::TomlTable& config, Keys& out) {
  for (auto& key : reduce::unknown_config_keys(config)) out.insert(std::move(key));
}

/// Of a recipe that was just made: what it carries is what the tree has.
void note_unknown_config_keys(const Context& context, const recipe::Recipe& recipe) {
  Keys keys;
  const auto add_file = [&](const reduce::Skeleton& skeleton) {
    if (!skeleton.config_file) return;
    const auto parsed =
        cargo::parse_toml("the recipe's config", *skeleton.config_file, cargo::config_error_id);
    add_unknown_keys(*parsed.root.table(), keys);
  };
  if (recipe.open) add_file(*recipe.open);
  for (const auto& command : recipe.commands) {
    add_file(command.skeleton);
    const auto& stated = command.cook_line.config;
    add_unknown_keys(cargo::Config::of_arguments(MemoryTree(), "/", stated).merged(), keys);
  }
  if (keys.empty()) return;
  context.shell.note(
      fmt::format("unknown config: `{}`; passed on to cargo, because it may affect dependencies",
                  fmt::join(keys, "`, `")));
}

}  // namespace

void note_unknown_flags(const Context& context, const cargo::CommandLine& line) {
  if (line.unknown.empty()) return;
  context.shell.note(fmt::format("the flag `{}` is unknown: it is passed to cargo as it is",
                                 cargo::join_command(line.unknown)));
}

void announce_commands(const Context& context, const recipe::Recipe& recipe) {
  note_unknown_config_keys(context, recipe);
  for (const auto& command : recipe.commands) {
    note_unknown_flags(context, command.line);
    if (command.fallback_reason.empty()) continue;
    context.shell.note(
        fmt::format("`cargo {}`: every local package has a crate of its own in the skeleton, so "
                    "that the recipe changes more often, because of {}",
                    cargo::join_command(command.line.arguments()), command.fallback_reason));
  }
}

}  // namespace larder::commands
