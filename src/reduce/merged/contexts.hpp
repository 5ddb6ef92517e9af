#pragma once

#include <set>

#include "crates.hpp"
#include "larder/reduce/graph/local_units.hpp"

// Decides which crate of the skeleton, and which of its tables, stands for each context that an
// external package can distinguish. Knows the roles of crates, but not manifest syntax.

namespace larder::reduce {

struct ContextInput {
  const LocalFeatures& features;
  const LocalUnits& units;
  bool old_resolver = false;
  cargo::Lto lto = cargo::Lto::Local;
  bool panic_abort = false;
  /// The command's own roots are tests (`CommandLine::compiles_tests`).
  bool testing = false;
  /// External packages whose features can reach something that is compiled.
  const std::set<cargo::LockId>& relevant;
};

struct ContextCrates {
  Crates crates;
  /// The skeleton has test units that `build` and `check` compile only with `--all-targets`.
  bool needs_all_targets = false;
  /// A context that no crate stands for, so that the packages cannot be merged. Empty if there is
  /// none.
  std::string unmergeable;
};

ContextCrates crates_for(const ContextInput& input);

}  // namespace larder::reduce
