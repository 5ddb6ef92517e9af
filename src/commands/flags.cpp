#include "flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/error.hpp"
#include "larder/cargo/command/flags.hpp"

namespace larder::commands {

namespace {

using cargo::FlagRole;

[[noreturn]] void disagree(std::string_view flag, const cargo::CommandLine& recorded) {
  throw Error("flag-disagrees",
              fmt::format("`{}` was given here, but the recipe was made for `cargo {}`", flag,
                          cargo::join_command(recorded.arguments())))
      .hint(
          "give it only to prepare: `cargo larder prepare -- CARGO COMMAND`. If an ARG of the "
          "Dockerfile sets it, declare the ARG in the planner stage, between FROM and `prepare`");
}

bool must_agree(const cargo::Flag& flag, const cargo::CommandLine& given,
                const cargo::CommandLine& recorded) {
  switch (flag.role) {
    case FlagRole::Selection:
    case FlagRole::Features:
    case FlagRole::Profile:
    case FlagRole::Manifest:
    case FlagRole::Config:
      return true;
    case FlagRole::Platform:
      return !recorded.targets.empty() || given.targets.size() > 1;
    case FlagRole::Tests:
      // A plain `test` has everything that its documentation tests need, so `--doc` may be added.
      return given.doc && (recorded.intent != cargo::Intent::Test || recorded.names_targets());
    case FlagRole::Lock:
    case FlagRole::TargetDirectory:
    case FlagRole::Own:
    case FlagRole::Running:
    case FlagRole::Output:
    case FlagRole::Refused:
      return false;
  }
  return true;
}

}  // namespace

cargo::CommandLine check_given(const cargo::CommandLine& recorded,
                               const std::vector<std::string>& flags,
                               const std::string& subcommand) {
  auto given = cargo::parse_flags(subcommand, flags);
  const auto words_of = [](cargo::CommandLine line, const cargo::Flag& flag) {
    // It only unlocks other flags.
    std::erase(line.unstable, "unstable-options");
    return cargo::words_of(line, flag);
  };
  for (const auto& flag : cargo::known_flags()) {
    const auto words = words_of(given, flag);
    if (words.empty() || !must_agree(flag, given, recorded)) continue;
    if (words != words_of(recorded, flag)) disagree(flag.spellings.first(), recorded);
  }
  if (!given.unknown.empty() && given.unknown != recorded.unknown)
    disagree(given.unknown[0], recorded);
  return given;
}

cargo::CommandLine given_to_cook(const cargo::CommandLine& recorded, cargo::CommandLine given) {
  if (given.doc && !recorded.doc) disagree("--doc", recorded);
  cargo::CommandLine out;
  out.subcommand = recorded.subcommand;
  out.neutral = std::move(given.neutral);
  out.offline = given.offline || given.frozen;
  if (recorded.targets.empty()) out.targets = std::move(given.targets);
  return out;
}

}  // namespace larder::commands
