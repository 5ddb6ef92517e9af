#include "larder/cook/unit_environment.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace larder;
using namespace larder::cook;

namespace {

PlannedUnit run_of_script() {
  PlannedUnit out;
  out.is_script_run = true;
  out.package_directory = "/no/such/package";
  return out;
}

}  // namespace

TEST_CASE("what a variable means for the run of a build script") {
  const std::vector<std::pair<VariableRole, std::vector<const char*>>> rows{
      {VariableRole::Key,
       {"CARGO", "CARGO_PKG_DESCRIPTION", "CARGO_CFG_TARGET_OS", "CARGO_FEATURE_STD", "OUT_DIR",
        "TARGET", "RUSTC", "CARGO_ENCODED_RUSTFLAGS"}},
      {VariableRole::IfAsked,
       {"PWD", "OLDPWD", "SHLVL", "_", "TERM", "HOSTNAME", "NUM_JOBS", "GITHUB_SHA",
        "GITHUB_RUN_ID", "RUNNER_TEMP", "CI_JOB_ID", "GITLAB_USER_ID", "CARGO_TERM_COLOR",
        "LARDER_STORE", "CARGO_TARGET_DIR", "LD_LIBRARY_PATH", "SSH_CONNECTION"}},
      {VariableRole::Condition,
       {"CFLAGS", "CC", "CI", "GITLAB_CI", "HOME", "PATH", "LANG", "TMPDIR", "MAKEFLAGS",
        "SOURCE_DATE_EPOCH", "CARGO_HOME", "RUSTFLAGS", "DEP_Z_ROOT"}}};
  const auto unit = run_of_script();
  for (const auto& [role, names] : rows) {
    for (const auto* name : names) {
      CAPTURE(name);
      CHECK(role_of(unit, name) == role);
    }
  }
}

TEST_CASE("for rustc cargo sets fewer") {
  PlannedUnit unit;
  CHECK(role_of(unit, "CARGO_PKG_NAME") == VariableRole::Key);
  CHECK(role_of(unit, "CARGO_MANIFEST_DIR") == VariableRole::Key);
  CHECK(role_of(unit, "TARGET") == VariableRole::Condition);
  CHECK(role_of(unit, "CARGO") == VariableRole::Condition);
  CHECK(role_of(unit, "GITHUB_SHA") == VariableRole::IfAsked);
}

TEST_CASE("the user's directory counts where a compiler may take it for its own") {
  auto unit = run_of_script();
  unit.package_directory = "/usr";
  unit.call.environment.set("PWD", "/usr/lib");
  CHECK(role_of(unit, "PWD") == VariableRole::Condition);
  unit.call.environment.set("PWD", "/");
  CHECK(role_of(unit, "PWD") == VariableRole::IfAsked);
}

TEST_CASE("values as they are compared") {
  struct Row {
    const char* name;
    const char* value;
    std::optional<std::string> compared;
  };
  const std::vector<Row> rows{
      {"CFLAGS", "-O2", "-O2"},
      {"EMPTY", "", ""},
      {"LD_LIBRARY_PATH", "/t/build/debug/deps:/opt/lib", "{build}/debug/deps:/opt/lib"},
      {"LD_LIBRARY_PATH", "/t/build/debug:/t/build/debug/build/a/0123456789abcdef/out:/opt/lib",
       "{build}/debug:/opt/lib"},
      {"LD_LIBRARY_PATH", "/opt/build/a/0123456789abcdef/out", "/opt/build/a/0123456789abcdef/out"},
      {"CARGO_MAKEFLAGS", "-j --jobserver-fds=6,7 --jobserver-auth=6,7", std::nullopt},
      {"MAKEFLAGS", "k -j8 --jobserver-auth=fifo:/tmp/GMfifo1", "k"},
      {"MAKEFLAGS", "", std::nullopt}};
  UnitPlan plan;
  plan.build_directory = "/t/build";
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto unit = run_of_script();
    unit.call.environment.set(row.name, row.value);
    CHECK(compared_value(unit, plan, row.name) == row.compared);
  }
  CHECK_FALSE(compared_value(run_of_script(), plan, "UNSET"));
  CHECK(outside_build_directory("{build}/debug:{build}/debug/deps:/opt/lib:/lib") ==
        "/opt/lib:/lib:");
}
