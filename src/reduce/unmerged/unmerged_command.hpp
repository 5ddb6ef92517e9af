#pragma once

#include <set>
#include <string>
#include <vector>

#include "larder/cargo/config/config.hpp"
#include "larder/reduce/graph/local_units.hpp"
#include "local_crates.hpp"

// If merging would not be exact, each package that a command needs gets a crate of its own. The
// names are neutral, so that no artifact is named like one of the user's.

namespace larder::reduce {

/// A command, and what the reduction found out about its packages.
struct CommandInput {
  const Resolution& resolution;
  const cargo::CommandLine& command;
  /// The config of config files and `--config` flags.
  const cargo::Config& config;
  const std::set<cargo::LocalId>& selected;
  const LocalFeatures& features;
  const LocalUnits& units;
  cargo::Lto lto = cargo::Lto::Local;
  /// Whether tests unwind on panic while everything else aborts.
  bool two_strategies = false;
};

/// The local packages that can affect what a command builds: the selected ones, with resolver 1 the
/// current one, and what they depend on.
std::set<cargo::LocalId> needed_packages(const CommandInput& input);

/// Throws `unsupported` if the root manifest or one of these packages has `cargo-features` that are
/// unknown or that no skeleton reproduces.
void check_cargo_features(const Resolution& resolution, const std::set<cargo::LocalId>& packages);

/// Why the packages of a command cannot be merged. Empty if they can. The reasons name no package,
/// so that renaming one does not change the recipe. `kept` are the external packages of the merged
/// skeleton.
std::vector<std::string> reasons_against_merging(const CommandInput& input, const LocalUnits& units,
                                                 const Assumptions& assumptions,
                                                 const std::set<cargo::LockId>& kept);

/// The crates of a command.
UnmergedCrates unmerged_crates(const CommandInput& input);

/// `line`, the command that cook gives to cargo, with the names of the crates.
cargo::CommandLine unmerged_line(const CommandInput& input, const UnmergedCrates& crates,
                                 cargo::CommandLine line);

}  // namespace larder::reduce
