#pragma once

#include <functional>
#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/store_session.hpp"
#include "larder/driver/cargo.hpp"

namespace larder::commands {

/// A cargo command over the real workspace that only compiles.
struct StoredBuild {
  const driver::Cargo& cargo;
  const cargo::CommandLine& line;
  /// Where cargo runs, and the root of its workspace.
  const std::string& directory;
  const std::string& workspace_root;
  const cook::StoreRequest& store;
  cook::LocalUnits local;
};

/// Restores units, lets `run` start cargo with the environment that it is passed, and saves what
/// cargo has compiled. Runs cargo again if files were changed in the meantime. Where no store can
/// be used, it says so and only runs cargo.
ExitStatus run_with_store(const Context& context, const StoredBuild& build,
                          const std::function<ExitStatus(const Environment&)>& run);

/// What `run_with_store` would do with each unit. Empty where no store can be used.
std::vector<store::Explanation> explain_build(const Context& context, const StoredBuild& build);

/// Compares what cargo has compiled in the target directory with what the stores have.
std::vector<cook::ComparedUnit> compare_build(const Context& context, const StoredBuild& build);

/// The command, changed so that it only compiles. Throws `unsupported` for commands that document
/// or install.
cargo::CommandLine compiling_only(cargo::CommandLine line);

}  // namespace larder::commands
