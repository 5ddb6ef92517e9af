#include "larder/cargo/command_line.hpp"

#include <algorithm>

#include "larder/base/path.hpp"
#include "larder/cargo/glob.hpp"

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

bool CommandLine::compiles_tests() const {
  // cargo: commands/check.rs; an old way to say it.
  const bool checks_tests = intent == Intent::Check && profile == "test";
  return intent == Intent::Test || intent == Intent::Bench || checks_tests;
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
  const auto flag = [&](bool on, const char* text) {
    if (on) out.emplace_back(text);
  };
  const auto list = [&](const char* option, const std::vector<std::string>& values) {
    for (const auto& value : values) out.insert(out.end(), {option, value});
  };
  if (!toolchain.empty()) out.push_back("+" + toolchain);
  out.push_back(subcommand);
  // `cargo bench` has no --release.
  if (profile == "release" && intent != Intent::Bench) {
    out.emplace_back("--release");
  } else if (!profile.empty()) {
    out.insert(out.end(), {"--profile", profile});
  }
  flag(locked, "--locked");
  flag(offline, "--offline");
  flag(frozen, "--frozen");
  if (manifest_path && subcommand == "install") {
    const auto directory = path::parent(*manifest_path);
    out.insert(out.end(), {"--path", directory.empty() ? "." : directory});
  } else if (manifest_path) {
    out.insert(out.end(), {"--manifest-path", *manifest_path});
  }
  if (target_dir) out.insert(out.end(), {"--target-dir", *target_dir});
  list("--target", targets);
  flag(workspace, "--workspace");
  list("-p", packages);
  list("--exclude", exclude);
  flag(lib, "--lib");
  flag(doc, "--doc");
  flag(bins.all, "--bins");
  list("--bin", bins.names);
  flag(examples.all, "--examples");
  list("--example", examples.names);
  flag(tests.all, "--tests");
  list("--test", tests.names);
  flag(benches.all, "--benches");
  list("--bench", benches.names);
  flag(all_targets, "--all-targets");
  if (!features.empty()) {
    std::string joined;
    for (const auto& feature : features) joined += (joined.empty() ? "" : ",") + feature;
    out.insert(out.end(), {"--features", joined});
  }
  flag(all_features, "--all-features");
  flag(no_default_features, "--no-default-features");
  flag(no_run, "--no-run");
  flag(no_deps, "--no-deps");
  list("--config", config);
  list("-Z", unstable);
  out.insert(out.end(), own.begin(), own.end());
  out.insert(out.end(), unknown.begin(), unknown.end());
  out.insert(out.end(), neutral.begin(), neutral.end());
  out.insert(out.end(), trailing.begin(), trailing.end());
  return out;
}

}  // namespace larder::cargo
