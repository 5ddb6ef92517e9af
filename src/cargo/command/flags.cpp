#include "larder/cargo/command/flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/base/spelling.hpp"

namespace larder::cargo {

namespace {

constexpr std::string_view elsewhere = "it installs a package from outside the workspace";
constexpr std::string_view compiles_nothing = "it compiles nothing; pass it to cargo directly";

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
/// Needed by clang 14, because its clang-tidy reads the sources.
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

/// A value that looks like a flag has to be attached.
void append(std::vector<std::string>& out, const std::string& name, const std::string& value,
            FlagValue kind) {
  const bool like_flag = value.size() > 1 && value[0] == '-' && kind != FlagValue::Number;
  if (kind == FlagValue::Attached || like_flag) {
    out.push_back(name + "=" + value);
  } else {
    out.insert(out.end(), {name, value});
  }
}

void append(std::vector<std::string>& out, const GivenFlag& given) {
  if (!given.value) {
    out.push_back(given.name);
  } else {
    const auto* flag = find_flag(given.name);
    append(out, given.name, *given.value, flag == nullptr ? FlagValue::Word : flag->value);
  }
}

/// What a flag is about. If two flags are about the same thing, the later one counts.
std::string_view subject(const GivenFlag& given) {
  const auto* flag = find_flag(given.name);
  return flag->about.empty() ? flag->spellings.first() : flag->about;
}

void replace(std::vector<GivenFlag>& flags, const std::vector<GivenFlag>& given) {
  std::erase_if(flags, [&](const GivenFlag& old) {
    return std::any_of(given.begin(), given.end(),
                       [&](const GivenFlag& flag) { return subject(flag) == subject(old); });
  });
  flags.insert(flags.end(), given.begin(), given.end());
}

constexpr auto flag_table = [] {
  using enum FlagRole;
  using Value = FlagValue;
  using Line = CommandLine;
  return std::to_array<Flag>(
      {{{"--release", "-r"}, Profile, Value::None, ProfileName{"release"}, "!bench install", ""},
       {{"--debug"}, Profile, Value::None, ProfileName{"dev"}, "install", ""},
       {{"--profile"}, Profile, Value::Name, ProfileName{}, "", ""},
       {{"--locked"}, Lock, Value::None, &Line::locked, "", ""},
       {{"--offline"}, Lock, Value::None, &Line::offline, "", ""},
       {{"--frozen"}, Lock, Value::None, &Line::frozen, "", ""},
       {{"--path"}, Manifest, Value::Path, PackageDirectory{}, "install", ""},
       {{"--manifest-path"}, Manifest, Value::Path, &Line::manifest_path, "!install", ""},
       {{"--target-dir"}, TargetDirectory, Value::Path, &Line::target_dir, "", ""},
       {{"--target"}, Platform, Value::Name, &Line::targets, "", ""},
       {{"--workspace", "--all"},
        Selection,
        Value::None,
        &Line::workspace,
        "!run rustc rustdoc install",
        ""},
       {{"-p", "--package"}, Selection, Value::Name, &Line::packages, "!install", ""},
       {{"--exclude"}, Selection, Value::Name, &Line::exclude, "!run rustc rustdoc install", ""},
       {{"--lib"}, Selection, Value::None, &Line::lib, "!run install", ""},
       {{"--doc"}, Tests, Value::None, &Line::doc, "test", ""},
       {{"--bins"}, Selection, Value::None, AllOfKind{&Line::bins}, "!run", ""},
       {{"--bin"}, Selection, Value::Name, NamesOfKind{&Line::bins}, "", ""},
       {{"--examples"}, Selection, Value::None, AllOfKind{&Line::examples}, "!run", ""},
       {{"--example"}, Selection, Value::Name, NamesOfKind{&Line::examples}, "", ""},
       {{"--tests"}, Selection, Value::None, AllOfKind{&Line::tests}, "!run doc install", ""},
       {{"--test"}, Selection, Value::Name, NamesOfKind{&Line::tests}, "!run doc install", ""},
       {{"--benches"}, Selection, Value::None, AllOfKind{&Line::benches}, "!run doc install", ""},
       {{"--bench"}, Selection, Value::Name, NamesOfKind{&Line::benches}, "!run doc install", ""},
       {{"--all-targets"}, Selection, Value::None, &Line::all_targets, "!run doc install", ""},
       {{"--features", "-F"}, Features, Value::Word, FeatureList{}, "", ""},
       {{"--all-features"}, Features, Value::None, &Line::all_features, "", ""},
       {{"--no-default-features"}, Features, Value::None, &Line::no_default_features, "", ""},
       {{"--no-run"}, Tests, Value::None, &Line::no_run, "test bench", ""},
       // With `clippy`, it limits lints to the packages that are named.
       {{"--no-deps"}, Own, Value::None, &Line::no_deps, "doc clippy", ""},
       {{"--config"}, Config, Value::Name, &Line::config, "", ""},
       {{"-Z"}, Config, Value::Word, UnstableFlag{}, "", ""},

       {{"--open"}, Own, Value::None, &Line::own, "doc rustdoc", ""},
       {{"--document-private-items"}, Own, Value::None, &Line::own, "doc", ""},
       {{"--output-format"}, Own, Value::Word, &Line::own, "rustdoc", ""},
       {{"--artifact-dir", "--out-dir"}, Own, Value::Path, &Line::own, "build zigbuild", ""},
       {{"--root"}, Own, Value::Path, &Line::own, "install", ""},
       {{"--force", "-f"}, Own, Value::None, &Line::own, "install", ""},
       {{"--no-track"}, Own, Value::None, &Line::own, "install", ""},

       {{"--jobs", "-j"}, Running, Value::Number, &Line::neutral, "", ""},
       {{"--keep-going"}, Running, Value::None, &Line::neutral, "", ""},
       {{"--no-fail-fast"}, Running, Value::None, &Line::neutral, "", ""},
       {{"--ignore-rust-version"}, Running, Value::None, &Line::neutral, "", ""},
       {{"--quiet", "-q"}, Output, Value::None, &Line::neutral, "", "verbosity"},
       {{"--verbose", "-v"}, Output, Value::None, &Line::neutral, "", "verbosity"},
       {{"--color"}, Output, Value::Word, &Line::neutral, "", ""},
       {{"--message-format"}, Output, Value::Word, &Line::neutral, "", ""},
       {{"--timings"}, Output, Value::Attached, &Line::neutral, "", ""},
       {{"--future-incompat-report"}, Output, Value::None, &Line::neutral, "", ""},

       // These would lead cargo to files other than those that the recipe was made from.
       {{"-C"}, Refused, Value::Word, {}, "", "run in that directory, or use --manifest-path"},
       {{"--lockfile-path"},
        Refused,
        Value::Word,
        {},
        "",
        "use the Cargo.lock beside the workspace's manifest"},
       {{"--crate-type"}, Refused, Value::Word, {}, "", "set `crate-type` in the manifest"},
       {{"--git"}, Refused, Value::Word, {}, "", elsewhere},
       {{"--branch"}, Refused, Value::Word, {}, "", elsewhere},
       {{"--tag"}, Refused, Value::Word, {}, "", elsewhere},
       {{"--rev"}, Refused, Value::Word, {}, "", elsewhere},
       {{"--index"}, Refused, Value::Word, {}, "", elsewhere},
       {{"--registry"}, Refused, Value::Word, {}, "", elsewhere},
       {{"--version", "--vers", "-V"}, Refused, Value::None, {}, "", compiles_nothing},
       {{"--list"}, Refused, Value::None, {}, "", compiles_nothing},
       {{"--dry-run", "-n"}, Refused, Value::None, {}, "", compiles_nothing},
       {{"--print"}, Refused, Value::Word, {}, "", compiles_nothing},
       {{"--unit-graph"}, Refused, Value::None, {}, "", compiles_nothing},
       {{"--build-plan"}, Refused, Value::None, {}, "", compiles_nothing},
       {{"--explain"}, Refused, Value::Word, {}, "", compiles_nothing},
       {{"--help", "-h"}, Refused, Value::None, {}, "", compiles_nothing},
       {{"--fix"},
        Refused,
        Value::None,
        {},
        "",
        "use `clippy --all-targets`, which needs the same units, and run `cargo clippy --fix` "
        "directly"}});
}();

}  // namespace

std::span<const Flag> known_flags() {
  return flag_table;
}

const Flag* find_flag(std::string_view spelling) {
  for (const auto& flag : flag_table) {
    if (std::find(flag.spellings.begin(), flag.spellings.end(), spelling) != flag.spellings.end())
      return &flag;
  }
  return nullptr;
}

std::string near_flag(std::string_view word) {
  if (!word.starts_with("--")) return {};
  std::vector<std::string_view> names;
  for (const auto& flag : known_flags()) {
    for (const auto spelling : flag.spellings) {
      if (spelling.starts_with("--")) names.push_back(spelling.substr(2));
    }
  }
  const auto near = near_spelling(word.substr(2), names);
  return near.empty() ? std::string() : "--" + std::string(near);
}

bool knows(std::string_view subcommand, const Flag& flag) {
  if (flag.commands.empty()) return true;
  const bool without = flag.commands.starts_with('!');
  const auto list = " " + std::string(flag.commands.substr(without ? 1 : 0)) + " ";
  return (list.find(" " + std::string(subcommand) + " ") != std::string::npos) != without;
}

std::vector<std::string> words_of(const CommandLine& line, const Flag& flag) {
  std::vector<std::string> out;
  const std::string name(flag.spellings.first());
  const auto say = [&](bool on) {
    if (on) out.push_back(name);
  };
  const auto value = [&](const std::string& text) { append(out, name, text, flag.value); };
  const auto values = [&](const std::vector<std::string>& list) {
    for (const auto& text : list) value(text);
  };
  const auto is_release = [&] {
    return line.profile == "release" && knows(line.subcommand, *find_flag("--release"));
  };
  std::visit(
      Overloaded{[](std::monostate) {}, [&](bool CommandLine::*member) { say(line.*member); },
                 [&](std::vector<std::string> CommandLine::*member) { values(line.*member); },
                 [&](std::optional<std::string> CommandLine::*member) {
                   if (line.*member && knows(line.subcommand, flag)) value(*(line.*member));
                 },
                 [&](std::vector<GivenFlag> CommandLine::*member) {
                   for (const auto& given : line.*member) {
                     if (find_flag(given.name) == &flag) append(out, given);
                   }
                 },
                 [&](AllOfKind member) { say((line.*member.kind).all); },
                 [&](NamesOfKind member) { values((line.*member.kind).names); },
                 [&](FeatureList) {
                   if (!line.features.empty())
                     value(fmt::format("{}", fmt::join(line.features, ",")));
                 },
                 [&](ProfileName member) {
                   if (member.stands_for == "release") say(is_release());
                   if (member.stands_for.empty() && !line.profile.empty() && !is_release())
                     value(line.profile);
                 },
                 [&](UnstableFlag) { values(line.unstable); },
                 [&](PackageDirectory) {
                   if (!line.manifest_path || !knows(line.subcommand, flag)) return;
                   const auto directory = path::parent(*line.manifest_path);
                   value(directory.empty() ? "." : directory);
                 }},
      flag.member);
  return out;
}

std::vector<std::string> words_of(const std::vector<GivenFlag>& flags) {
  std::vector<std::string> out;
  for (const auto& flag : flags) append(out, flag);
  return out;
}

std::vector<GivenFlag> output_flags(const CommandLine& line) {
  std::vector<GivenFlag> out;
  for (const auto& flag : line.neutral) {
    if (find_flag(flag.name)->role == FlagRole::Output) out.push_back(flag);
  }
  return out;
}

void clear_flags(CommandLine& line, std::initializer_list<FlagRole> roles) {
  const CommandLine none;
  const auto is_one = [&](FlagRole role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  };
  const auto reset = [&](auto member) { line.*member = none.*member; };
  for (const auto& flag : known_flags()) {
    if (!is_one(flag.role)) continue;
    std::visit(Overloaded{[](std::monostate) {}, reset,
                          [&](std::vector<GivenFlag> CommandLine::*member) {
                            std::erase_if(line.*member, [&](const GivenFlag& given) {
                              return find_flag(given.name) == &flag;
                            });
                          },
                          [&](AllOfKind member) { (line.*member.kind).all = false; },
                          [&](NamesOfKind member) { (line.*member.kind).names.clear(); },
                          [&](FeatureList) { line.features.clear(); },
                          [&](ProfileName) { line.profile.clear(); },
                          [&](UnstableFlag) { line.unstable.clear(); },
                          [&](PackageDirectory) { line.manifest_path.reset(); }},
               flag.member);
  }
}

void add_flags(CommandLine& line, const CommandLine& given) {
  using enum FlagRole;
  static const std::set<FlagRole> added{Lock, Platform, TargetDirectory, Tests, Own};
  const auto take = [&](auto member) { line.*member = given.*member; };
  for (const auto& flag : known_flags()) {
    if (!added.contains(flag.role) || words_of(given, flag).empty()) continue;
    std::visit(Overloaded{[](const auto&) {}, [](std::vector<GivenFlag> CommandLine::*) {},
                          [&](bool CommandLine::*member) { take(member); },
                          [&](std::vector<std::string> CommandLine::*member) { take(member); },
                          [&](std::optional<std::string> CommandLine::*member) { take(member); }},
               flag.member);
  }
  replace(line.own, given.own);
  replace(line.neutral, given.neutral);
  const std::string unlocks = "unstable-options";
  const auto has = [&](const CommandLine& one) {
    return std::find(one.unstable.begin(), one.unstable.end(), unlocks) != one.unstable.end();
  };
  if (has(given) && !has(line)) line.unstable.push_back(unlocks);
  if (!given.trailing.empty()) line.trailing = given.trailing;
}

}  // namespace larder::cargo
