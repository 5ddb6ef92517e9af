#include <fmt/format.h>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/cook.hpp"
#include "larder/cook/left_skeleton.hpp"
#include "larder/cook/recipe_checks.hpp"
#include "larder/driver/build_directories.hpp"
#include "own_form.hpp"
#include "place.hpp"
#include "recipe_file.hpp"

namespace larder::commands {

namespace {

/// Writes the config and toolchain files where the command will run. Returns the files that were
/// kept, because an existing file belongs to the user.
std::vector<std::string> write_shared_files(const std::string& directory,
                                            const reduce::Skeleton& skeleton) {
  std::vector<std::string> kept;
  const auto write = [&](const std::string& name, const std::string& contents) {
    const auto file = path::join(directory, name);
    if (!write_new_file(file, contents) && read_file(file) != contents) kept.push_back(file);
  };
  if (skeleton.config_file) write(".cargo/config.toml", *skeleton.config_file);
  if (const auto& toolchain = skeleton.toolchain) write(toolchain->name, toolchain->contents);
  return kept;
}

}  // namespace

recipe::Recipe own_form(const Context& context, const recipe::Recipe& recipe) {
  if (!recipe.is_foreign) return recipe;
  recipe::DeriveRequest request{context.directory, "", {}};
  request.environment = context.environment;
  request.open = true;
  return recipe::derive_from(recipe, request, nullptr, DiskTree());
}

ExitStatus write_skeleton(const Context& context, const SkeletonOptions& options) {
  const auto [path, text] = load_recipe(context, options.recipe_path);
  const auto recipe = recipe::read(path, text);
  if (!recipe.open) {
    throw Error("flag-disagrees",
                "--no-build needs the names of the packages, but a recipe for a cargo command does "
                "not contain them")
        .in_file(path)
        .hint("run prepare without a command");
  }
  auto words = options.flags;
  words.insert(words.begin(), "build");
  auto target_dir = cargo::parse_command_line(words).target_dir.value_or("");
  if (!target_dir.empty()) target_dir = path::join(context.directory, target_dir);
  cook::Leaving leaving;
  const auto own = own_form(context, recipe);
  leaving.skeleton = own.open;
  leaving.sources = own.sources;
  if (options.no_std) leaving.programs = cook::Programs::NoStd;
  const auto [directory, root] = place_to_cook(context, path, recipe);
  cook::check_shared_files(*leaving.skeleton, directory);
  const auto config = cook::machine_config(directory, context.environment);
  const auto directories =
      driver::find_build_directories({directory, root, target_dir, context.environment, config});
  const cook::LeavingPlace place{directory, root, directories.target_directory};
  auto kept = cook::leave_around(leaving, place, context.environment, context.shell);
  for (auto& file : write_shared_files(directory, *leaving.skeleton))
    kept.push_back(std::move(file));
  cook::warn_of_kept(kept, context.shell);
  context.shell.status("Wrote", fmt::format("the skeleton of the workspace ({} manifests)",
                                            leaving.skeleton->manifests.size()));
  return Exited{0};
}

}  // namespace larder::commands
