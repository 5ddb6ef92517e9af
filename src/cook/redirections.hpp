#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::cook {

/// Takes out of the environment what would lead cargo to write beside the target directory: the
/// lock file and the artifacts of the skeleton are none of the user's.
void forget_redirections(Environment& environment);

/// The flags by which the keys of config files that do the same lead into the skeleton's directory;
/// none for keys that are not set, as not every cargo knows them.
std::vector<std::string> own_redirections(const cargo::Config& config,
                                          const std::string& skeleton_directory);

}  // namespace larder::cook
