#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "larder/cargo/command/command_line.hpp"

// The flags of cargo's commands that compile, in one table. Reading a command line, writing it,
// comparing two of them and leaving parts out all go by the table, so that no flag can be forgotten
// in one of them.

namespace larder::cargo {

/// What a flag is about, which decides what `cook` and `build` do with it.
enum class FlagRole {
  /// Which packages and targets.
  Selection,
  Features,
  Profile,
  /// `--target`
  Platform,
  /// `--locked`, `--offline`, `--frozen`
  Lock,
  /// Which manifest: `--manifest-path`, `--path`.
  Manifest,
  /// `--target-dir`
  TargetDirectory,
  /// `--config`, `-Z`
  Config,
  /// What becomes of compiled tests: `--no-run`, `--doc`.
  Tests,
  /// What becomes of the local packages' own artifacts (`--open`, `--root DIR`), or how these are
  /// compiled and nothing else is.
  Own,
  /// How cargo goes about it: `-j`, `--keep-going`. Changes no unit.
  Running,
  /// What is printed and reported: `-v`, `--color`, `--timings`. Changes no unit.
  Output,
  /// Cannot be handled; `Flag::about` tells what to do instead.
  Refused,
};

enum class FlagValue {
  None,
  /// Any word that is no flag.
  Word,
  /// The same, but not an empty one.
  Name,
  /// The same, of a file or directory as seen from where cargo runs.
  Path,
  /// As `Word`, but may begin with `-`: `--jobs -1`.
  Number,
  /// Only as `--flag=VALUE`, and may be missing.
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
/// `--profile NAME`, or the flag that stands for a profile.
struct ProfileName {
  std::string_view stands_for;
};
/// `-Z FLAG`
struct UnstableFlag {};
/// `install --path DIR`: as the manifest in it.
struct PackageDirectory {};

/// What of a command line a flag fills. None for refused ones.
using FlagMember =
    std::variant<std::monostate, bool CommandLine::*, std::vector<std::string> CommandLine::*,
                 std::optional<std::string> CommandLine::*, std::vector<GivenFlag> CommandLine::*,
                 AllOfKind, NamesOfKind, FeatureList, ProfileName, UnstableFlag, PackageDirectory>;

struct Flag {
  /// The first one is written.
  std::vector<std::string_view> spellings;
  FlagRole role;
  FlagValue value;
  FlagMember member;
  /// The subcommands that know it, with a space between them; behind a leading `!` those that do
  /// not. Empty: all know it.
  std::string_view commands;
  /// Of a refused flag the way out. Of others what they are about, if several flags are about the
  /// same and the last one counts (`-q`, `-v`).
  std::string_view about;
};

/// In the order in which they are written. From `cargo COMMAND --help` of 1.95 and 1.97 nightly; a
/// test asks the cargo at hand.
const std::vector<Flag>& known_flags();

/// By one of its spellings, `-p` or `--package`; null for one that is not known.
const Flag* find_flag(std::string_view spelling);

/// The known spelling that a word is probably meant to be; empty when there is none. A newer cargo
/// may have flags that are not known here, so only slips of the pen count.
std::string near_flag(std::string_view word);

/// Whether `cargo SUBCOMMAND` knows the flag.
bool knows(std::string_view subcommand, const Flag& flag);

/// The words that say in a command line what a flag says there; empty when it says nothing.
std::vector<std::string> words_of(const CommandLine& line, const Flag& flag);

/// The words of flags that are kept as they were given.
std::vector<std::string> words_of(const std::vector<GivenFlag>& flags);

/// The flags about output, which no recipe records.
std::vector<GivenFlag> output_flags(const CommandLine& line);

/// Takes out of a command line what flags of these roles say.
void clear_flags(CommandLine& line, std::initializer_list<FlagRole> roles);

/// Adds flags that were given on top of a command: about the lock file, the platform, the target
/// directory, tests, own artifacts, running and output, and what stands behind `--`. They take the
/// place of those that are about the same, and `-Z unstable-options` comes with them. All others
/// are left as they are.
void add_flags(CommandLine& line, const CommandLine& given);

}  // namespace larder::cargo
