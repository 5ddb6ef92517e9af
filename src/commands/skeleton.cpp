#include <fmt/format.h>

#include <filesystem>

#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "place.hpp"
#include "recipe_file.hpp"

namespace larder::commands {

namespace {

/// Absolute path → contents.
std::map<std::string, std::string> files_of(const Place& place, const recipe::Recipe& recipe,
                                            cook::Programs programs) {
  const auto& skeleton = recipe.open.value();
  std::map<std::string, std::string> out;
  for (auto& [relative, contents] : cook::skeleton_files(skeleton, programs))
    out.emplace(path::join(place.workspace_root, relative), contents);
  if (skeleton.config_file)
    out.emplace(path::join(place.directory, ".cargo/config.toml"), *skeleton.config_file);
  if (const auto& toolchain = skeleton.toolchain)
    out.emplace(path::join(place.directory, toolchain->name), toolchain->contents);
  return out;
}

void refuse_to_replace(const std::map<std::string, std::string>& files) {
  std::string found;
  std::size_t count = 0;
  for (const auto& [file, contents] : files) {
    std::error_code ignored;
    // A link that leads nowhere is there as well.
    const bool is_there = std::filesystem::exists(std::filesystem::symlink_status(file, ignored));
    if (!is_there || read_text_file(file) == contents) continue;
    constexpr std::size_t most_listed = 5;
    if (++count <= most_listed) found += "\n  " + file;
  }
  if (count == 0) return;
  throw Error("would-replace", fmt::format("the skeleton has {} files that are here with other "
                                           "contents; nothing was written:{}",
                                           count, found))
      .hint("write the skeleton into an empty directory that holds only the recipe");
}

}  // namespace

ExitStatus write_skeleton(const Context& context, const SkeletonOptions& options) {
  const auto [path, text] = load_recipe(context, options.recipe_path);
  const auto recipe = recipe::read(path, text);
  if (!recipe.open) {
    throw Error("flag-disagrees",
                "--no-build writes the workspace under its own names, but the recipe was made for "
                "a cargo command and has no names")
        .in_file(path)
        .hint("prepare it without a command");
  }
  const auto place = place_to_cook(context, path, recipe);
  recipe::DeriveRequest request{place.directory, "", {}};
  request.environment = context.environment;
  request.open = true;
  // Read as any other: what another tool made gets our form, whose units can pass for no real ones.
  const auto own = recipe::derive_from(recipe, request);
  const auto files =
      files_of(place, own, options.no_std ? cook::Programs::NoStd : cook::Programs::Std);
  refuse_to_replace(files);
  for (const auto& [file, contents] : files) {
    if (!write_new_file(file, contents) && read_text_file(file) != contents) {
      throw Error("would-replace", "the file has come into being meanwhile").in_file(file);
    }
  }
  context.shell.status("Wrote",
                       fmt::format("the skeleton of the workspace ({} files)", files.size()));
  return Exited{0};
}

}  // namespace larder::commands
