#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "larder/cargo/command/command_line.hpp"

// The flags of cargo's commands that compile, in one table. Parsing a command line, printing it,
// comparing two and removing parts all use the table, so no flag can be forgotten in one of them.

namespace larder::cargo {

/// What a flag concerns; `cook` and `build` treat it accordingly.
enum class FlagRole {
  /// The packages and targets.
  Selection,
  Features,
  Profile,
  /// `--target`
  Platform,
  /// `--locked`, `--offline`, `--frozen`
  Lock,
  /// The manifest: `--manifest-path`, `--path`.
  Manifest,
  /// `--target-dir`
  TargetDirectory,
  /// `--config`, `-Z`
  Config,
  /// What to do with compiled tests: `--no-run`, `--doc`.
  Tests,
  /// What to do with the local packages' own artifacts (`--open`, `--root DIR`), or how those alone
  /// are compiled.
  Own,
  /// How cargo runs: `-j`, `--keep-going`. Changes no unit.
  Running,
  /// Messages and reports: `-v`, `--color`, `--timings`. Changes no unit.
  Output,
  /// Cannot be handled; `Flag::about` says what to do instead.
  Refused,
};

enum class FlagValue {
  None,
  /// Any word that is not a flag.
  Word,
  /// The same, but not empty.
  Name,
  /// The same, for a file or directory relative to where cargo runs.
  Path,
  /// Like `Word`, but may begin with `-`: `--jobs -1`.
  Number,
  /// Only in the form `--flag=VALUE`; the value is optional.
  Attached,
};

/// `--bins`
struct AllOfKind {
  KindFilter CommandLine::*kind;
};
/// `--bin NAME`
struct NamesOfKind {
  KindFilter CommandLine::*kind;
};
/// `--features 'a b,c'`
struct FeatureList {};
/// `--profile NAME`, or a flag that stands for a profile.
struct ProfileName {
  std::string_view stands_for;
};
/// `-Z FLAG`
struct UnstableFlag {};
/// `install --path DIR`, stored as the manifest in that directory.
struct PackageDirectory {};

/// The part of a command line that a flag sets. None for refused flags.
using FlagMember =
    std::variant<std::monostate, bool CommandLine::*, std::vector<std::string> CommandLine::*,
                 std::optional<std::string> CommandLine::*, std::vector<GivenFlag> CommandLine::*,
                 AllOfKind, NamesOfKind, FeatureList, ProfileName, UnstableFlag, PackageDirectory>;

/// The ways to write a flag, of which the first is used for printing.
class Spellings {
 public:
  constexpr Spellings(std::string_view first, std::string_view second = {},
                      std::string_view third = {})
      : all_{first, second, third} {}

  [[nodiscard]] constexpr std::string_view first() const { return all_[0]; }
  [[nodiscard]] constexpr const std::string_view* begin() const { return all_.data(); }
  [[nodiscard]] constexpr const std::string_view* end() const {
    return std::find(all_.begin(), all_.end(), std::string_view());
  }

 private:
  std::array<std::string_view, 3> all_;
};

struct Flag {
  Spellings spellings;
  FlagRole role;
  FlagValue value;
  FlagMember member;
  /// The subcommands that have the flag, separated by spaces; after a leading `!`, those that do
  /// not. Empty when all have it.
  std::string_view commands;
  /// For a refused flag, what to do instead. For others, their subject, when several flags have the
  /// same one and the last flag wins (`-q`, `-v`).
  std::string_view about;
};

/// In the order in which they are printed. From `cargo COMMAND --help` of 1.95 and 1.97 nightly; a
/// test compares them with the installed cargo.
std::span<const Flag> known_flags();

/// Finds a flag by one of its spellings, `-p` or `--package`; null when unknown.
const Flag* find_flag(std::string_view spelling);

/// The known spelling that a word probably stands for; empty when there is none. Only small typos
/// count, because a newer cargo may have flags that are unknown here.
std::string near_flag(std::string_view word);

/// Whether `cargo SUBCOMMAND` has the flag.
bool knows(std::string_view subcommand, const Flag& flag);

/// The words that express a flag's setting in a command line; empty when it is not set.
std::vector<std::string> words_of(const CommandLine& line, const Flag& flag);

/// The words of flags that are kept as given.
std::vector<std::string> words_of(const std::vector<GivenFlag>& flags);

/// The output flags, which are not recorded in a recipe.
std::vector<GivenFlag> output_flags(const CommandLine& line);

/// Resets the flags of these roles in a command line.
void clear_flags(CommandLine& line, std::initializer_list<FlagRole> roles);

/// Adds flags given on top of a command: those for the lock file, the platform, the target
/// directory, tests, own artifacts, running and output, and the words after `--`. They replace
/// flags with the same subject. `-Z unstable-options` is added along with them. Everything else in
/// `given` is ignored.
void add_flags(CommandLine& line, const CommandLine& given);

}  // namespace larder::cargo
