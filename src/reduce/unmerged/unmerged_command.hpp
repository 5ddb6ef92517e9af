#pragma once

#include <set>
#include <string>
#include <vector>

#include "larder/cargo/config/config.hpp"
#include "larder/reduce/graph/local_units.hpp"
#include "local_crates.hpp"

// The way out where merging would not be exact: a crate for each package that a command needs,
// under neutral names, so that no artifact is called like one of the user's.

namespace larder::reduce {

/// A command, and what the reduction found out about its packages.
struct CommandInput {
  const Resolution& resolution;
  const cargo::CommandLine& command;
  /// That of files and command.
  const cargo::Config& config;
  const std::set<std::size_t>& selected;
  const LocalFeatures& features;
  const LocalUnits& units;
  cargo::Lto lto = cargo::Lto::Local;
  /// Whether tests unwind where the rest aborts on panic.
  bool two_strategies = false;
};

/// The local packages that a command can have a part in: those selected, under resolver 1 the
/// current one, and what they depend on.
std::set<std::size_t> needed_packages(const CommandInput& input);

/// Throws `unsupported` for `cargo-features` of these packages that are not known, and for those
/// that no skeleton reproduces.
void check_cargo_features(const Resolution& resolution, const std::set<std::size_t>& packages);

/// Why the packages of a command cannot be merged, empty when they can: names no package, so that
/// renaming one does not change the recipe. `kept` are the external packages of the merged
/// skeleton.
std::vector<std::string> reasons_against_merging(const CommandInput& input, const LocalUnits& units,
                                                 const Assumptions& assumptions,
                                                 const std::set<std::size_t>& kept);

/// The crates of a command.
UnmergedCrates unmerged_crates(const CommandInput& input);

/// `line`, the command as cook gives it to cargo, with all names as the crates have them.
cargo::CommandLine unmerged_line(const CommandInput& input, const UnmergedCrates& crates,
                                 cargo::CommandLine line);

}  // namespace larder::reduce
