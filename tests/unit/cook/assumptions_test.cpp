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
  std::string variable = "";
  std::string value = "";
};

void check(const Situation& situation) {
  recipe::Command command;
  command.name = "build";
  command.line = command.cook_line =
      cargo::parse_command_line(cargo::split_command(situation.arguments));
  command.assumptions = situation.assumptions;
  command.skeleton.manifests = {{"Cargo.toml", situation.manifest, {}}};
  const auto tree = test::tree_of({{"/w/.cargo/config.toml", situation.config}});
  Environment environment;
  if (!situation.variable.empty()) environment.set(situation.variable, situation.value);
  cook::check_assumptions(command, cargo::Config::load(tree, "/w", "", ""), environment);
}

const std::string with_lto = "[profile.release]\nlto = true\n";
const std::string with_abort = "[profile.release]\npanic = \"abort\"\n";
const std::string like_dev = "[profile.a-b]\ninherits = \"dev\"\n";
const std::string like_release = "[profile.a-b]\ninherits = \"release\"\n";
const std::string two_targets = "[build]\ntarget = [\"a\", \"b\"]\n";
const reduce::Assumptions assumed_lto{true, false, 0};
const reduce::Assumptions assumed_abort{false, true, 0};

}  // namespace

TEST_CASE("a machine that agrees with the recipe passes") {
  for (const auto& situation : std::vector<Situation>{
           {},
           {"build --release", with_lto, assumed_lto},
           {"build --release", with_abort, assumed_abort},
           {"build --release", with_lto, {}, "", "CARGO_PROFILE_RELEASE_LTO", "off"},
           {"build --release --config profile.release.lto=true", "", assumed_lto, "",
            "CARGO_PROFILE_RELEASE_LTO", "off"},
           {"build --release --target a --target b", "", {false, false, 2}},
           {"build --release", "", {false, false, 2}, "[build]\ntarget = \"a\"\n"},
           {"build --release", "", {}, two_targets, "CARGO_BUILD_TARGET", "a"},
           {"build --release --target a", "", {false, false, 1}, two_targets},
           {"test", "", {}, "", "CARGO_PROFILE_RELEASE_LTO", "fat"},
           {"build", with_lto, {}}}) {
    CAPTURE(situation.arguments);
    CHECK_NOTHROW(check(situation));
  }
}

TEST_CASE("what the environment changes is an error that names the variable") {
  for (const auto& situation : std::vector<Situation>{
           {"build --release", "", {}, "", "CARGO_PROFILE_RELEASE_LTO", "fat"},
           {"build --release", with_lto, assumed_lto, "", "CARGO_PROFILE_RELEASE_LTO", "false"},
           {"build", "", {}, "", "CARGO_PROFILE_DEV_PANIC", "abort"},
           {"build --profile a-b", like_release, {}, "", "CARGO_PROFILE_RELEASE_LTO", "thin"},
           {"build --profile a-b", like_release, {}, "", "CARGO_PROFILE_A_B_PANIC", "abort"},
           {"build --profile a-b",
            like_dev + with_lto,
            {},
            "",
            "CARGO_PROFILE_A_B_INHERITS",
            "release"},
           {"build --release", with_abort, assumed_abort, "", "CARGO_PROFILE_RELEASE_PANIC",
            "unwind"},
           {"test --no-run", "", {}, "", "CARGO_PROFILE_DEV_LTO", "thin"},
           {"test --no-run", "", {}, "", "CARGO_PROFILE_TEST_LTO", "thin"},
           {"bench --no-run", "", {}, "", "CARGO_PROFILE_BENCH_LTO", "true"}}) {
    CAPTURE(situation.variable);
    const auto error = error_of([&] { check(situation); });
    CHECK(error.id() == "assumption-changed");
    CHECK(error.message().find(situation.variable) != std::string::npos);
  }
}

TEST_CASE("what a config file changes is an error") {
  for (const auto& situation : std::vector<Situation>{
           {"build --release", "", {}, with_lto},
           {"build --release", "", {}, with_abort},
           {"build --release", with_lto, assumed_lto, "[profile.release]\nlto = false\n"},
           {"build --profile a-b", like_dev, {}, "[profile.a-b]\nlto = \"fat\"\n"},
           {"build --profile a-b", like_dev, {}, "[profile.dev]\npanic = \"abort\"\n"},
           {"build --release", "", {}, two_targets}}) {
    CAPTURE(situation.config);
    CHECK(error_of([&] { check(situation); }).id() == "assumption-changed");
  }
}
