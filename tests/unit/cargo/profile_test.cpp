#include "larder/cargo/manifest/profile.hpp"

#include <doctest/doctest.h>

#include "../support/values.hpp"

using namespace larder;
using namespace larder::cargo;
using Texts = std::vector<std::string>;

namespace {

TomlTable table(const std::string& text) {
  return *parse_toml("f", text, "e").root.table();
}

Profiles profiles(const std::string& manifest, const std::string& config = "") {
  return {table(manifest), table(config)};
}

}  // namespace

TEST_CASE("a profile inherits as cargo's do") {
  const auto some = profiles("[small]\ninherits = \"release\"\n[tiny]\ninherits = \"small\"\n");
  CHECK(some.chain("dev") == Texts{"dev"});
  CHECK(some.chain("release") == Texts{"release"});
  CHECK(some.chain("test") == Texts{"test", "dev"});
  CHECK(some.chain("bench") == Texts{"bench", "release"});
  CHECK(some.chain("tiny") == Texts{"tiny", "small", "release"});
  CHECK(profiles("", "[my]\ninherits = \"dev\"\n").chain("my") == Texts{"my", "dev"});
}

TEST_CASE("profiles that inherit from each other end") {
  CHECK(profiles("[a]\ninherits = \"b\"\n[b]\ninherits = \"a\"\n").chain("a") == Texts{"a", "b"});
}

TEST_CASE("a value comes from the nearest profile that has it") {
  const auto some = profiles(
      R"([dev]
panic = "abort"
opt-level = 1
[test]
opt-level = 2
[release]
lto = true
[small]
inherits = "release"
)");
  CHECK(*some.value("test", "opt-level")->integer() == 2);
  CHECK(*some.value("test", "panic")->string() == "abort");
  CHECK(*some.value("small", "lto")->boolean());
  CHECK_FALSE(some.value("release", "panic"));
  CHECK(some.aborts_on_panic("test"));
  CHECK_FALSE(some.aborts_on_panic("release"));
}

TEST_CASE("config wins over the manifest, the environment over both, within one profile") {
  const auto files = profiles("[release]\nlto = false\npanic = \"abort\"\n[test]\nlto = false\n",
                              "[release]\nlto = \"thin\"\n");
  CHECK(files.lto("release") == Lto::AcrossCrates);
  CHECK(files.aborts_on_panic("release"));
  const auto here = files.with_environment(test::environment_of(
      {{"CARGO_PROFILE_RELEASE_LTO", "false"}, {"CARGO_PROFILE_RELEASE_PANIC", "unwind"}}));
  CHECK(here.lto("release") == Lto::Local);
  CHECK_FALSE(here.aborts_on_panic("release"));
  // A nearer profile of the manifest wins over the environment of a farther one.
  CHECK(files.with_environment(test::environment_of({{"CARGO_PROFILE_DEV_LTO", "fat"}}))
            .lto("test") == Lto::Local);
  CHECK(files.lto("release") == Lto::AcrossCrates);
}

TEST_CASE("the variable of a profile with a hyphen has underscores") {
  const auto some =
      profiles("[my-small]\ninherits = \"dev\"\n")
          .with_environment(test::environment_of({{"CARGO_PROFILE_MY_SMALL_LTO", "thin"}}));
  CHECK(some.lto("my-small") == Lto::AcrossCrates);
}

// Measured with cargo 1.95: -C lto=off for the spellings of off, none of them for `false`.
TEST_CASE("every spelling of lto is read as cargo reads it") {
  for (const std::string spelling : {"true", "\"thin\"", "\"fat\"", "\"on\"", "\"yes\"", "\"y\""}) {
    CAPTURE(spelling);
    CHECK(profiles("[release]\nlto = " + spelling + "\n").lto("release") == Lto::AcrossCrates);
  }
  for (const std::string spelling : {"\"off\"", "\"n\"", "\"no\"", "\"none\""}) {
    CAPTURE(spelling);
    CHECK(profiles("[release]\nlto = " + spelling + "\n").lto("release") == Lto::Off);
  }
  CHECK(profiles("").lto("release") == Lto::Local);
  CHECK(profiles("[release]\nlto = false\n").lto("release") == Lto::Local);
  for (const std::string spelling : {"false", "off", "none"}) {
    CAPTURE(spelling);
    const auto environment = test::environment_of({{"CARGO_PROFILE_RELEASE_LTO", spelling}});
    CHECK(profiles("[release]\nlto = true\n").with_environment(environment).lto("release") ==
          (spelling == "false" ? Lto::Local : Lto::Off));
  }
}

TEST_CASE("flags win over the environment, and may name the profile that one inherits from") {
  const auto flags =
      profiles("[release]\nlto = true\n")
          .with_environment(test::environment_of({{"CARGO_PROFILE_RELEASE_LTO", "fat"}}))
          .with_arguments(table("[release]\nlto = false\n[my]\ninherits = \"release\"\n"));
  CHECK(flags.lto("release") != cargo::Lto::AcrossCrates);
  CHECK(flags.chain("my") == Texts{"my", "release"});
}
