#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::cook {

/// Removes variables that would make cargo write outside the target directory: the skeleton's lock
/// file and artifacts must not go to the user's paths.
void forget_redirections(Environment& environment);

/// Flags that redirect the corresponding config keys into the skeleton's directory. None for keys
/// that are not set, because not every cargo knows them.
std::vector<std::string> own_redirections(const cargo::Config& config,
                                          const std::string& skeleton_directory);

}  // namespace larder::cook
