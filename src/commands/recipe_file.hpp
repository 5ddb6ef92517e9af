#pragma once

#include <string>

namespace larder::commands {

/// The text of a recipe. Throws `recipe-missing`, and what reading a file throws.
std::string load_recipe(const std::string& path);

}  // namespace larder::commands
