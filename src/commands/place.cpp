#include "place.hpp"

#include <fmt/format.h>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::commands {

namespace {

bool has_manifest(const std::string& directory) {
  return DiskTree().is_file(path::join(directory, "Cargo.toml"));
}

/// The directory without its last components, if those are `below`.
std::optional<std::string> without(const std::string& directory, const std::string& below) {
  if (!directory.ends_with("/" + below)) return std::nullopt;
  return path::normalize(directory.substr(0, directory.size() - below.size()));
}

Error misplaced(const Context& context, const std::string& recipe_path,
                const recipe::Recipe& recipe) {
  const auto& start = recipe.directory;
  const auto root = without(context.directory, start);
  return Error("recipe-misplaced",
               fmt::format(
                   "the recipe was made in `{}`, below the workspace root, but that workspace "
                   "is not here. The build will use the target directory of the root{}, and "
                   "cook never writes above its own directory",
                   start, root ? fmt::format(" ({})", path::join(*root, "target")) : ""))
      .in_file(recipe_path)
      .hint(fmt::format(
          "run prepare and cook in the workspace root. In a Dockerfile, put `WORKDIR {}` "
          "before both, and write `cargo larder prepare --manifest-path "
          "{}/Cargo.toml`",
          root.value_or("THE WORKSPACE ROOT"), start));
}

}  // namespace

std::optional<std::string> prepared_in(const std::string& root, const recipe::Recipe& recipe) {
  if (!recipe.directory.empty()) return path::join(root, recipe.directory);
  if (recipe.root == ".") return root;
  return without(root, recipe.root);
}

std::string workspace_root_of(const Context& context, const std::string& directory) {
  const DiskTree tree;
  try {
    return cargo::find_workspace_root(tree, cargo::find_manifest(tree, directory),
                                      cargo::cargo_home(directory, context.environment));
  } catch (const Error&) {
    return "";
  }
}

std::optional<Place> find_place(const Context& context, const recipe::Recipe& recipe) {
  if (recipe.root != ".") {
    const auto below = path::join(context.directory, recipe.root);
    if (has_manifest(below)) return Place{context.directory, below};
  }
  const auto root = workspace_root_of(context, context.directory);
  if (root.empty()) return std::nullopt;
  const auto directory = prepared_in(root, recipe);
  if (!directory || !DiskTree().is_directory(*directory)) return std::nullopt;
  return Place{*directory, root};
}

Place place_to_cook(const Context& context, const std::string& recipe_path,
                    const recipe::Recipe& recipe) {
  Place here{context.directory, path::join(context.directory, recipe.root)};
  const bool is_checkout = has_manifest(context.directory);
  // Sources will be copied into an empty directory later, so a workspace above says nothing about
  // them. The exception is a recipe that was made below its workspace root, in the place of this
  // directory.
  const auto found = find_place(context, recipe);
  if (found && (is_checkout || (!recipe.directory.empty() && found->directory == here.directory)))
    return *found;
  if (!recipe.directory.empty()) throw misplaced(context, recipe_path, recipe);
  if (found && found->workspace_root != here.workspace_root) {
    context.shell.note(
        fmt::format("there is no Cargo.toml here, but {} is a workspace. If the build finds no "
                    "nearer one, it will use the target directory of that workspace",
                    found->workspace_root));
  }
  return here;
}

}  // namespace larder::commands
