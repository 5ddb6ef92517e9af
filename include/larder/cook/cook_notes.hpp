#pragma once

#include <string>

#include "larder/record/record.hpp"

// What cook leaves in a target directory for `build` and `verify`.

namespace larder::cook {

/// The copy of the recipe.
std::string recipe_copy(const std::string& target_directory);

/// The note of the machine that it was cooked on (`record::Record`).
std::string record_file(const std::string& target_directory);

/// Leaves the bytes of a recipe, unless they are there or empty. Throws `file-write`.
void leave_recipe(const std::string& text, const std::string& target_directory);

/// Throws `file-write`.
void leave_record(const record::Record& record, const std::string& target_directory);

}  // namespace larder::cook
