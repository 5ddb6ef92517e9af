#include "larder/cook/cook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "files_above.hpp"
#include "flags.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/commands/commands.hpp"
#include "larder/recipe/inputs.hpp"
#include "own_form.hpp"
#include "place.hpp"
#include "recipe_file.hpp"
#include "recipe_notes.hpp"
#include "store_options.hpp"

namespace larder::commands {

namespace {

/// The commands given for an open recipe, and the flags that are for cook itself.
struct OpenCommand {
  std::vector<recipe::StatedCommand> commands;
  std::vector<std::string> flags;
};

/// Flags about the lock file and about how cargo runs do not state a command.
bool states_command(cargo::CommandLine line) {
  cargo::clear_flags(line, {cargo::FlagRole::Lock, cargo::FlagRole::Running});
  return line.arguments().size() > 1;
}

OpenCommand stated_for_open(const CookOptions& options) {
  if (!options.commands.empty()) return {options.commands, options.flags};
  auto words = options.flags;
  words.insert(words.begin(), options.subcommand.empty() ? "build" : options.subcommand);
  auto line = cargo::parse_command_line(words);
  OpenCommand out;
  // Not part of the command, because it may be outside the workspace, and a recorded path may not.
  if (line.target_dir) out.flags = {"--target-dir", *std::exchange(line.target_dir, std::nullopt)};
  for (const auto& word : cargo::words_of(cargo::output_flags(line))) out.flags.push_back(word);
  cargo::clear_flags(line, {cargo::FlagRole::Output});
  if (options.builds_by_default || !options.subcommand.empty() || states_command(line))
    out.commands = {{"", line.arguments()}};
  return out;
}

/// The names of the commands to cook; empty for all.
std::vector<std::string> chosen(const CookOptions& options, const std::string& path,
                                const recipe::Recipe& recipe) {
  if (options.subcommand.empty()) return options.only;
  std::vector<std::string> names;
  for (const auto& command : recipe.commands) {
    if (command.line.subcommand == options.subcommand) names.push_back(command.name);
  }
  if (!names.empty()) return names;
  throw Error("flag-disagrees",
              fmt::format("the recipe has no `cargo {}` command, but --{} was given",
                          options.subcommand, options.subcommand))
      .in_file(path)
      .hint("give the command to prepare: `cargo larder prepare -- CARGO COMMAND`");
}

recipe::Recipe close(const Context& context, const std::string& path, const recipe::Recipe& open,
                     const Place& place, const OpenCommand& stated) {
  if (stated.commands.empty()) {
    throw Error("no-command", "the recipe was made without a cargo command, and none is given here")
        .in_file(path)
        .hint(
            "give it here: `cargo larder cook -- build --release`. Or give it to prepare: `cargo "
            "larder prepare -- build --release`; the recipe then changes less often");
  }
  recipe::DeriveRequest request{place.directory, "", stated.commands, context.directory};
  request.environment = context.environment;
  request.whole_lock = true;
  reduce::ReductionNotes notes;
  auto recipe = recipe::derive_from(open, request, &notes, DiskTree());
  note_commands(context, recipe, notes);
  return recipe;
}

/// The recipe that is left for the build if the user did not ask for the whole lock file. A change
/// in the rest of the lock file is then not a difference.
std::string text_as_asked(recipe::Recipe recipe) {
  recipe.whole_lock.reset();
  for (auto& command : recipe.commands) command.requests.clear();
  return recipe::write(recipe);
}

/// What cook leaves behind. `read` is the recipe as it was read, `closed` what is cooked of it.
std::optional<cook::Leaving> leaving_of(const Context& context, bool whole,
                                        const recipe::Recipe& read, const recipe::Recipe& closed) {
  cook::Leaving out;
  if (!read.open && closed.whole_lock) {
    out.lock_file = *closed.whole_lock;
    return out;
  }
  if (!read.open) {
    std::vector<std::string> lock_files;
    for (const auto& command : closed.commands) lock_files.push_back(command.skeleton.lock_file);
    out.lock_file = cook::joined_lock_files(lock_files);
    out.is_pruned = true;
    return out;
  }
  try {
    const auto own = own_form(context, read);
    if (whole) {
      out.skeleton = own.open;
      out.sources = own.sources;
    } else {
      out.lock_file = own.open.value().lock_file;
    }
    return out;
  } catch (const Error& error) {
    context.shell.warning("cook leaves no skeleton here: " + error.render());
    return std::nullopt;
  }
}

}  // namespace

ExitStatus cook(const Context& context, const CookOptions& options) {
  // Noted before the error that there is no recipe.
  const auto subcommand = options.subcommand.empty() ? "build" : options.subcommand;
  note_unknown_flags(context, cargo::parse_flags(subcommand, options.flags));
  auto [path, text] = load_recipe(context, options.recipe_path);
  auto recipe = recipe::read(path, text);
  const auto read = recipe;
  const auto place = place_to_cook(context, path, recipe);
  auto flags = options.flags;
  const bool was_open = recipe.open.has_value();
  if (was_open) {
    const auto stated = stated_for_open(options);
    recipe = close(context, path, recipe, place, stated);
    text = text_as_asked(recipe);
    flags = stated.flags;
    for (const auto& command : recipe.commands)
      flags.insert(flags.end(), command.output_flags.begin(), command.output_flags.end());
  } else if (!options.commands.empty()) {
    throw Error("command-invalid",
                "the recipe already has a cargo command, so cook accepts no other")
        .in_file(path)
        .hint("give the command only to prepare");
  }
  note_read_files(context, place);
  cook::CookRequest request;
  request.directory = place.directory;
  request.workspace_root = place.workspace_root;
  // A recipe that was made below the workspace root is only cooked in a checkout, which has its own
  // files.
  request.restore_files = recipe.directory.empty();
  request.recipe_text = text;
  request.must_fetch = !was_open;
  request.store = store_of(context, options.store);
  request.only = chosen(options, path, recipe);
  if (place.directory == context.directory)
    request.leaving = leaving_of(context, options.leaves_skeleton, read, recipe);
  const auto& only = request.only;
  for (const auto& command : recipe.commands) {
    if (flags.empty()) break;
    if (!only.empty() && std::find(only.begin(), only.end(), command.name) == only.end()) continue;
    const auto& recorded = command.line;
    const auto given = check_given(recorded, flags, recorded.subcommand);
    request.given = given_to_cook(recorded, given);
    if (const auto& target = given.target_dir)
      request.target_dir = path::join(context.directory, *target);
  }
  if (request.target_dir) {
    context.shell.note("--target-dir was only given to cook; give it to the build as well");
  }
  return cook::cook(recipe, request, context.environment, context.shell);
}

ExitStatus deps(const Context& context, const DepsOptions& options) {
  const DiskTree tree;
  recipe::DeriveRequest derivation{context.directory, options.manifest_path, options.commands};
  derivation.environment = context.environment;
  derivation.whole_lock = true;
  reduce::ReductionNotes notes;
  auto inputs = recipe::read_inputs(tree, derivation);
  const auto root = inputs.workspace.root_directory;
  const auto recipe = recipe::derive(tree, derivation, std::move(inputs), &notes);
  if (recipe.open) {
    throw Error("no-command", "no cargo command is given, so there is nothing to compile")
        .hint(
            "give it here: `cargo larder deps build --release`. Or put it in the root manifest: "
            "[workspace.metadata.larder] commands = [\"build --release --locked\"]");
  }
  note_commands(context, recipe, notes);
  cook::CookRequest request;
  request.directory = context.directory;
  request.workspace_root = root;
  request.restore_files = false;
  request.must_fetch = false;
  request.store = store_of(context, options.store);
  note_read_files(context, {request.directory, request.workspace_root});
  const auto& first = recipe.commands[0];
  auto flags = options.flags;
  flags.insert(flags.end(), first.output_flags.begin(), first.output_flags.end());
  request.given = cargo::parse_flags("build", flags);
  request.recipe_text = text_as_asked(recipe);
  return cook::cook(recipe, request, context.environment, context.shell);
}

}  // namespace larder::commands
