#include "larder/cargo/command/command_line.hpp"

#include <algorithm>

#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/workspace/glob.hpp"

namespace larder::cargo {

bool KindFilter::selects(const std::string& name) const {
  return all || std::any_of(names.begin(), names.end(), [&](const std::string& pattern) {
           return pattern == name || glob_matches(pattern, name);
         });
}

std::string CommandLine::profile_name() const {
  if (!profile.empty()) return profile;
  if (intent == Intent::Test) return "test";
  if (subcommand == "install") return "release";
  return intent == Intent::Bench ? "bench" : "dev";
}

bool CommandLine::names_targets() const {
  return lib || doc || all_targets || bins.any() || examples.any() || tests.any() || benches.any();
}

bool CommandLine::has_dev_units() const {
  if (compiles_tests()) return true;
  return all_targets || examples.any() || tests.any() || benches.any();
}

bool CommandLine::runs_tests() const {
  return intent == Intent::Test || intent == Intent::Bench;
}

bool CommandLine::compiles_tests() const {
  // An old way to check tests (cargo: commands/check.rs).
  const bool checks_tests = intent == Intent::Check && profile == "test";
  return runs_tests() || checks_tests;
}

bool CommandLine::tests_may_abort() const {
  return std::find(unstable.begin(), unstable.end(), "panic-abort-tests") != unstable.end();
}

KindFilter CommandLine::filter(TargetKind kind) const {
  if (all_targets) return {true, {}};
  switch (kind) {
    case TargetKind::Bin:
      return bins;
    case TargetKind::Example:
      return examples;
    case TargetKind::Test:
      return tests;
    case TargetKind::Bench:
      return benches;
    default:
      return {};
  }
}

std::vector<std::string> CommandLine::arguments() const {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<std::string>& words) {
    out.insert(out.end(), words.begin(), words.end());
  };
  if (!toolchain.empty()) out.push_back("+" + toolchain);
  out.push_back(subcommand);
  for (const auto& flag : known_flags()) {
    const bool is_kept = std::holds_alternative<std::vector<GivenFlag> CommandLine::*>(flag.member);
    if (!is_kept) add(words_of(*this, flag));
  }
  add(words_of(own));
  add(unknown);
  add(words_of(neutral));
  if (!is_run) add(trailing);
  return out;
}

}  // namespace larder::cargo
