#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/cargo/config/config.hpp"
#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// What a command does with the targets it selects. `Doc` compiles as `Check` does.
enum class Intent { Build, Check, Doc, Test, Bench };

/// Which targets of one kind a command names.
struct KindFilter {
  /// `--bins`, `--tests`, …
  bool all = false;
  /// `--bin NAME`; may hold glob characters.
  std::vector<std::string> names;

  bool any() const { return all || !names.empty(); }
  bool selects(const std::string& name) const;
};

/// A flag that is kept as it was spelt.
struct GivenFlag {
  std::string name;
  std::optional<std::string> value = std::nullopt;
  bool operator==(const GivenFlag&) const = default;
};

/// A cargo command line, parsed: `build --release --locked -p app`.
struct CommandLine {
  /// Of a leading `+toolchain`, without the sign.
  std::string toolchain;
  /// `build`, `check`, `clippy`, `test`, `bench`, `zigbuild`, `rustc`, `doc`, `rustdoc`, `install`.
  /// `run` has become `build`.
  std::string subcommand;
  Intent intent = Intent::Build;
  /// It was `run`, which builds the `default-run` binary of a package that names one. What stands
  /// behind `--` is then for the program.
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

  /// As `--profile` names it; `--release` is "release". Empty: the subcommand's own.
  std::string profile;
  std::vector<std::string> targets;

  bool locked = false;
  bool offline = false;
  bool frozen = false;
  /// For `install`, the manifest in the directory of `--path`.
  std::optional<std::string> manifest_path;
  std::optional<std::string> target_dir;
  bool no_run = false;
  /// `doc --no-deps`, `clippy --no-deps`
  bool no_deps = false;
  /// Values of `--config`, `KEY=VALUE` or a file, in the order given: the last one wins.
  std::vector<std::string> config;
  /// Values of `-Z` that apply to all units alike, or only to where they are put.
  std::vector<std::string> unstable;
  /// Flags about what becomes of the local packages' own artifacts (`--open`, `--root DIR`), in the
  /// order given.
  std::vector<GivenFlag> own;
  /// Flags whose meaning is not known and the words behind them, in the order given.
  std::vector<std::string> unknown;
  /// Flags that change neither what is compiled nor how (`-j`, `-v`, `--color`, …), in the order
  /// given.
  std::vector<GivenFlag> neutral;
  /// A test filter and what stands behind `--`.
  std::vector<std::string> trailing;

  /// The profile the command compiles with: `profile`, else "test", "bench" or "dev".
  std::string profile_name() const;
  /// Whether targets are named by flags, so that the default selection does not apply.
  bool names_targets() const;
  /// cargo's `CompileFilter::need_dev_deps_for`: whether dev-dependencies take part.
  bool has_dev_units() const;
  /// The filter of a kind of target; null for libraries and build scripts. `--all-targets` counts
  /// for all.
  KindFilter filter(TargetKind kind) const;

  /// Whether what it compiles first of all are tests, however it is called: `test`, `bench`, and
  /// `check --profile test`.
  bool compiles_tests() const;
  /// Whether tests may abort on panic as everything else does.
  bool tests_may_abort() const;

  /// The arguments behind `cargo`, in one canonical form and order. Of `run` those that build the
  /// same.
  std::vector<std::string> arguments() const;
  /// Whether cargo gets the same arguments.
  bool operator==(const CommandLine& other) const { return arguments() == other.arguments(); }
};

/// Parses the words behind `cargo`. A flag that is not known is kept together with a plain word
/// behind it, which may be its value. Throws `command-invalid` for what cargo would not accept, a
/// misspelt flag among it, and `command-unsupported` for a subcommand or flag that cannot be
/// handled, naming it.
CommandLine parse_command_line(const std::vector<std::string>& words);

/// Parses flags that are given on top of a command, in the same way. What only a whole command
/// tells, as whether the subcommand knows them, is not looked at.
CommandLine parse_flags(const std::string& subcommand, const std::vector<std::string>& words);

/// The subcommands that can be parsed, `run` among them.
std::vector<std::string> known_subcommands();

/// Whether a `-Z` flag leaves the shape of cargo's unit graph alone: it applies to all units of a
/// kind, is about files and messages, or is followed by the reduction (`panic-abort-tests`).
bool leaves_units_alone(std::string_view unstable_flag);

/// Replaces an alias, cargo's own (`b`), of `CARGO_ALIAS_<NAME>` or of `[alias]`, by what it stands
/// for, repeatedly as cargo does.
std::vector<std::string> expand_alias(std::vector<std::string> words, const Config& config,
                                      const Environment& environment);

/// Splits a string as a POSIX shell does with quotes and backslashes, expanding nothing. A leading
/// word `cargo` is dropped. Throws `command-invalid` for an open quote.
std::vector<std::string> split_command(std::string_view text);

/// Words as one line that a shell would split into them again.
std::string join_command(const std::vector<std::string>& words);

}  // namespace larder::cargo
