#include "larder/cargo/command/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "larder/base/path.hpp"
#include "larder/cargo/command/flags.hpp"

namespace larder::cargo {

namespace {

Error invalid(std::string message) {
  return {"command-invalid", std::move(message)};
}

Error unsupported(std::string message) {
  return {"command-unsupported", std::move(message)};
}

constexpr const char* unset_variable =
    "is a variable unset? In a Dockerfile, an ARG only applies in the stages that declare it, "
    "after their FROM";

/// The words of a command line. The value of an option is taken from `--opt=value`, `-ovalue` or
/// the next word. Several short flags in one word (`-rvv`) are taken one by one.
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
  /// Like cargo, refuses an empty name. A variable that is not set leaves one behind.
  std::string value(FlagValue kind) {
    auto out = attached_ ? *std::exchange(attached_, std::nullopt) : next_value(kind);
    if (kind != FlagValue::Name || !out.empty()) return out;
    throw invalid(fmt::format("the value of the option `{}` is empty", option_))
        .hint(unset_variable);
  }
  std::optional<std::string> attached() { return std::exchange(attached_, std::nullopt); }
  /// The next word, if it is not a flag.
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
  /// Only an attached value or a number may begin with `-`. Otherwise the value was left out.
  std::string next_value(FlagValue kind) {
    if (at_end()) throw invalid(fmt::format("a value is required for `{}`", option_));
    const auto& word = words_[next_];
    if (kind != FlagValue::Number && word.size() > 1 && word[0] == '-') {
      throw invalid(fmt::format("a value is required for `{}`, but `{}` follows it", option_, word))
          .hint(unset_variable);
    }
    ++next_;
    return word;
  }
  void split_short(std::string& word) {
    const auto* flag = find_flag(word.substr(0, 2));
    if (flag == nullptr) return;
    if (flag->value != FlagValue::None) {
      attached_ = word.substr(word[2] == '=' ? 3 : 2);
    } else {
      cluster_ = "-" + word.substr(2);
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

void set_profile(CommandLine& line, const std::string& profile) {
  if (!line.profile.empty() && line.profile != profile) {
    throw invalid(
        fmt::format("the command selects two profiles, `{}` and `{}`", line.profile, profile));
  }
  line.profile = profile;
}

const std::map<std::string_view, Intent>& intents() {
  static const std::map<std::string_view, Intent> known{
      {"build", Intent::Build},    {"run", Intent::Build},   {"check", Intent::Check},
      {"clippy", Intent::Check},   {"test", Intent::Test},   {"bench", Intent::Bench},
      {"zigbuild", Intent::Build}, {"rustc", Intent::Build}, {"install", Intent::Build},
      {"doc", Intent::Doc},        {"rustdoc", Intent::Doc}};
  return known;
}

void take_unknown(const std::string& option, Words& words, CommandLine& line) {
  if (const auto near = near_flag(option); !near.empty()) {
    throw invalid(fmt::format("`{}` is not a cargo flag", option))
        .hint(fmt::format("did you mean `{}`?", near));
  }
  const auto value = words.attached();
  line.unknown.push_back(value ? option + "=" + *value : option);
  // Before the subcommand, the next word may be the subcommand itself.
  if (value || line.subcommand.empty()) return;
  if (auto word = words.plain()) line.unknown.push_back(std::move(*word));
}

void take_unstable(std::string flag, CommandLine& line) {
  if (leaves_units_alone(flag)) {
    line.unstable.push_back(std::move(flag));
  } else if (flag.starts_with('-')) {
    // As two words, it would look like a value that was left out.
    line.unknown.push_back("-Z=" + flag);
  } else {
    line.unknown.insert(line.unknown.end(), {"-Z", std::move(flag)});
  }
}

/// Sets the member of the command line that a flag is for.
class TakeFlag {
 public:
  TakeFlag(const Flag& flag, std::string option, Words& words, CommandLine& line)
      : flag_(flag), option_(std::move(option)), words_(words), line_(line) {}

  void operator()(std::monostate) const {
    throw unsupported(fmt::format("the option `{}` in the cargo command is not supported", option_))
        .hint(std::string(flag_.about));
  }
  void operator()(bool CommandLine::*member) const { line_.*member = set(); }
  void operator()(std::vector<std::string> CommandLine::*member) const {
    (line_.*member).push_back(value());
  }
  void operator()(std::optional<std::string> CommandLine::*member) const {
    line_.*member = value();
  }
  void operator()(std::vector<GivenFlag> CommandLine::*member) const {
    GivenFlag given{option_};
    if (flag_.value == FlagValue::Attached) {
      given.value = words_.attached();
    } else if (flag_.value == FlagValue::None) {
      (void)set();
    } else {
      given.value = value();
    }
    (line_.*member).push_back(std::move(given));
  }
  void operator()(AllOfKind member) const { (line_.*member.kind).all = set(); }
  void operator()(NamesOfKind member) const { (line_.*member.kind).names.push_back(value()); }
  void operator()(FeatureList) const {
    for (auto& feature : split_features(value())) line_.features.push_back(std::move(feature));
  }
  void operator()(ProfileName member) const {
    if (member.stands_for.empty()) return set_profile(line_, value());
    (void)set();
    set_profile(line_, std::string(member.stands_for));
  }
  void operator()(UnstableFlag) const { take_unstable(value(), line_); }
  void operator()(PackageDirectory) const {
    line_.manifest_path = path::join(value(), "Cargo.toml");
  }

 private:
  std::string value() const { return words_.value(flag_.value); }
  bool set() const {
    words_.expect_no_value();
    return true;
  }

  const Flag& flag_;
  std::string option_;
  Words& words_;
  CommandLine& line_;
};

void normalize_list(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void set_subcommand(const std::string& word, CommandLine& line) {
  const auto found = intents().find(word);
  if (found == intents().end()) {
    throw unsupported(fmt::format("unknown cargo subcommand `{}`", word))
        .hint(
            "give the cargo command that it runs instead: build, check, clippy, test, bench, run, "
            "rustc, doc, rustdoc, install or zigbuild");
  }
  line.is_run = word == "run";
  line.subcommand = line.is_run ? "build" : word;
  line.intent = found->second;
}

/// Only some commands accept words after `--`.
void check_trailing(CommandLine& line) {
  const bool tests = line.runs_tests();
  const bool takes_words = line.subcommand == "rustc" || line.subcommand == "rustdoc";
  if (tests || takes_words || line.subcommand == "clippy" || line.is_run) return;
  if (line.trailing.size() > 1) {
    throw invalid(fmt::format("`cargo {}` accepts no arguments after `--`, but `{}` was given",
                              line.subcommand, line.trailing[1]));
  }
  line.trailing.clear();
}

void check_doc(const CommandLine& line) {
  auto others = line;
  others.doc = false;
  if (line.doc && (others.names_targets() || line.no_run))
    throw invalid("--doc cannot be combined with other target selections or with --no-run");
  if (line.subcommand == "doc" && !line.no_deps) {
    throw unsupported("cook cannot compile the documentation of dependencies")
        .hint(
            "use `cargo doc --no-deps`, which documents only local packages; cook compiles what it "
            "needs");
  }
}

void check_install(const CommandLine& line) {
  if (line.subcommand != "install") return;
  if (!line.manifest_path) {
    throw unsupported(
        "`cargo install` without --path installs a package from outside the workspace")
        .hint("give the directory of the package with --path");
  }
  if (line.locked || line.frozen) return;
  throw unsupported("`cargo install` without --locked does not use Cargo.lock")
      .hint("add --locked here, and where you run `cargo install`");
}

class CommandParser {
 public:
  explicit CommandParser(const std::vector<std::string>& words) : words_(words) {}

  CommandLine run() {
    while (!words_.at_end()) take(words_.take());
    for (auto* list :
         {&line_.packages, &line_.exclude, &line_.features, &line_.bins.names,
          &line_.examples.names, &line_.tests.names, &line_.benches.names, &line_.targets}) {
      normalize_list(*list);
    }
    return line_;
  }

  /// The known flags that were given, as they were spelt.
  const std::vector<std::pair<const Flag*, std::string>>& taken() const { return taken_; }

 private:
  void take(const std::string& word) {
    const bool is_first = line_.subcommand.empty();
    const bool is_of_program = line_.is_run && !word.starts_with('-');
    if (word == "--" || is_of_program) {
      take_rest(word);
    } else if (is_first && word.starts_with('+')) {
      line_.toolchain = word.substr(1);
    } else if (word.starts_with('-')) {
      take_option(word);
    } else if (is_first) {
      set_subcommand(word, line_);
    } else {
      take_filter(word);
    }
  }
  void take_option(const std::string& option) {
    const auto* flag = find_flag(option);
    if (flag == nullptr) return take_unknown(option, words_, line_);
    std::visit(TakeFlag(*flag, option, words_, line_), flag->member);
    taken_.emplace_back(flag, option);
  }
  void take_rest(const std::string& word) {
    line_.trailing.push_back(word);
    for (auto& rest : words_.rest()) line_.trailing.push_back(std::move(rest));
  }
  /// `word` says which tests to run.
  void take_filter(const std::string& word) {
    const bool tests = line_.runs_tests();
    if (!tests || !line_.trailing.empty())
      throw invalid(fmt::format("unexpected argument `{}` in the cargo command", word));
    line_.trailing.push_back(word);
  }

  Words words_;
  CommandLine line_;
  std::vector<std::pair<const Flag*, std::string>> taken_;
};

/// `cargo rustc --profile test` compiles a test, by other rules than the other commands.
void check_rustc_profile(const CommandLine& line) {
  static const std::set<std::string_view> modes{"check", "test", "bench"};
  if (line.subcommand != "rustc" || !modes.contains(line.profile)) return;
  throw unsupported(fmt::format("`--profile {}` with `rustc` is not supported", line.profile))
      .hint(fmt::format("use `cargo {}` instead", line.profile));
}

}  // namespace

bool leaves_units_alone(std::string_view unstable_flag) {
  // Flags about the choice of versions are listed because the lock file has the versions, and
  // `feature-unification` because only cargo's default is accepted (reduce/config_keys).
  static const std::set<std::string_view> known{"asymmetric-token",
                                                "build-dir-new-layout",
                                                "cargo-lints",
                                                "checksum-freshness",
                                                "codegen-backend",
                                                "config-include",
                                                "direct-minimal-versions",
                                                "doctest-xcompile",
                                                "feature-unification",
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

CommandLine parse_flags(const std::string& subcommand, const std::vector<std::string>& words) {
  auto given = words;
  given.insert(given.begin(), subcommand);
  CommandParser parser(given);
  return parser.run();
}

CommandLine parse_command_line(const std::vector<std::string>& words) {
  CommandParser parser(words);
  auto line = parser.run();
  if (line.subcommand.empty())
    throw invalid("the cargo command is empty").hint("write for example: build --release --locked");
  const std::string subcommand = line.is_run ? "run" : line.subcommand;
  for (const auto& [flag, option] : parser.taken()) {
    if (!knows(subcommand, *flag))
      throw invalid(fmt::format("`cargo {}` has no option `{}`", subcommand, option));
  }
  if (!line.exclude.empty() && !line.workspace)
    throw invalid("--exclude can only be used together with --workspace");
  if (line.workspace) line.packages.clear();
  check_trailing(line);
  check_doc(line);
  check_install(line);
  check_rustc_profile(line);
  return line;
}

std::vector<std::string> known_subcommands() {
  std::vector<std::string> out;
  for (const auto& [name, intent] : intents()) out.emplace_back(name);
  return out;
}

}  // namespace larder::cargo
