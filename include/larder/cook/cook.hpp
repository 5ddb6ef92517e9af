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
  /// `--target`, … Nothing else of it is used.
  cargo::CommandLine given;
  /// `--target-dir` given to cook.
  std::optional<std::string> target_dir;
  /// Whether config and toolchain file of the recipe may be written into `directory`: never in a
  /// checkout.
  bool restore_files = true;
  /// The recipe's bytes, left in the target directory for the build; empty to leave nothing.
  std::string recipe_text;
  /// Names of the commands to cook; empty for all.
  std::vector<std::string> only;
  /// Whether it is a failure when what a recipe with `whole_lock` has cannot be fetched. Where
  /// nobody asked for it, the build may still get it.
  bool must_fetch = true;
  /// What to leave in `directory` once all is cooked.
  std::optional<Leaving> leaving;
  /// Where compiled units are kept and taken from.
  std::optional<StoreRequest> store;
};

/// Compiles the external units of every command of a recipe. Returns how cargo ended, of the first
/// command that failed. Throws `assumption-changed` when this machine's environment or config
/// contradicts the recipe, `unknown-command`, what `checked` says of the recipe, and what writing
/// files throws.
ExitStatus cook(const recipe::Recipe& recipe, const CookRequest& request,
                const Environment& environment, const Shell& shell);

/// What a cook with `request.store` would do with each external unit of the recipe's commands: take
/// it from a store, or compile it and why. Compiles nothing. Throws as `cook`, and `cargo-failed`.
std::vector<store::Explanation> explain_units(const recipe::Recipe& recipe,
                                              const CookRequest& request,
                                              const Environment& environment, const Shell& shell);

/// The units that a cook into `request.target_dir` has compiled, beside what the stores of
/// `request.store` have of them. Throws the same.
std::vector<ComparedUnit> compare_units(const recipe::Recipe& recipe, const CookRequest& request,
                                        const Environment& environment, const Shell& shell);

/// The config that cargo would use in a directory, that of `CARGO_HOME` included.
cargo::Config machine_config(const std::string& directory, const Environment& environment);

/// Checks what the reduction took for granted against this machine. Throws `assumption-changed`.
void check_assumptions(const recipe::Command& command, const cargo::Config& config,
                       const Environment& environment);

}  // namespace larder::cook
