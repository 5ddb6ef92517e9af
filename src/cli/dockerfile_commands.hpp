#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "larder/commands/commands.hpp"
#include "session.hpp"

// The commands about Dockerfiles: `init` and `lint`.

namespace larder::cli {

/// Flags of `init` as they are given, before they become wishes.
struct InitFlags {
  std::string pipeline;
  std::string registry_cache = "none";
  bool store = false;
  bool sccache = false;
};

CLI::App* add_init(CLI::App& app, GlobalOptions& global, commands::InitOptions& options,
                   InitFlags& flags);

init::Wishes wishes_of(const commands::InitOptions& options, const InitFlags& flags);

CLI::App* add_lint(CLI::App& app, GlobalOptions& global, commands::LintOptions& options);

}  // namespace larder::cli
