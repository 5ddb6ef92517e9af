#include "larder/cargo/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "larder/cargo/glob.hpp"
#include "larder/cargo/neutral_flags.hpp"

namespace larder::cargo {

namespace {

Error invalid(std::string message) {
  return {"command-invalid", std::move(message)};
}

/// The words of a command line, with the value of an option taken from `--opt=value`, `-ovalue` or
/// the next word.
class Words {
 public:
  explicit Words(const std::vector<std::string>& words) : words_(words) {}
  bool at_end() const { return next_ == words_.size(); }

  /// The next word; an attached value is kept for `value`.
  std::string take() {
    auto word = words_[next_++];
    attached_.reset();
    if (word.starts_with("--") && word.size() > 2) {
      if (const auto equals = word.find('='); equals != std::string::npos) {
        attached_ = word.substr(equals + 1);
        word.resize(equals);
      }
    } else if (word.size() > 2 && word[0] == '-' &&
               std::string_view("pFjZ").find(word[1]) != std::string_view::npos) {
      attached_ = word.substr(word[2] == '=' ? 3 : 2);
      word.resize(2);
    }
    option_ = word;
    return word;
  }
  std::string value() {
    if (attached_) return *std::exchange(attached_, std::nullopt);
    if (at_end()) throw invalid(fmt::format("the option `{}` needs a value", option_));
    return words_[next_++];
  }
  std::optional<std::string> attached() { return std::exchange(attached_, std::nullopt); }
  void expect_no_value() const {
    if (attached_) throw invalid(fmt::format("the option `{}` takes no value", option_));
  }
  std::vector<std::string> rest() {
    std::vector<std::string> out(words_.begin() + static_cast<std::ptrdiff_t>(next_), words_.end());
    next_ = words_.size();
    return out;
  }

 private:
  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
  std::string option_;
  std::optional<std::string> attached_;
};

std::vector<std::string> split_features(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text + ",") {
    if (c != ',' && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::exchange(word, ""));
    }
  }
  return out;
}

bool take_switch(const std::string& option, CommandLine& line) {
  const std::map<std::string_view, bool*> switches{
      {"--workspace", &line.workspace},
      {"--all", &line.workspace},
      {"--lib", &line.lib},
      {"--all-targets", &line.all_targets},
      {"--bins", &line.bins.all},
      {"--examples", &line.examples.all},
      {"--tests", &line.tests.all},
      {"--benches", &line.benches.all},
      {"--all-features", &line.all_features},
      {"--no-default-features", &line.no_default_features},
      {"--locked", &line.locked},
      {"--offline", &line.offline},
      {"--frozen", &line.frozen},
      {"--no-run", &line.no_run}};
  const auto found = switches.find(option);
  if (found == switches.end()) return false;
  *found->second = true;
  return true;
}

bool take_list(const std::string& option, Words& words, CommandLine& line) {
  const std::map<std::string_view, std::vector<std::string>*> lists{
      {"-p", &line.packages},
      {"--package", &line.packages},
      {"--exclude", &line.exclude},
      {"--bin", &line.bins.names},
      {"--example", &line.examples.names},
      {"--test", &line.tests.names},
      {"--bench", &line.benches.names},
      {"--target", &line.targets}};
  const auto found = lists.find(option);
  if (found == lists.end()) return false;
  found->second->push_back(words.value());
  return true;
}

bool take_neutral(const std::string& option, Words& words, CommandLine& line) {
  const auto flag = neutral_flag(option);
  if (flag == NeutralFlag::No) return false;
  if (option == "--timings") {
    const auto value = words.attached();
    line.neutral.push_back(value ? option + "=" + *value : option);
    return true;
  }
  if (flag == NeutralFlag::Plain) words.expect_no_value();
  line.neutral.push_back(option);
  if (flag == NeutralFlag::WithValue) line.neutral.push_back(words.value());
  return true;
}

void set_profile(CommandLine& line, const std::string& profile) {
  if (!line.profile.empty() && line.profile != profile) {
    throw invalid(
        fmt::format("the command asks for two profiles, `{}` and `{}`", line.profile, profile));
  }
  line.profile = profile;
}

void take_option(const std::string& option, Words& words, CommandLine& line) {
  if (take_switch(option, line)) return words.expect_no_value();
  if (take_list(option, words, line) || take_neutral(option, words, line)) return;
  if (option == "-F" || option == "--features") {
    for (auto& feature : split_features(words.value())) line.features.push_back(std::move(feature));
  } else if (option == "-r" || option == "--release") {
    words.expect_no_value();
    set_profile(line, "release");
  } else if (option == "--profile") {
    set_profile(line, words.value());
  } else if (option == "--manifest-path") {
    line.manifest_path = words.value();
  } else if (option == "--target-dir") {
    line.target_dir = words.value();
  } else {
    throw Error("command-unsupported",
                fmt::format("the option `{}` of the cargo command is not handled yet", option))
        .hint("leave it out here if it does not change what is compiled");
  }
}

