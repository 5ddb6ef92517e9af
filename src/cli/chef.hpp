#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "larder/commands/commands.hpp"

// cargo-chef's command line (0.1.78), translated into our own commands.

namespace larder::cli {

/// Under this name the program takes cargo-chef's arguments.
inline constexpr const char* chef_name = "cargo-chef";

/// The flags of cargo-chef's `cook` that are not cargo's.
struct ChefFlags {
  bool check = false;
  bool clippy = false;
  bool zigbuild = false;
  bool no_build = false;
  bool no_std = false;
};
void add_chef_flags(CLI::App& command, ChefFlags& flags);

/// Cooks, or with `no_build` writes the skeleton. Cargo's own flags are in `options`.
ExitStatus cook_with(const commands::Context& context, commands::CookOptions options,
                     const ChefFlags& flags);

/// Runs the program as cargo-chef. `words` are the arguments after its name.
int run_chef(std::vector<std::string> words, const Environment& environment);

}  // namespace larder::cli
