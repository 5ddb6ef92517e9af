#include "flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/error.hpp"

namespace larder::commands {

namespace {

class Agreement {
 public:
  explicit Agreement(const cargo::CommandLine& recorded) : recorded_(recorded) {}

  template <typename Value>
  void check(std::string_view flag, const Value& given, const Value& recorded) const {
    if (given == Value{} || given == recorded) return;
    throw Error("flag-disagrees", fmt::format("`{}` given here does not agree with the command "
                                              "that the recipe was made for: `cargo {}`",
                                              flag, cargo::join_command(recorded_.arguments())))
        .hint(
            "state it once, at `cargo larder prepare -- CARGO COMMAND`, and leave it out here; "
            "where a Dockerfile's ARG chooses it, declare that ARG in the planner stage, between "
            "its FROM and `prepare`");
  }
  void check(std::string_view flag, const cargo::KindFilter& given,
             const cargo::KindFilter& recorded) const {
    check(flag, given.all, recorded.all);
    check(flag, given.names, recorded.names);
  }

 private:
  const cargo::CommandLine& recorded_;
};

}  // namespace

ExtraFlags check_extra_flags(const cargo::CommandLine& recorded,
                             const std::vector<std::string>& flags) {
  auto words = flags;
  words.insert(words.begin(), recorded.subcommand);
  ExtraFlags out{cargo::parse_command_line(words), {}};
  const auto& line = out.line;
  const Agreement agreement(recorded);
  agreement.check("-p", line.packages, recorded.packages);
  agreement.check("--exclude", line.exclude, recorded.exclude);
  agreement.check("--workspace", line.workspace, recorded.workspace);
  agreement.check("--lib", line.lib, recorded.lib);
  agreement.check("--all-targets", line.all_targets, recorded.all_targets);
  agreement.check("--bin", line.bins, recorded.bins);
  agreement.check("--example", line.examples, recorded.examples);
  agreement.check("--test", line.tests, recorded.tests);
  agreement.check("--bench", line.benches, recorded.benches);
  agreement.check("--features", line.features, recorded.features);
  agreement.check("--all-features", line.all_features, recorded.all_features);
  agreement.check("--no-default-features", line.no_default_features, recorded.no_default_features);
  agreement.check(line.profile == "release" ? "--release" : "--profile", line.profile,
                  recorded.profile);
  agreement.check("--config", line.config, recorded.config);
  agreement.check("-Z", line.unstable, recorded.unstable);
  if (!line.unknown.empty()) agreement.check(line.unknown[0], line.unknown, recorded.unknown);
  agreement.check("--manifest-path", line.manifest_path, recorded.manifest_path);
  if (!recorded.targets.empty() || line.targets.size() > 1)
    agreement.check("--target", line.targets, recorded.targets);

  cargo::CommandLine extra;
  extra.subcommand = recorded.subcommand;
  extra.neutral = line.neutral;
  extra.offline = line.offline || line.frozen;
  if (recorded.targets.empty()) extra.targets = line.targets;
  out.words = extra.arguments();
  out.words.erase(out.words.begin());
  return out;
}

}  // namespace larder::commands
