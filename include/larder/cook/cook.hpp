#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/process.hpp"
#include "larder/base/shell.hpp"
#include "larder/cook/left_skeleton.hpp"
#include "larder/cook/store_session.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::cook {

struct CookRequest {
  /// Absolute: cargo runs here, as the real build will.
  std::string directory;
  /// The workspace root as the real build will see it.
  std::string workspace_root;
  /// Flags given to cook itself that may differ from the recorded command: `-j`, `--offline`, one
  /// `--target`, … The rest is ignored.
  cargo::CommandLine given;
  /// `--target-dir` given to cook.
  std::optional<std::string> target_dir;
  /// Whether the recipe's config and toolchain file may be written into `directory`. Never set in a
  /// checkout.
  bool restore_files = true;
  /// The recipe's bytes, left in the target directory for the build. Empty to leave nothing.
  std::string recipe_text;
  /// Names of the commands to cook; empty for all.
  std::vector<std::string> only;
  /// Whether a failed fetch for a recipe with `whole_lock` is an error. When the user did not ask
  /// for it, the build can still fetch.
  bool must_fetch = true;
  /// What to leave in `directory` once everything is cooked.
  std::optional<Leaving> leaving;
  /// Where compiled units are kept and taken from.
  std::optional<StoreRequest> store;
};

/// Compiles the external units of every command of a recipe. Returns cargo's status, of the first
/// command that failed. Throws `assumption-changed` when this machine's environment or config
/// contradicts the recipe, `unknown-command`, the errors of checking the recipe (`check`), and
/// those of writing files.
ExitStatus cook(const recipe::Recipe& recipe, const CookRequest& request,
                const Environment& environment, const Shell& shell);

/// What a cook with `request.store` would do with each external unit of the recipe's commands: take
/// it from a store, or compile it and why. Compiles nothing. Throws like `cook`, and
/// `cargo-failed`.
std::vector<store::Explanation> explain_units(const recipe::Recipe& recipe,
                                              const CookRequest& request,
                                              const Environment& environment, const Shell& shell);

/// Compares the units that a cook into `request.target_dir` has compiled with those in the stores
/// of `request.store`. Throws the same.
std::vector<ComparedUnit> compare_units(const recipe::Recipe& recipe, const CookRequest& request,
                                        const Environment& environment, const Shell& shell);

/// The config that cargo would use in a directory, including the one in `CARGO_HOME`.
cargo::Config machine_config(const std::string& directory, const Environment& environment);

/// Checks the assumptions of the reduction on this machine. Throws `assumption-changed`.
void check_assumptions(const recipe::Command& command, const cargo::Config& config,
                       const Environment& environment);

}  // namespace larder::cook