void normalize_list(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void set_subcommand(const std::string& word, CommandLine& line) {
  static const std::map<std::string_view, Intent> known{
      {"build", Intent::Build},   {"run", Intent::Build}, {"check", Intent::Check},
      {"clippy", Intent::Check},  {"test", Intent::Test}, {"bench", Intent::Bench},
      {"zigbuild", Intent::Build}};
  const auto found = known.find(word);
  if (found == known.end()) {
    throw Error("command-unsupported", fmt::format("the cargo subcommand `{}` is not known", word))
        .hint(
            "give the cargo command that it runs: build, check, clippy, test, bench, run or "
            "zigbuild");
  }
  line.subcommand = word == "run" ? "build" : word;
  line.intent = found->second;
}

/// `--no-run` and what stands behind `--` are for commands that run tests, or lints.
void check_trailing(CommandLine& line) {
  const bool tests = line.intent == Intent::Test || line.intent == Intent::Bench;
  if (line.no_run && !tests)
    throw invalid(fmt::format("`cargo {}` does not know --no-run", line.subcommand));
  if (tests || line.subcommand == "clippy") return;
  if (line.trailing.size() > 1) {
    throw invalid(fmt::format("`cargo {}` takes nothing behind `--`, but there is `{}`",
                              line.subcommand, line.trailing[1]));
  }
  line.trailing.clear();
}

void check_profile(const CommandLine& line) {
  if (line.intent == Intent::Check && line.profile == "test") {
    throw Error("command-unsupported", "`--profile test` with `check` is not handled yet")
        .hint("use `check --tests`");
  }
}

}  // namespace

bool KindFilter::selects(const std::string& name) const {
  return all || std::any_of(names.begin(), names.end(), [&](const std::string& pattern) {
           return pattern == name || glob_matches(pattern, name);
         });
}

std::string CommandLine::profile_name() const {
  if (!profile.empty()) return profile;
  if (intent == Intent::Test) return "test";
  return intent == Intent::Bench ? "bench" : "dev";
}

bool CommandLine::names_targets() const {
  return lib || all_targets || bins.any() || examples.any() || tests.any() || benches.any();
}

bool CommandLine::has_dev_units() const {
  if (intent == Intent::Test || intent == Intent::Bench) return true;
  return all_targets || examples.any() || tests.any() || benches.any();
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
  if (manifest_path) out.insert(out.end(), {"--manifest-path", *manifest_path});
  if (target_dir) out.insert(out.end(), {"--target-dir", *target_dir});
  list("--target", targets);
  flag(workspace, "--workspace");
  list("-p", packages);
  list("--exclude", exclude);
  flag(lib, "--lib");
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
  out.insert(out.end(), neutral.begin(), neutral.end());
  out.insert(out.end(), trailing.begin(), trailing.end());
  return out;
}

CommandLine parse_command_line(const std::vector<std::string>& given) {
  Words words(given);
  CommandLine line;
  bool has_subcommand = false;
  bool is_run = false;
  while (!words.at_end()) {
    const auto word = words.take();
    if (word == "--") {
      line.trailing.emplace_back("--");
      for (auto& rest : words.rest()) line.trailing.push_back(std::move(rest));
    } else if (!has_subcommand && word.starts_with('+')) {
      line.toolchain = word.substr(1);
    } else if (word.starts_with('-')) {
      take_option(word, words, line);
    } else if (!has_subcommand) {
      set_subcommand(word, line);
      has_subcommand = true;
      is_run = word == "run";
    } else if (is_run) {
      (void)words.rest();  // for the program that is run
    } else if ((line.intent == Intent::Test || line.intent == Intent::Bench) &&
               line.trailing.empty()) {
      line.trailing.push_back(word);
    } else {
      throw invalid(fmt::format("unexpected word `{}` in the cargo command", word));
    }
  }
  if (!has_subcommand)
    throw invalid("the cargo command is empty").hint("write for example: build --release --locked");
  if (!line.exclude.empty() && !line.workspace)
    throw invalid("--exclude can only be used together with --workspace");
  if (line.workspace) line.packages.clear();
  if (is_run) line.trailing.clear();
  check_trailing(line);
  check_profile(line);
  for (auto* list : {&line.packages, &line.exclude, &line.features, &line.bins.names,
                     &line.examples.names, &line.tests.names, &line.benches.names, &line.targets}) {
    normalize_list(*list);
  }
  return line;
}

}  // namespace larder::cargo
