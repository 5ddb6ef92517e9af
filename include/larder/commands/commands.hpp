#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/process.hpp"
#include "larder/base/shell.hpp"
#include "larder/recipe/recipe.hpp"

/// One function for each subcommand. They return how the process shall end; whatever goes wrong of
/// itself is thrown as `Error`.
namespace larder::commands {

/// What every command gets from the outside.
struct Context {
  /// Absolute path of the current directory.
  std::string directory;
  Environment environment;
  Shell shell;
};

struct PrepareOptions {
  /// "-" is standard output.
  std::string recipe_path = "recipe.json";
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// For a recipe without a command, whatever the manifest states.
  bool open = false;
  /// With `open`: only what this member, or the member with this binary, has a use for.
  std::string bin;
  /// That cook can bring what a build without network asks of all of Cargo.lock.
  bool whole_lock = false;
  /// Where Cargo.lock is missing or outdated, cargo makes one, outside the workspace.
  bool makes_lockfile = false;
};
ExitStatus prepare(const Context& context, const PrepareOptions& options);

/// Where compiled units are kept. Without a directory the variable `LARDER_STORE` counts.
struct StoreOptions {
  std::string directory;
  bool read_only = false;
  /// Further stores that units are taken from.
  std::vector<std::string> others = {};
  /// What it is kept to, as "4GB". Empty: `LARDER_STORE_SIZE`, or 10 GiB.
  std::string size = {};
};

struct CookOptions {
  std::string recipe_path = "recipe.json";
  std::vector<std::string> only;
  /// Cargo flags on top of the recorded command; for an open recipe they state it.
  std::vector<std::string> flags;
  /// For an open recipe, which has none.
  std::vector<recipe::StatedCommand> commands;
  /// Asked for by a flag: `check`, `clippy` or `zigbuild`. Of a recipe with commands those of this
  /// subcommand are cooked.
  std::string subcommand;
  /// An open recipe for which nothing is stated at all is cooked for `cargo build`.
  bool builds_by_default = false;
  /// Of an open recipe the skeleton is left where there is no manifest, not only the lock file.
  bool leaves_skeleton = false;
  StoreOptions store;
};
ExitStatus cook(const Context& context, const CookOptions& options);

/// What the store holds, as text.
ExitStatus store_status(const Context& context, const StoreOptions& options);

/// Removes what cook would remove when the store is too large.
ExitStatus store_gc(const Context& context, const StoreOptions& options);

struct StoreCheckOptions {
  StoreOptions store;
  /// How many units of the recorded recipe to compare with what a fresh compilation makes.
  std::size_t rebuilt = 0;
  /// Empty: the copy that cook left, else ./recipe.json.
  std::string recipe_path;
  std::string only;
};
/// Exits with 1 when something was damaged, which it removes, or compiles to something else.
ExitStatus store_check(const Context& context, const StoreCheckOptions& options);

struct StoreExportOptions {
  StoreOptions store;
  /// Where to: a directory, which becomes a store.
  std::string directory;
  /// Only what the last cook into a target directory used.
  bool used = false;
  /// That target directory; empty for the workspace's.
  std::string target_dir;
};
/// Brings units into another directory. Throws `no-used-units`.
ExitStatus store_export(const Context& context, const StoreExportOptions& options);

struct StoreImportOptions {
  StoreOptions store;
  std::string directory;
};
/// Brings the units of another store into this one, and overwrites nothing.
ExitStatus store_import(const Context& context, const StoreImportOptions& options);

struct StoreWhyOptions {
  StoreOptions store;
  /// A package, `NAME@VERSION`, or cargo's 16 digits of a unit; empty for all.
  std::string unit;
  /// Empty: the copy that cook left, else ./recipe.json.
  std::string recipe_path;
  std::string only;
  std::string target_dir;
  /// "human" or "json".
  std::string message_format = "human";
};
/// Shows what cook would take from the store, and why not more. Exits with 1 where one of the units
/// would be compiled. Throws `unknown-unit`.
ExitStatus store_why(const Context& context, const StoreWhyOptions& options);

struct SkeletonOptions {
  std::string recipe_path = "recipe.json";
  /// Binaries and examples do without the standard library.
  bool no_std = false;
  /// Those of the build to come.
  std::vector<std::string> flags = {};
};
/// Writes the workspace that an open recipe stands for into the current directory, with stubs as
/// sources, for a tool that is not cargo to build. Files that are there are kept; nothing is
/// written where that would make another workspace (`would-replace`).
ExitStatus write_skeleton(const Context& context, const SkeletonOptions& options);

struct BuildOptions {
  /// One of `cargo::known_subcommands`.
  std::string subcommand = "build";
  /// Empty: the copy that cook left, else ./recipe.json.
  std::string recipe_path;
  std::string only;
  bool strict = false;
  std::vector<std::string> flags;
};
ExitStatus build(const Context& context, const BuildOptions& options);

struct VerifyOptions {
  /// Empty: the copy that cook left, else ./recipe.json.
  std::string recipe_path;
  std::string only;
  /// "human" or "json".
  std::string message_format = "human";
  /// Cargo flags on top of the recorded command.
  std::vector<std::string> flags;
  /// A command that no recipe holds; empty for the recorded ones.
  std::vector<std::string> command;
};
/// Exits with 1 when the real build would compile an external unit.
ExitStatus verify(const Context& context, const VerifyOptions& options);

struct MetadataOptions {
  std::string manifest_path;
};
ExitStatus metadata(const Context& context, const MetadataOptions& options);

struct DiffOptions {
  /// Each a recipe file, a git revision, or "." for the working tree.
  std::string before;
  std::string after;
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// `human` or `json`.
  std::string message_format = "human";
};
/// Ends with 0 where the recipes are the same and with 1 where they differ; an error ends the
/// program with 2.
ExitStatus diff(const Context& context, const DiffOptions& options);

struct HistoryOptions {
  /// As `git log` takes it; empty for HEAD.
  std::string range;
  /// How many commits at most; 0 for all of a range with two ends, and else for 100.
  std::size_t most = 0;
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// `human` or `json`.
  std::string message_format = "human";
  /// Where to write the page; empty for none.
  std::string html_path;
};
ExitStatus history(const Context& context, const HistoryOptions& options);

struct DepsOptions {
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// Cargo flags on top of the command that change no unit.
  std::vector<std::string> flags;
  StoreOptions store;
};
ExitStatus deps(const Context& context, const DepsOptions& options);

}  // namespace larder::commands
