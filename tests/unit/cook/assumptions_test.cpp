#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "larder/cook/cook.hpp"

using namespace larder;
using larder::test::error_of;

namespace {

struct Situation {
  std::string arguments = "build --release";
  std::string manifest;
  reduce::Assumptions assumptions = {};
  std::string config = "";
  std::map<std::string, std::string> variables = {};
};

void check(const Situation& situation) {
  recipe::Command command;
  command.name = "build";
  command.line = command.cook_line =
      cargo::parse_command_line(cargo::split_command(situation.arguments));
  command.assumptions = situation.assumptions;
  command.skeleton.manifests = {{"Cargo.toml", situation.manifest, {}}};
  const auto tree = test::tree_of({{"/w/.cargo/config.toml", situation.config}});
  cook::check_assumptions(command, cargo::Config::load(tree, "/w", "", ""),
                          Environment(situation.variables));
}

const std::string with_lto = "[profile.release]\nlto = true\n";
const std::string with_abort = "[profile.release]\npanic = \"abort\"\n";

}  // namespace

TEST_CASE("a machine that agrees with the recipe passes") {
  for (const auto& situation : std::vector<Situation>{
           {},
           {"build --release", with_lto, {true, false, 0}},
           {"build --release", with_abort, {false, true, 0}},
           {"build --release",
            with_lto,
            {false, false, 0},
            "",
            {{"CARGO_PROFILE_RELEASE_LTO", "off"}}},
           {"build --release --config profile.release.lto=true",
            "",
            {true, false, 0},
            "",
            {{"CARGO_PROFILE_RELEASE_LTO", "off"}}},
           {"build --release --target a --target b", "", {false, false, 2}},
           {"build --release", "", {false, false, 2}, "[build]\ntarget = \"a\"\n"},
           {"build --release",
            "",
            {},
            "[build]\ntarget = [\"a\", \"b\"]\n",
            {{"CARGO_BUILD_TARGET", "a"}}},
           {"build --release --target a",
            "",
            {false, false, 1},
            "[build]\ntarget = [\"a\", \"b\"]\n"},
           {"test", "", {}, "", {{"CARGO_PROFILE_RELEASE_LTO", "fat"}}},
           {"build", with_lto, {false, false, 0}}}) {
    CAPTURE(situation.arguments);
    CHECK_NOTHROW(check(situation));
  }
}

TEST_CASE("what the environment changes is an error that names the variable") {
  struct Row {
    Situation situation;
    std::string variable;
  };
  for (const auto& row :
       std::vector<Row>{{{"build --release", "", {}, "", {{"CARGO_PROFILE_RELEASE_LTO", "fat"}}},
                         "CARGO_PROFILE_RELEASE_LTO"},
                        {{"build --release",
                          with_lto,
                          {true, false, 0},
                          "",
                          {{"CARGO_PROFILE_RELEASE_LTO", "false"}}},
                         "CARGO_PROFILE_RELEASE_LTO"},
                        {{"build", "", {}, "", {{"CARGO_PROFILE_DEV_PANIC", "abort"}}},
                         "CARGO_PROFILE_DEV_PANIC"},
                        {{"build --profile my-small",
                          "[profile.my-small]\ninherits = \"release\"\n",
                          {},
                          "",
                          {{"CARGO_PROFILE_RELEASE_LTO", "thin"}}},
                         "CARGO_PROFILE_RELEASE_LTO"},
                        {{"build --profile my-small",
                          "[profile.my-small]\ninherits = \"release\"\n",
                          {},
                          "",
                          {{"CARGO_PROFILE_MY_SMALL_PANIC", "abort"}}},
                         "CARGO_PROFILE_MY_SMALL_PANIC"},
                        {{"build --profile my-small",
                          "[profile.my-small]\ninherits = \"dev\"\n" + with_lto,
                          {},
                          "",
                          {{"CARGO_PROFILE_MY_SMALL_INHERITS", "release"}}},
                         "CARGO_PROFILE_MY_SMALL_INHERITS"},
                        {{"build --release",
                          with_abort,
                          {false, true, 0},
                          "",
                          {{"CARGO_PROFILE_RELEASE_PANIC", "unwind"}}},
                         "CARGO_PROFILE_RELEASE_PANIC"},
                        {{"test --no-run", "", {}, "", {{"CARGO_PROFILE_DEV_LTO", "thin"}}},
                         "CARGO_PROFILE_DEV_LTO"},
                        {{"test --no-run", "", {}, "", {{"CARGO_PROFILE_TEST_LTO", "thin"}}},
                         "CARGO_PROFILE_TEST_LTO"},
                        {{"bench --no-run", "", {}, "", {{"CARGO_PROFILE_BENCH_LTO", "true"}}},
                         "CARGO_PROFILE_BENCH_LTO"}}) {
    CAPTURE(row.variable);
    const auto error = error_of([&] { check(row.situation); });
    CHECK(error.id() == "assumption-changed");
    CHECK(error.message().find(row.variable) != std::string::npos);
  }
}

TEST_CASE("what a config file changes is an error") {
  for (const auto& situation : std::vector<Situation>{
           {"build --release", "", {}, with_lto},
           {"build --release", "", {}, with_abort},
           {"build --release", with_lto, {true, false, 0}, "[profile.release]\nlto = false\n"},
           {"build --profile x",
            "[profile.x]\ninherits = \"dev\"\n",
            {},
            "[profile.x]\nlto = \"fat\"\n"},
           {"build --profile x",
            "[profile.x]\ninherits = \"dev\"\n",
            {},
            "[profile.dev]\npanic = \"abort\"\n"},
           {"build --release", "", {}, "[build]\ntarget = [\"a\", \"b\"]\n"}}) {
    CAPTURE(situation.config);
    CHECK(error_of([&] { check(situation); }).id() == "assumption-changed");
  }
}
