#include "line_difference.hpp"

#include <algorithm>
#include <set>

#include "larder/cargo/command/flags.hpp"

namespace larder::lint {

namespace {

using cargo::CommandLine;
using cargo::FlagRole;

std::string flags_of(const CommandLine& line, FlagRole role) {
  std::vector<std::string> words;
  for (const auto& flag : cargo::known_flags()) {
    if (flag.role != role) continue;
    for (auto& word : cargo::words_of(line, flag)) words.push_back(std::move(word));
  }
  return words.empty() ? "" : cargo::join_command(words);
}

template <typename Values>
std::set<std::string> as_set(const Values& values) {
  return {values.begin(), values.end()};
}

bool same_features(const CommandLine& a, const CommandLine& b) {
  return as_set(a.features) == as_set(b.features) && a.all_features == b.all_features &&
         a.no_default_features == b.no_default_features;
}

std::string mode_of(const CommandLine& line) {
  const bool only_checks = line.intent == cargo::Intent::Check || line.intent == cargo::Intent::Doc;
  return only_checks ? "check" : "build";
}

std::string config_of(const CommandLine& line) {
  std::string out;
  for (const auto& value : line.config) out += value + " ";
  for (const auto& value : line.unstable) {
    if (!cargo::leaves_units_alone(value)) out += "-Z" + value + " ";
  }
  return out;
}

/// The targets that are named. `--all-targets` has those of every kind.
std::set<std::string> named_targets(const CommandLine& line) {
  std::set<std::string> out;
  if (line.all_targets) return {"--all-targets"};
  if (line.lib) out.insert("--lib");
  const auto add = [&](const cargo::KindFilter& filter, const std::string& kind) {
    if (filter.all) out.insert("--" + kind + "s");
    for (const auto& name : filter.names) out.insert("--" + kind + " " + name);
  };
  add(line.bins, "bin");
  add(line.examples, "example");
  add(line.tests, "test");
  add(line.benches, "bench");
  return out;
}

bool same_selection(const CommandLine& a, const CommandLine& b) {
  return as_set(a.packages) == as_set(b.packages) && as_set(a.exclude) == as_set(b.exclude) &&
         a.workspace == b.workspace && named_targets(a) == named_targets(b) &&
         a.has_dev_units() == b.has_dev_units() && a.manifest_path == b.manifest_path;
}

std::string selection_of(const CommandLine& line) {
  auto out = flags_of(line, FlagRole::Selection);
  if (line.manifest_path) out += (out.empty() ? "" : " ") + flags_of(line, FlagRole::Manifest);
  if (line.runs_tests()) out = line.subcommand + (out.empty() ? "" : " ") + out;
  return out;
}

}  // namespace

std::string external_profile(const CommandLine& line) {
  auto name = line.profile_name();
  // `install` has `release`.
  if (line.subcommand == "install" && line.profile.empty()) name = "release";
  if (name == "test") return "dev";
  return name == "bench" ? "release" : name;
}

std::vector<LineDifference> line_differences(const CommandLine& cooked, const CommandLine& built) {
  std::vector<LineDifference> out;
  const auto compare = [&](LineAspect aspect, bool same, std::string a, std::string b) {
    if (!same) out.push_back({aspect, std::move(a), std::move(b)});
  };
  compare(LineAspect::Mode, mode_of(cooked) == mode_of(built), mode_of(cooked), mode_of(built));
  compare(LineAspect::Profile, external_profile(cooked) == external_profile(built),
          external_profile(cooked), external_profile(built));
  compare(LineAspect::Platform, as_set(cooked.targets) == as_set(built.targets),
          flags_of(cooked, FlagRole::Platform), flags_of(built, FlagRole::Platform));
  compare(LineAspect::Features, same_features(cooked, built), flags_of(cooked, FlagRole::Features),
          flags_of(built, FlagRole::Features));
  compare(LineAspect::Config, config_of(cooked) == config_of(built), config_of(cooked),
          config_of(built));
  compare(LineAspect::Selection, same_selection(cooked, built), selection_of(cooked),
          selection_of(built));
  return out;
}

}  // namespace larder::lint
