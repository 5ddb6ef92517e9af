#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "larder/cargo/config/config.hpp"
#include "larder/cargo/manifest/profile.hpp"
#include "line_difference.hpp"
#include "subject.hpp"

// Variables that reach cargo, rustc or build scripts.

namespace larder::lint {

namespace {

/// What a different value costs.
enum class Reach {
  None,
  /// All dependencies: it is part of every unit's identity.
  AllUnits,
  /// Those with a build script that reads it.
  BuildScripts,
};

bool is_one(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `CARGO_PROFILE_<NAME>_<KEY>` of the profile that the command uses.
bool concerns_profile(const std::string& name, const cargo::CommandLine* line) {
  if (line == nullptr) return true;
  return name.starts_with("CARGO_PROFILE_" + cargo::config_variable_part(external_profile(*line)) +
                          "_");
}

Reach profile_reach(const std::string& name, const cargo::CommandLine* line) {
  if (name.ends_with("_INCREMENTAL") || !concerns_profile(name, line)) return Reach::None;
  return Reach::AllUnits;
}

/// Variables that build scripts ask cargo about (`rerun-if-env-changed`), and crates that do.
struct ScriptVariable {
  std::string_view name;
  std::string_view crates;
};
constexpr std::array<ScriptVariable, 16> script_variables{{
    {"CC", "cc cmake"},
    {"CXX", "cc cmake"},
    {"AR", "cc"},
    {"CFLAGS", "cc cmake"},
    {"CXXFLAGS", "cc cmake"},
    {"HOST_CC", "cc"},
    {"TARGET_CC", "cc"},
    {"RUSTC_BOOTSTRAP", "proc-macro2 anyhow thiserror eyre"},
    {"PKG_CONFIG_PATH", "pkg-config system-deps"},
    {"PKG_CONFIG_SYSROOT_DIR", "pkg-config system-deps"},
    {"PKG_CONFIG_ALLOW_CROSS", "pkg-config system-deps"},
    {"OPENSSL_DIR", "openssl-sys"},
    {"OPENSSL_STATIC", "openssl-sys"},
    {"OPENSSL_NO_VENDOR", "openssl-sys"},
    {"LIBCLANG_PATH", "clang-sys"},
    {"PROTOC", "prost-build"},
}};

/// Without a lock file, all of them may be read.
bool has_one_of(const std::optional<cargo::Lockfile>& lock, std::string_view crates) {
  if (!lock) return true;
  for (std::size_t start = 0; start < crates.size();) {
    const auto end = std::min(crates.find(' ', start), crates.size());
    if (!lock->named(std::string(crates.substr(start, end - start))).empty()) return true;
    start = end + 1;
  }
  return false;
}

bool is_read_by_scripts(const std::string& name, const std::optional<cargo::Lockfile>& lock) {
  return std::any_of(
      script_variables.begin(), script_variables.end(), [&](const ScriptVariable& known) {
        const bool is_for_triple =
            (known.crates.starts_with("cc")) && name.starts_with(std::string(known.name) + "_");
        return (name == known.name || is_for_triple) && has_one_of(lock, known.crates);
      });
}

/// With a `--target` the flags are for the target alone, but that is where dependencies are.
Reach reach_of(const std::string& name, const cargo::CommandLine* line,
               const std::optional<cargo::Lockfile>& lock) {
  if (name.starts_with("CARGO_PROFILE_")) return profile_reach(name, line);
  if (is_one(name, {"RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "RUSTC",
                    "CARGO_BUILD_RUSTC", "RUSTUP_TOOLCHAIN"}))
    return Reach::AllUnits;
  if (name == "CARGO_BUILD_TARGET")
    return line != nullptr && !line->targets.empty() ? Reach::None : Reach::AllUnits;
  if (name.starts_with("CARGO_TARGET_") && name.ends_with("_RUSTFLAGS")) return Reach::AllUnits;
  return is_read_by_scripts(name, lock) ? Reach::BuildScripts : Reach::None;
}

/// Cargo's default for a key of a profile, as a variable's value.
std::string_view default_of(std::string_view key, bool is_release) {
  if (key == "OPT_LEVEL") return is_release ? "3" : "0";
  if (key == "DEBUG") return is_release ? "0" : "2";
  if (key == "DEBUG_ASSERTIONS" || key == "OVERFLOW_CHECKS") return is_release ? "false" : "true";
  if (key == "CODEGEN_UNITS") return is_release ? "16" : "256";
  if (key == "LTO" || key == "RPATH") return "false";
  if (key == "PANIC") return "unwind";
  return "";
}

std::string spelt_alike(const std::string& value) {
  if (value == "none") return "0";
  if (value == "full") return "2";
  return value;
}

/// Whether a profile variable says what cargo does anyway, so that only its presence differs.
bool states_default(const std::string& name, const std::string& value, const Surroundings& around) {
  constexpr std::string_view prefix = "CARGO_PROFILE_";
  for (const std::string profile : {"release", "dev"}) {
    const auto part = std::string(prefix) + cargo::config_variable_part(profile) + "_";
    if (!name.starts_with(part)) continue;
    const auto key = name.substr(part.size());
    // The manifest may say otherwise.
    if (around.workspace) {
      const auto& table = around.workspace->root_table("profile");
      for (const auto& variable :
           {std::string("debug"), std::string("lto"), std::string("panic")}) {
        if (cargo::config_variable_part(variable) == key &&
            cargo::Profiles(table, {}).value(profile, variable))
          return false;
      }
    }
    const auto usual = default_of(key, profile == "release");
    auto given = spelt_alike(value);
    if (key == "DEBUG" && given == "false") given = "0";
    if (key == "DEBUG" && given == "true") given = "2";
    return !usual.empty() && given == usual;
  }
  return false;
}

std::set<std::string> names_in(const Settings& a, const Settings& b) {
  std::set<std::string> out;
  for (const auto* settings : {&a, &b}) {
    for (const auto& [name, setting] : *settings) out.insert(name);
  }
  return out;
}

std::string stated(const std::string& value) {
  return value.empty() ? "not set" : fmt::format("`{}`", value);
}

/// The place of the setting that only one of the two has; the build where there is none.
Position place_of_setting(const CargoCall& cook, const CargoCall& build, const std::string& name,
                          Position fallback) {
  const auto in_build = build.environment.find(name);
  if (in_build != build.environment.end() && !in_build->second.value.empty())
    return in_build->second.at;
  const auto in_cook = cook.environment.find(name);
  return in_cook != cook.environment.end() ? in_cook->second.at : fallback;
}

/// Where the platforms of both commands are compared, the variable is part of that.
bool is_compared_as_platform(const Pair& pair, const CargoCall& build, const std::string& name) {
  return name == "CARGO_BUILD_TARGET" && pair.cooked && build.line && build.tool != Tool::Larder;
}

void check_pair(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  const auto* line = pair.cooked ? &*pair.cooked : nullptr;
  for (const auto& name : names_in(cook.environment, build.environment)) {
    const auto before = cook.value(name);
    const auto after = build.value(name);
    const auto reach = reach_of(name, line, subject.around.lock);
    if (before == after || reach == Reach::None || is_compared_as_platform(pair, build, name))
      continue;
    if (subject.is_symbolic && (before + after).find('$') == std::string::npos) continue;
    const auto& said = before.empty() ? after : before;
    const bool is_default =
        (before.empty() || after.empty()) && states_default(name, said, subject.around);
    if (is_default) continue;
    const bool is_sure = reach == Reach::AllUnits && !build.is_conditional && !cook.is_conditional;
    findings.add(
        "environment-differs", is_sure ? Severity::Error : Severity::Warning,
        place_of_setting(cook, build, name, subject.at(pair.build)),
        fmt::format("{} is {} for cook (line {}), and {} for the build (line {}): {}", name,
                    stated(before), subject.at(pair.cook).line, stated(after),
                    subject.at(pair.build).line,
                    reach == Reach::AllUnits ? "every dependency is compiled again"
                                             : "build scripts that read it run again, and what "
                                               "depends on them is compiled again"),
        "set it in a stage that both start from, above cook");
  }
}

/// A recipe is made for one LTO setting, panic strategy and number of targets.
void check_assumptions(const Subject& subject, std::size_t cook, Findings& findings) {
  const auto prepare = subject.prepare_of(cook);
  const auto& call = subject.call(cook);
  if (!prepare || call.tool != Tool::Larder || !subject.call(*prepare).line) return;
  const auto& made = subject.call(*prepare);
  for (const auto& name : names_in(made.environment, call.environment)) {
    const bool is_assumed =
        (name.starts_with("CARGO_PROFILE_") && concerns_profile(name, &*made.line) &&
         (name.ends_with("_LTO") || name.ends_with("_PANIC"))) ||
        name == "CARGO_BUILD_TARGET";
    if (!is_assumed || made.value(name) == call.value(name)) continue;
    const auto both = made.value(name) + call.value(name);
    if (subject.is_symbolic && both.find('$') == std::string::npos) continue;
    findings.add(
        "environment-differs", Severity::Error,
        place_of_setting(made, call, name, subject.at(cook)),
        fmt::format("{} is {} for prepare (line {}), and {} for cook (line {}): the recipe "
                    "is made for another setting",
                    name, stated(made.value(name)), subject.at(*prepare).line,
                    stated(call.value(name)), subject.at(cook).line),
        "set it in a stage that planner and builder start from");
  }
}

bool wraps_with_sccache(const CargoCall& call) {
  for (const auto* name : {"RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"}) {
    if (program_name(call.value(name)) == "sccache") return true;
  }
  return false;
}

/// sccache passes an incremental compilation on to rustc.
void check_incremental(const Subject& subject, Findings& findings) {
  for (const auto& pair : subject.pairs) {
    const auto& build = subject.call(pair.build);
    if (!wraps_with_sccache(build) || !pair.cooked) continue;
    const auto asked = build.value("CARGO_INCREMENTAL");
    const bool by_profile = external_profile(*pair.cooked) == "dev" && asked.empty();
    if (asked != "1" && asked != "true" && !by_profile) continue;
    findings.add("sccache-incremental", Severity::Note, subject.at(pair.build),
                 "the workspace's crates are compiled incrementally, which sccache does not cache",
                 "ENV CARGO_INCREMENTAL=0 beside RUSTC_WRAPPER");
  }
}

}  // namespace

void check_environment(const Subject& subject, Findings& findings) {
  for (const auto& pair : subject.pairs) check_pair(subject, pair, findings);
  for (const auto cook : subject.cooks()) check_assumptions(subject, cook, findings);
  check_incremental(subject, findings);
}

}  // namespace larder::lint
