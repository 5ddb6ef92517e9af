#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::cook {

/// The arguments after `cargo` that fetch everything the build of a command will request, without
/// compiling: `tree` in the workspace of `manifest` (`reduce::request_workspace`). It resolves and
/// downloads as `build` does (cargo: ops/tree, `build_and_print`). `line` is the command that
/// builds the skeleton, with the flags given to cook.
std::vector<std::string> fetch_arguments(const recipe::Command& command,
                                         const cargo::CommandLine& line,
                                         const std::string& manifest);

/// Whether cargo will not use the network, because of the command with the flags given to cook, the
/// environment or the config.
bool is_offline(const cargo::CommandLine& line, const Environment& environment,
                const cargo::Config& config);

}  // namespace larder::cook
