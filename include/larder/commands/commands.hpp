#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/process.hpp"
#include "larder/base/shell.hpp"
#include "larder/init/plan.hpp"
#include "larder/recipe/recipe.hpp"

/// One function per subcommand. Each returns how the process should end; our own failures are
/// thrown as `Error`.
namespace larder::commands {

/// The inputs that every command shares.
struct Context {
  /// Absolute path of the current directory.
  std::string directory;
  Environment environment;
  Shell shell;
};

struct PrepareOptions {
  /// "-" for standard output.
  std::string recipe_path = "recipe.json";
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// Makes an open recipe, whatever commands the manifest states.
  bool open = false;
  /// With `open`: only what this member, or the member with this binary, needs.
  std::string bin;
  /// Records all of Cargo.lock, so that cook can fetch what a build without network needs.
  bool whole_lock = false;
  /// When Cargo.lock is missing or outdated, lets cargo make one, outside the workspace.
  bool makes_lockfile = false;
};
ExitStatus prepare(const Context& context, const PrepareOptions& options);

/// Where compiled units are kept. If `directory` is empty, the variable `LARDER_STORE` is used.
struct StoreOptions {
  std::string directory;
  bool read_only = false;
  /// Further stores to take units from.
  std::vector<std::string> others = {};
  /// Size limit, such as "4GB". Empty: `LARDER_STORE_SIZE`, or 10 GiB.
  std::string size = {};
};

struct CookOptions {
  std::string recipe_path = "recipe.json";
  std::vector<std::string> only;
  /// Cargo flags on top of the recorded command. For an open recipe they are the command's flags.
  std::vector<std::string> flags;
  /// For an open recipe, which records no commands.
  std::vector<recipe::StatedCommand> commands;
  /// Set by a flag: `check`, `clippy` or `zigbuild`. From a recipe with commands, only those with
  /// this subcommand are cooked.
  std::string subcommand;
  /// Cooks an open recipe for `cargo build` when no command is stated at all.
  bool builds_by_default = false;
  /// With an open recipe: leaves the skeleton, not only the lock file, if there is no manifest.
  bool leaves_skeleton = false;
  StoreOptions store;
};
ExitStatus cook(const Context& context, const CookOptions& options);

/// Prints what the store holds.
ExitStatus store_status(const Context& context, const StoreOptions& options);

/// Removes what cook would remove when the store is too large.
ExitStatus store_gc(const Context& context, const StoreOptions& options);

struct StoreCheckOptions {
  StoreOptions store;
  /// The number of units of the recorded recipe to recompile and compare.
  std::size_t rebuilt = 0;
  /// Empty: the copy that cook left, or ./recipe.json.
  std::string recipe_path;
  std::string only;
  /// A build command to run instead of the recorded recipe, in the workspace's own target
  /// directory.
  std::vector<std::string> command;
};
/// Removes what is damaged. Exits with 1 when something was damaged or compiles to something else.
/// Throws `target-not-empty`.
ExitStatus store_check(const Context& context, const StoreCheckOptions& options);

struct StoreExportOptions {
  StoreOptions store;
  /// The directory to export to, which becomes a store.
  std::string directory;
  /// Exports only what the last cook into a target directory used.
  bool used = false;
  /// That target directory; empty for the workspace's own.
  std::string target_dir;
  /// Leaves out the units of local packages.
  bool external_only = false;
};
/// Copies units into another directory. Throws `no-used-units`.
ExitStatus store_export(const Context& context, const StoreExportOptions& options);

struct StoreImportOptions {
  StoreOptions store;
  std::string directory;
};
/// Copies the units of another store into this one. Overwrites nothing.
ExitStatus store_import(const Context& context, const StoreImportOptions& options);

struct StoreWhyOptions {
  StoreOptions store;
  /// A package, `NAME@VERSION`, or cargo's 16-digit hash of a unit; empty for all.
  std::string unit;
  /// Empty: the copy that cook left, or ./recipe.json.
  std::string recipe_path;
  std::string only;
  std::string target_dir;
  /// "human" or "json".
  std::string message_format = "human";
  /// The build command to explain; empty for the recorded ones.
  std::vector<std::string> command;
};
/// Shows what cook and the build would take from the store, and why they would not take more. Exits
/// with 1 when a unit would be compiled. Throws `unknown-unit`.
ExitStatus store_why(const Context& context, const StoreWhyOptions& options);

struct SkeletonOptions {
  std::string recipe_path = "recipe.json";
  /// Binaries and examples are `no_std`.
  bool no_std = false;
  /// The flags of the later build.
  std::vector<std::string> flags = {};
};
/// Writes the workspace of an open recipe into the current directory, with stubs as sources, to be
/// built by a tool other than cargo. Existing files are kept. Nothing is written when that would
/// result in a different workspace (`would-replace`).
ExitStatus write_skeleton(const Context& context, const SkeletonOptions& options);

struct BuildOptions {
  /// One of `cargo::known_subcommands`.
  std::string subcommand = "build";
  /// Empty: the copy that cook left, or ./recipe.json.
  std::string recipe_path;
  std::string only;
  bool strict = false;
  StoreOptions store;
  /// Leaves units of local packages out of the store.
  bool no_local = false;
  std::vector<std::string> flags;
};
ExitStatus build(const Context& context, const BuildOptions& options);
/// Whether `build` uses a store for a subcommand.
bool uses_store(const std::string& subcommand);

struct VerifyOptions {
  /// Empty: the copy that cook left, or ./recipe.json.
  std::string recipe_path;
  std::string only;
  /// "human" or "json".
  std::string message_format = "human";
  /// Cargo flags on top of the recorded command.
  std::vector<std::string> flags;
  /// A command that is not in the recipe; empty for the recorded ones.
  std::vector<std::string> command;
  /// If one is given, also shows which local units a build would restore from it.
  StoreOptions store;
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
/// Returns 0 when the recipes are equal and 1 when they differ. After an error the program exits
/// with 2.
ExitStatus diff(const Context& context, const DiffOptions& options);

struct HistoryOptions {
  /// As for `git log`; empty for HEAD.
  std::string range;
  /// The maximum number of commits. 0 means all for a range with two ends, and 100 otherwise.
  std::size_t most = 0;
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// `human` or `json`.
  std::string message_format = "human";
  /// The HTML file to write; empty for none.
  std::string html_path;
};
ExitStatus history(const Context& context, const HistoryOptions& options);

struct InitOptions {
  std::string manifest_path;
  init::Wishes wishes;
  /// Prints the files and writes none.
  bool prints = false;
  /// Files to replace, by the names that init gives them.
  std::vector<std::string> forced;
};
/// Writes the first Dockerfile of a workspace and what belongs to it. An existing file is left as
/// it is unless it is in `forced`; the difference is shown, and the exit code is 1. Throws what
/// `init::make_plan` throws.
ExitStatus init(const Context& context, const InitOptions& options);

struct LintOptions {
  /// Dockerfiles, and files that call `docker build`. Empty for those of the current directory.
  std::vector<std::string> files;
  /// The build context, relative to the current directory.
  std::string context = ".";
  /// One of `lint::finding_formats`.
  std::string message_format = "human";
};
/// Exits with 1 when a finding is an error. Throws `dockerfile-missing` and `dockerfile-parse`.
ExitStatus lint(const Context& context, const LintOptions& options);

struct DepsOptions {
  std::string manifest_path;
  std::vector<recipe::StatedCommand> commands;
  /// Cargo flags on top of the command. They must not change any unit.
  std::vector<std::string> flags;
  StoreOptions store;
};
ExitStatus deps(const Context& context, const DepsOptions& options);

}  // namespace larder::commands
