#include "larder/cook/unit_environment.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "larder/cook/library_directory.hpp"

namespace larder::cook {

namespace {

using std::string_view;

template <std::size_t count>
bool is_one_of(string_view name, const std::array<string_view, count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Variables that cargo sets for build scripts (cargo: core/compiler/custom_build.rs, and fill_env
/// in compilation.rs).
bool is_set_for_scripts(string_view name) {
  static constexpr std::array<string_view, 5> prefixes{
      "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_ENCODED_RUSTFLAGS"};
  static constexpr std::array<string_view, 10> names{
      "CARGO",   "DEBUG", "HOST",    "OPT_LEVEL",    "OUT_DIR",
      "PROFILE", "RUSTC", "RUSTDOC", "RUSTC_LINKER", "TARGET"};
  return starts_with_one_of(name, prefixes) || is_one_of(name, names);
}

/// Set by a make above cargo, or by cargo itself.
bool holds_jobserver(string_view name) {
  static constexpr std::array<string_view, 3> names{"CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"};
  return is_one_of(name, names);
}

/// GitHub Actions and GitLab document these as their own. `CI`, `GITHUB_ACTIONS` and `GITLAB_CI`
/// are compared, because they say where a build runs, not which run it is.
bool is_of_ci_run(string_view name) {
  static constexpr std::array<string_view, 6> prefixes{"ACTIONS_", "CI_",    "GITHUB_",
                                                       "GITLAB_",  "INPUT_", "RUNNER_"};
  return starts_with_one_of(name, prefixes) && name != "GITLAB_CI" && name != "GITHUB_ACTIONS";
}

/// Variables of the user's session and terminal, and those that tell cargo itself where and how to
/// build.
bool is_of_session(string_view name) {
  static constexpr std::array<string_view, 5> prefixes{"CARGO_TERM_", "LARDER_", "SSH_", "TERM_",
                                                       "XDG_SESSION_"};
  static constexpr std::array<string_view, 38> names{"CARGO_BUILD_BUILD_DIR",
                                                     "CARGO_BUILD_JOBS",
                                                     "CARGO_BUILD_TARGET_DIR",
                                                     "CARGO_TARGET_DIR",
                                                     "CLICOLOR",
                                                     "CLICOLOR_FORCE",
                                                     "COLORTERM",
                                                     "COLUMNS",
                                                     "DBUS_SESSION_BUS_ADDRESS",
                                                     "DISPLAY",
                                                     "FORCE_COLOR",
                                                     "GPG_AGENT_INFO",
                                                     "GPG_TTY",
                                                     "HOSTNAME",
                                                     "INVOCATION_ID",
                                                     "JOURNAL_STREAM",
                                                     "LINES",
                                                     "LS_COLORS",
                                                     "MAKELEVEL",
                                                     "MAKE_TERMERR",
                                                     "MAKE_TERMOUT",
                                                     "NO_COLOR",
                                                     "NUM_JOBS",
                                                     "OLDPWD",
                                                     "PROMPT",
                                                     "PS1",
                                                     "PWD",
                                                     "RUSTUP_TOOLCHAIN_SOURCE",
                                                     "RUST_RECURSION_COUNT",
                                                     "SHLVL",
                                                     "STY",
                                                     "SYSTEMD_EXEC_PID",
                                                     "TERM",
                                                     "TMUX",
                                                     "TMUX_PANE",
                                                     "VTE_VERSION",
                                                     "WINDOWID",
                                                     "_"};
  return starts_with_one_of(name, prefixes) || is_one_of(name, names);
}

std::string without_jobserver(const std::string& flags) {
  std::istringstream words(flags);
  std::string out;
  for (std::string word; words >> word;) {
    const bool shares = word.starts_with("--jobserver") || word.starts_with("-j");
    if (!shares) out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

/// In the newer layout of the build directory, cargo (seen in 1.97) adds the directory of whatever
/// unit it prepared last: no script can rely on that.
std::string without_directories_of_units(const std::string& list) {
  std::istringstream directories(list);
  std::string out;
  for (std::string directory; std::getline(directories, directory, ':');) {
    const bool is_of_unit =
        directory.starts_with(build_directory_placeholder) && is_directory_of_unit(directory);
    if (!is_of_unit) out += (out.empty() ? "" : ":") + directory;
  }
  return out;
}

/// Compilers and shells use PWD as the name of their directory, if it refers to that.
bool may_name_directory_of(const PlannedUnit& unit, const std::string& directory) {
  return path::is_within(without_links(directory), without_links(unit.package_directory));
}

}  // namespace

bool is_told_by_cargo(const std::string& variable) {
  static constexpr std::array<string_view, 4> prefixes{"CARGO_PKG_", "CARGO_MANIFEST_",
                                                       "CARGO_CRATE_NAME", "CARGO_BIN_NAME"};
  return starts_with_one_of(variable, prefixes);
}

VariableRole role_of(const PlannedUnit& unit, const std::string& variable) {
  if (unit.is_script_run ? is_set_for_scripts(variable) : is_told_by_cargo(variable))
    return VariableRole::Key;
  if (variable == "PWD" &&
      may_name_directory_of(unit, unit.call.environment.get(variable).value_or("/")))
    return VariableRole::Condition;
  // Those of its directories that are outside the build directory are in the key.
  if (unit.is_script_run && variable == library_path) return VariableRole::IfAsked;
  return is_of_ci_run(variable) || is_of_session(variable) ? VariableRole::IfAsked
                                                           : VariableRole::Condition;
}

std::optional<std::string> compared_value(const PlannedUnit& unit, const UnitPlan& plan,
                                          const std::string& variable) {
  const auto& told = unit.call.environment.variables();
  const auto found = told.find(variable);
  if (found == told.end()) return std::nullopt;
  if (!holds_jobserver(variable)) {
    auto value = replaced(found->second, plan.build_directory, build_directory_placeholder);
    return variable == library_path ? without_directories_of_units(value) : value;
  }
  auto rest = without_jobserver(found->second);
  return rest.empty() ? std::nullopt : std::optional(std::move(rest));
}

std::string outside_build_directory(const std::string& list, const std::string& other) {
  std::istringstream directories(list);
  std::string out;
  for (std::string directory; std::getline(directories, directory, ':');) {
    const bool is_others = !other.empty() && path::is_within(directory, other);
    if (!directory.starts_with(build_directory_placeholder) && !is_others) out += directory + ":";
  }
  return out;
}

}  // namespace larder::cook
