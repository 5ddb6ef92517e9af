#pragma once

#include <string>

#include "larder/record/record.hpp"

// The files that cook leaves in a target directory for `build` and `verify`.

namespace larder::cook {

/// Path of the copy of the recipe.
std::string recipe_copy(const std::string& target_directory);

/// Path of the record of the machine (`record::Record`).
std::string record_file(const std::string& target_directory);

/// Writes the bytes of a recipe, unless they are empty or already there. Throws `file-write`.
void leave_recipe(const std::string& text, const std::string& target_directory);

/// Throws `file-write`.
void leave_record(const record::Record& record, const std::string& target_directory);

}  // namespace larder::cook
