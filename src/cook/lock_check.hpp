#pragma once

#include <string>

#include "larder/recipe/recipe.hpp"

namespace larder::cook {

/// With `--locked`, cargo may only have removed entries from the lock file of the skeleton. Throws
/// `lock-outdated` for one that it added, as the build would fail then.
void check_lock(const recipe::Command& command, const std::string& skeleton_directory);

}  // namespace larder::cook
