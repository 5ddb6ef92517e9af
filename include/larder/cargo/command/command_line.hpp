#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/cargo/config/config.hpp"
#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// What a command does with the targets it selects. `Doc` compiles like `Check`.
enum class Intent { Build, Check, Doc, Test, Bench };

/// The targets of one kind that a command names.
struct KindFilter {
  /// `--bins`, `--tests`, …
  bool all = false;
  /// `--bin NAME`; may hold glob characters.
  std::vector<std::string> names;

  bool any() const { return all || !names.empty(); }
  bool selects(const std::string& name) const;
};

/// A flag kept as spelt.
struct GivenFlag {
  std::string name;
  std::optional<std::string> value = std::nullopt;
  bool operator==(const GivenFlag&) const = default;
};

/// A cargo command line, parsed: `build --release --locked -p app`.
struct CommandLine {
  /// From a leading `+toolchain`, without the sign.
  std::string toolchain;
  /// `build`, `check`, `clippy`, `test`, `bench`, `zigbuild`, `rustc`, `doc`, `rustdoc`, `install`.
  /// `run` is stored as `build`.
  std::string subcommand;
  Intent intent = Intent::Build;
  /// Was `run`, which builds the `default-run` binary of a package that names one. Words after `--`
  /// are then the program's.
  bool is_run = false;

  std::vector<std::string> packages;
  std::vector<std::string> exclude;
  bool workspace = false;

  bool lib = false;
  /// `test --doc`: documentation tests only.
  bool doc = false;
  bool all_targets = false;
  KindFilter bins, examples, tests, benches;

  std::vector<std::string> features;
  bool all_features = false;
  bool no_default_features = false;

  /// The name given to `--profile`; `--release` is "release". Empty for the subcommand's default.
  std::string profile;
  std::vector<std::string> targets;

  bool locked = false;
  bool offline = false;
  bool frozen = false;
  /// For `install`, the manifest in the directory given to `--path`.
  std::optional<std::string> manifest_path;
  std::optional<std::string> target_dir;
  bool no_run = false;
  /// `doc --no-deps`, `clippy --no-deps`
  bool no_deps = false;
  /// Values of `--config`, `KEY=VALUE` or a file, in the order given: the last one wins.
  std::vector<std::string> config;
  /// Values of `-Z` that apply to all units alike, or only to where they are put.
  std::vector<std::string> unstable;
  /// Flags for the local packages' own artifacts (`--open`, `--root DIR`), in the order given.
  std::vector<GivenFlag> own;
  /// Unknown flags and the words after them, in the order given.
  std::vector<std::string> unknown;
  /// Flags that change neither what is compiled nor how (`-j`, `-v`, `--color`, …), in the order
  /// given.
  std::vector<GivenFlag> neutral;
  /// A test filter and the words after `--`.
  std::vector<std::string> trailing;

  /// The profile that the command compiles with: `profile`, or else "test", "bench" or "dev".
  std::string profile_name() const;
  /// Whether flags name targets, so that the default selection does not apply.
  bool names_targets() const;
  /// Cargo's `CompileFilter::need_dev_deps_for`: whether dev-dependencies are needed.
  bool has_dev_units() const;
  /// The filter for a kind of target; null for libraries and build scripts. `--all-targets` counts
  /// for every kind.
  KindFilter filter(TargetKind kind) const;

  /// Whether it is `test` or `bench`.
  bool runs_tests() const;

  /// Whether it primarily compiles tests, by whatever name: `test`, `bench`, and `check --profile
  /// test`.
  bool compiles_tests() const;
  /// Whether tests may abort on panic like everything else.
  bool tests_may_abort() const;

  /// The arguments after `cargo`, in one canonical form and order. For `run`, the arguments that
  /// build the same.
  std::vector<std::string> arguments() const;
  /// Equal when cargo gets the same arguments.
  bool operator==(const CommandLine& other) const { return arguments() == other.arguments(); }
};

/// Parses the words after `cargo`. An unknown flag is kept together with a plain word after it,
/// which may be its value. Throws `command-invalid` for what cargo would not accept, including a
/// misspelt flag, and `command-unsupported`, naming the subcommand or flag, for one that cannot be
/// handled.
CommandLine parse_command_line(const std::vector<std::string>& words);

/// Parses flags given on top of a command, in the same way. Skips the checks that need a whole
/// command, such as whether the subcommand knows the flags.
CommandLine parse_flags(const std::string& subcommand, const std::vector<std::string>& words);

/// The subcommands that can be parsed, including `run`.
std::vector<std::string> known_subcommands();

/// Whether a `-Z` flag does not affect the shape of cargo's unit graph: it applies to all units of
/// a kind, concerns files and messages, or is handled by the reduction (`panic-abort-tests`).
bool leaves_units_alone(std::string_view unstable_flag);

/// Expands an alias (cargo's own (`b`), from `CARGO_ALIAS_<NAME>` or from `[alias]`), repeatedly as
/// cargo does.
std::vector<std::string> expand_alias(std::vector<std::string> words, const Config& config,
                                      const Environment& environment);

/// Splits a string as a POSIX shell does with quotes and backslashes, without expansion. Drops a
/// leading word `cargo`. Throws `command-invalid` for an unclosed quote.
std::vector<std::string> split_command(std::string_view text);

/// Joins words into a line that a shell would split into the same words.
std::string join_command(const std::vector<std::string>& words);

}  // namespace larder::cargo
