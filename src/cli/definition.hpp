#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace larder::cli {

/// Calls `use` with the definition of cargo-larder's command line. packaging/ writes the manual
/// pages and the completions from it.
void with_definition(const std::function<void(const CLI::App&)>& use);

}  // namespace larder::cli
