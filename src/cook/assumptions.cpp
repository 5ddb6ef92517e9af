#include <fmt/format.h>

#include "larder/cook/cook.hpp"
#include "larder/reduce/tables/config_keys.hpp"

namespace larder::cook {

namespace {

cargo::TomlTable profile_table(const cargo::TomlValue& root) {
  const auto* profiles = root.find("profile");
  return profiles == nullptr || profiles->table() == nullptr ? cargo::TomlTable{}
                                                             : *profiles->table();
}

/// The variable that sets a profile key, if the environment has it.
std::string culprit(const cargo::CommandLine& line, const cargo::Profiles& profiles,
                    const Environment& environment, const std::string& key) {
  for (const auto& profile : profiles.chain(line.profile_name())) {
    for (const auto& decisive : {key, std::string("inherits")}) {
      const auto name = cargo::profile_variable(profile, decisive);
      if (environment.get(name)) return "the environment variable " + name;
    }
  }
  return "a config file of this machine (profile." + line.profile_name() + "." + key + ")";
}

Error changed_assumption(const std::string& what, const std::string& by) {
  return Error("assumption-changed",
               fmt::format("the recipe was made for {}, but {} says otherwise", what, by))
      .hint(
          "set it for `prepare` as well (in a Dockerfile, in a stage that planner and builder "
          "share), or in Cargo.toml");
}

}  // namespace

void check_assumptions(const recipe::Command& command, const cargo::Config& config,
                       const Environment& environment) {
  const auto& line = command.cook_line;
  const auto& manifests = command.skeleton.manifests;
  cargo::TomlTable in_manifest;
  for (const auto& manifest : manifests) {
    if (manifest.path != "Cargo.toml") continue;
    in_manifest = profile_table(
        cargo::parse_toml("the recipe's Cargo.toml", manifest.contents, "recipe-invalid").root);
  }
  const cargo::Profiles files(in_manifest, config.table("profile"));
  const auto stated_config = cargo::Config::of_arguments(MemoryTree(), "/", line.config);
  reduce::refuse_feature_unification(line.unstable, config, stated_config, environment);
  const auto stated = stated_config.table("profile");
  const auto now = reduce::assumptions_of(
      line, files.with_environment(environment).with_arguments(stated), config, environment);
  const auto& then = command.assumptions;
  if (now.lto != then.lto) {
    throw changed_assumption(
        then.lto ? "a build with link-time optimization" : "a build without link-time optimization",
        culprit(line, files, environment, "lto"));
  }
  if (now.panic_abort != then.panic_abort) {
    throw changed_assumption(then.panic_abort ? "panic = \"abort\"" : "panic = \"unwind\"",
                             culprit(line, files, environment, "panic"));
  }
  // A skeleton made for several targets also works for one.
  if (now.targets > 1 && then.targets <= 1)
    throw changed_assumption("one target", "a config file of this machine (build.target)");
}

}  // namespace larder::cook
