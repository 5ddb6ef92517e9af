#include "larder/cook/cook.hpp"

#include <fmt/format.h>

#include "announce.hpp"
#include "flags.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

namespace {

std::string load_text(const std::string& path) {
  auto text = read_text_file(path);
  if (text) return *text;
  throw Error("recipe-missing", "there is no recipe")
      .in_file(path)
      .hint(
          "make it with `cargo larder prepare -- CARGO COMMAND`, and copy it here (COPY "
          "--from=planner)");
}

/// The recipe with its commands: an open one gets those given here.
recipe::Recipe with_commands(const Context& context, const CookOptions& options,
                             const std::string& path, const recipe::Recipe& recipe) {
  if (!recipe.open) {
    if (options.commands.empty()) return recipe;
    throw Error("command-invalid", "the recipe names its cargo command, so that cook takes none")
        .in_file(path)
        .hint("state it at prepare");
  }
  if (options.commands.empty()) {
    throw Error("no-command", "the recipe was made without a cargo command, and none is given here")
        .in_file(path)
        .hint(
            "give it behind `--`, as in `cargo larder cook -- build --release`; or state it at "
            "prepare, so that the recipe changes less often");
  }
  recipe::DeriveRequest request{context.directory, "", options.commands};
  request.environment = context.environment;
  return recipe::derive_from(recipe, request);
}

}  // namespace

ExitStatus cook(const Context& context, const CookOptions& options) {
  const auto path = path::join(context.directory, options.recipe_path);
  auto text = load_text(path);
  const auto found = recipe::read(path, text);
  const auto recipe = with_commands(context, options, path, found);
  if (found.open) {
    text = recipe::write(recipe);
    announce_fallbacks(context, recipe);
  }
  cook::CookRequest request;
  request.directory = context.directory;
  request.workspace_root = path::join(context.directory, recipe.root);
  request.recipe_text = text;
  request.only = options.only;
  for (const auto& command : recipe.commands) {
    if (options.flags.empty()) break;
    const auto recorded = cargo::parse_command_line(command.arguments);
    const auto extra = check_extra_flags(recorded, options.flags);
    request.extra_arguments = extra.words;
    request.target_dir = extra.line.target_dir;
  }
  if (request.target_dir) {
    context.shell.note("--target-dir was given to cook only: the build must be given it too");
  }
  return cook::cook(recipe, request, context.environment, context.shell);
}

ExitStatus deps(const Context& context, const DepsOptions& options) {
  const DiskTree tree;
  recipe::DeriveRequest derivation{context.directory, options.manifest_path, options.commands};
  derivation.environment = context.environment;
  const auto recipe = recipe::derive(tree, derivation);
  if (recipe.open) {
    throw Error("no-command", "there is no cargo command to compile the dependencies of")
        .hint(
            "state it, as in `cargo larder deps build --release`, or in the root manifest: "
            "[workspace.metadata.larder] commands = [\"build --release --locked\"]");
  }
  announce_fallbacks(context, recipe);
  const auto start = cargo::start_manifest(tree, context.directory, options.manifest_path);
  cook::CookRequest request;
  request.directory = context.directory;
  request.workspace_root =
      cargo::load_workspace(tree, start, cargo::cargo_home(context.directory, context.environment))
          .root_directory;
  request.restore_files = false;
  request.extra_arguments = options.flags;
  request.recipe_text = recipe::write(recipe);
  return cook::cook(recipe, request, context.environment, context.shell);
}

}  // namespace larder::commands
