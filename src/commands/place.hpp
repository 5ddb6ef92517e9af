#pragma once

#include <optional>
#include <string>

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// Where cargo runs for a recipe, and for which workspace.
struct Place {
  /// Takes the place of the directory where `prepare` ran. Config, toolchain file and default
  /// packages depend on it.
  std::string directory;
  std::string workspace_root;
};

/// The directory that `prepare` ran in, if `root` is the workspace root. Nothing if the path of
/// `root` does not end as the recipe says.
std::optional<std::string> prepared_in(const std::string& root, const recipe::Recipe& recipe);

/// The root of the workspace that a directory is in. Empty if there is none that can be read.
std::string workspace_root_of(const Context& context, const std::string& directory);

/// The place of a recipe in the current checkout, from any directory in it. Nothing if the recipe's
/// workspace is not here.
std::optional<Place> find_place(const Context& context, const recipe::Recipe& recipe);

/// The place to cook in. In a checkout, this is the recipe's place there. Without manifests, the
/// current directory takes the place of the one that `prepare` ran in. Throws `recipe-misplaced` if
/// that was below the workspace root, because cook would have to compile into a directory above
/// this one.
Place place_to_cook(const Context& context, const std::string& recipe_path,
                    const recipe::Recipe& recipe);

}  // namespace larder::commands
