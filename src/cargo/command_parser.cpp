#include "larder/cargo/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "larder/base/path.hpp"
#include "larder/cargo/neutral_flags.hpp"

namespace larder::cargo {

namespace {

Error invalid(std::string message) {
  return {"command-invalid", std::move(message)};
}

Error unsupported(std::string message) {
  return {"command-unsupported", std::move(message)};
}

/// The words of a command line, with the value of an option taken from `--opt=value`, `-ovalue` or
/// the next word, and several short flags in one word (`-rvv`) taken one by one.
class Words {
 public:
  explicit Words(const std::vector<std::string>& words) : words_(words) {}
  bool at_end() const { return next_ == words_.size() && cluster_.empty(); }

  /// The next word; an attached value is kept for `value`.
  std::string take() {
    auto word = cluster_.empty() ? words_[next_++] : std::exchange(cluster_, std::string());
    attached_.reset();
    if (word.starts_with("--") && word.size() > 2) {
      if (const auto equals = word.find('='); equals != std::string::npos) {
        attached_ = word.substr(equals + 1);
        word.resize(equals);
      }
    } else if (word.size() > 2 && word[0] == '-') {
      split_short(word);
    }
    option_ = word;
    return word;
  }
  std::string value() {
    if (attached_) return *std::exchange(attached_, std::nullopt);
    if (at_end()) throw invalid(fmt::format("the option `{}` needs a value", option_));
    return words_[next_++];
  }
  /// As cargo refuses an empty one too: what a variable that is not set leaves behind.
  std::string nonempty_value() {
    auto out = value();
    if (!out.empty()) return out;
    throw invalid(fmt::format("the value of the option `{}` is empty", option_))
        .hint(
            "is a variable not set? In a Dockerfile an ARG holds only in the stages that declare "
            "it, below their FROM");
  }
  std::optional<std::string> attached() { return std::exchange(attached_, std::nullopt); }
  /// The next word when it is no flag.
  std::optional<std::string> plain() {
    if (!cluster_.empty() || next_ == words_.size() || words_[next_].starts_with('-'))
      return std::nullopt;
    return words_[next_++];
  }
  void expect_no_value() const {
    if (attached_) throw invalid(fmt::format("the option `{}` takes no value", option_));
  }
  std::vector<std::string> rest() {
    std::vector<std::string> out(words_.begin() + static_cast<std::ptrdiff_t>(next_), words_.end());
    next_ = words_.size();
    return out;
  }

