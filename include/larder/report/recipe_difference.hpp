#pragma once

#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

namespace larder::report {

/// What differs between two recipes, a sentence each, the most telling first; empty when they are
/// equal. `before` is what was cooked.
std::vector<std::string> differences(const recipe::Recipe& before, const recipe::Recipe& after);

}  // namespace larder::report
