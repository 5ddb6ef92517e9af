#pragma once

#include <optional>
#include <string>

#include "larder/recipe/recipe.hpp"

namespace larder::commands {

/// The text of a recipe. Throws `recipe-missing`, and what reading a file throws.
std::string load_recipe(const std::string& path);

/// The directory that `prepare` ran in, when the workspace has its root here; nothing when the root
/// does not lie below a directory as the recipe says.
std::optional<std::string> prepared_in(const std::string& root, const recipe::Recipe& recipe);

}  // namespace larder::commands