 private:
  void split_short(std::string& word) {
    const auto is_one_of = [&](std::string_view flags) {
      return flags.find(word[1]) != std::string_view::npos;
    };
    if (is_one_of("pFjZ")) {
      attached_ = word.substr(word[2] == '=' ? 3 : 2);
    } else if (is_one_of("rvqf")) {
      cluster_ = "-" + word.substr(2);
    } else {
      return;
    }
    word.resize(2);
  }

  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
  std::string cluster_;
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
      {"--doc", &line.doc},
      {"--no-deps", &line.no_deps},
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
      {"--target", &line.targets},
      {"--config", &line.config}};
  const auto found = lists.find(option);
  if (found == lists.end()) return false;
  found->second->push_back(words.nonempty_value());
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

/// Flags about what becomes of the local packages' own artifacts.
bool take_own(const std::string& option, Words& words, CommandLine& line) {
  static const std::set<std::string_view> plain{"--open", "--document-private-items", "--force",
                                                "-f", "--no-track"};
  static const std::set<std::string_view> with_value{"--root", "--artifact-dir", "--out-dir"};
  const bool has_value = with_value.contains(option);
  if (!has_value && !plain.contains(option)) return false;
  if (!has_value) words.expect_no_value();
  line.own.push_back(option);
  if (has_value) line.own.push_back(words.value());
  return true;
}

/// Flags that would lead cargo to other files than those that the recipe was made from.
void refuse_option(const std::string& option) {
  static const std::map<std::string_view, std::string_view> refused{
      {"-C", "state the command from that directory, or with --manifest-path"},
      {"--lockfile-path", "use the Cargo.lock beside the workspace's manifest"},
      {"--crate-type", "set `crate-type` in the manifest"},
      {"--git", "it installs what is not in the workspace"},
      {"--index", "it installs what is not in the workspace"},
      {"--registry", "it installs what is not in the workspace"}};
  const auto found = refused.find(option);
  if (found == refused.end()) return;
  throw unsupported(fmt::format("the option `{}` of the cargo command is not handled", option))
      .hint(std::string(found->second));
}

const std::map<std::string_view, Intent>& known_subcommands() {
  static const std::map<std::string_view, Intent> known{
      {"build", Intent::Build},    {"run", Intent::Build},   {"check", Intent::Check},
      {"clippy", Intent::Check},   {"test", Intent::Test},   {"bench", Intent::Bench},
      {"zigbuild", Intent::Build}, {"rustc", Intent::Build}, {"install", Intent::Build},
      {"doc", Intent::Doc},        {"rustdoc", Intent::Doc}};
  return known;
}

void take_unknown(const std::string& option, Words& words, CommandLine& line) {
  const auto value = words.attached();
  line.unknown.push_back(value ? option + "=" + *value : option);
  // In front of the subcommand the next word may be the subcommand itself.
  if (value || line.subcommand.empty()) return;
  if (auto word = words.plain()) line.unknown.push_back(std::move(*word));
}

void expect_install(const std::string& option, const CommandLine& line) {
  if (line.subcommand == "install") return;
  throw invalid(fmt::format("the option `{}` stands only behind `cargo install`", option));
}

void take_option(const std::string& option, Words& words, CommandLine& line) {
  if (take_switch(option, line)) return words.expect_no_value();
  if (take_list(option, words, line) || take_neutral(option, words, line) ||
      take_own(option, words, line))
    return;
  refuse_option(option);
  if (option == "-F" || option == "--features") {
    for (auto& feature : split_features(words.value())) line.features.push_back(std::move(feature));
  } else if (option == "-r" || option == "--release") {
    words.expect_no_value();
    set_profile(line, "release");
  } else if (option == "--debug") {
    expect_install(option, line);
    words.expect_no_value();
    set_profile(line, "dev");
  } else if (option == "--profile") {
    set_profile(line, words.nonempty_value());
  } else if (option == "--path") {
    expect_install(option, line);
    line.manifest_path = path::join(words.value(), "Cargo.toml");
  } else if (option == "--manifest-path") {
    line.manifest_path = words.value();
  } else if (option == "--target-dir") {
    line.target_dir = words.value();
  } else if (option == "-Z") {
    auto flag = words.value();
    if (leaves_units_alone(flag)) {
      line.unstable.push_back(std::move(flag));
    } else {
      line.unknown.insert(line.unknown.end(), {"-Z", std::move(flag)});
    }
  } else {
    take_unknown(option, words, line);
  }
}

void normalize_list(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void set_subcommand(const std::string& word, CommandLine& line) {
  const auto found = known_subcommands().find(word);
  if (found == known_subcommands().end()) {
    throw unsupported(fmt::format("the cargo subcommand `{}` is not known", word))
        .hint(
            "give the cargo command that it runs: build, check, clippy, test, bench, run, rustc, "
            "doc, rustdoc, install or zigbuild");
  }
  line.is_run = word == "run";
  line.subcommand = line.is_run ? "build" : word;
  line.intent = found->second;
}

/// `--no-run`, `--doc` and what stands behind `--` are for some commands only.
void check_trailing(CommandLine& line) {
  const bool tests = line.intent == Intent::Test || line.intent == Intent::Bench;
  if (line.no_run && !tests)
    throw invalid(fmt::format("`cargo {}` does not know --no-run", line.subcommand));
  if (line.doc && line.intent != Intent::Test)
    throw invalid(fmt::format("`cargo {}` does not know --doc", line.subcommand));
  const bool takes_words = line.subcommand == "rustc" || line.subcommand == "rustdoc";
  if (tests || takes_words || line.subcommand == "clippy") return;
  if (line.trailing.size() > 1) {
    throw invalid(fmt::format("`cargo {}` takes nothing behind `--`, but there is `{}`",
                              line.subcommand, line.trailing[1]));
  }
  line.trailing.clear();
}

void check_doc(const CommandLine& line) {
  auto others = line;
  others.doc = false;
  if (line.doc && (others.names_targets() || line.no_run))
    throw invalid("--doc can be mixed neither with other target selections nor with --no-run");
  if (line.subcommand == "doc" && !line.no_deps) {
    throw unsupported("documentation of dependencies is not cooked")
        .hint(
            "use `cargo doc --no-deps`: what it compiles is cooked, and only local packages are "
            "documented");
  }
  if (line.no_deps && line.subcommand != "doc")
    throw invalid(fmt::format("`cargo {}` does not know --no-deps", line.subcommand));
}

void check_install(const CommandLine& line) {
  if (line.subcommand != "install") return;
  if (!line.manifest_path) {
    throw unsupported("`cargo install` without --path installs what is not in the workspace")
        .hint("name the package's directory with --path");
  }
  if (line.locked || line.frozen) return;
  throw unsupported("`cargo install` without --locked does not use Cargo.lock")
      .hint("add --locked, here and where it is installed");
}

/// `cargo rustc --profile test` compiles a test, with other rules than the other commands.
void check_rustc_profile(const CommandLine& line) {
  static const std::set<std::string_view> modes{"check", "test", "bench"};
  if (line.subcommand != "rustc" || !modes.contains(line.profile)) return;
  throw unsupported(fmt::format("`--profile {}` with `rustc` is not handled", line.profile))
      .hint(fmt::format("use `cargo {}`", line.profile));
}

}  // namespace

bool leaves_units_alone(std::string_view unstable_flag) {
  // What chooses versions is decided by the lock file.
  static const std::set<std::string_view> known{"asymmetric-token",
                                                "build-dir-new-layout",
                                                "cargo-lints",
                                                "checksum-freshness",
                                                "codegen-backend",
                                                "config-include",
                                                "direct-minimal-versions",
                                                "doctest-xcompile",
                                                "fine-grain-locking",
                                                "gc",
                                                "git",
                                                "gitoxide",
                                                "host-config",
                                                "json-target-spec",
                                                "min-publish-age",
                                                "minimal-versions",
                                                "msrv-policy",
                                                "mtime-on-use",
                                                "native-completions",
                                                "no-index-update",
                                                "package-workspace",
                                                "panic-abort-tests",
                                                "profile-hint-mostly-unused",
                                                "profile-rustflags",
                                                "public-dependency",
                                                "registry-auth",
                                                "rustdoc-depinfo",
                                                "rustdoc-map",
                                                "rustdoc-scrape-examples",
                                                "script",
                                                "section-timings",
                                                "skip-rustdoc-fingerprint",
                                                "sparse-registry",
                                                "target-applies-to-host",
                                                "timings",
                                                "trim-paths",
                                                "unstable-options",
                                                "warnings"};
  return known.contains(unstable_flag.substr(0, unstable_flag.find('=')));
}

CommandLine parse_command_line(const std::vector<std::string>& given) {
  Words words(given);
  CommandLine line;
  bool has_subcommand = false;
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
    } else if (line.is_run) {
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
  if (line.is_run) line.trailing.clear();
  check_trailing(line);
  check_doc(line);
  check_install(line);
  check_rustc_profile(line);
  for (auto* list : {&line.packages, &line.exclude, &line.features, &line.bins.names,
                     &line.examples.names, &line.tests.names, &line.benches.names, &line.targets}) {
    normalize_list(*list);
  }
  return line;
}

}  // namespace larder::cargo
