#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace larder::cli {

/// Shows the definition of cargo-larder's command line, from which packaging/ writes the manual
/// pages and the completions.
void with_definition(const std::function<void(const CLI::App&)>& use);

}  // namespace larder::cli
