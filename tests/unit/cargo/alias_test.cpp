#include <doctest/doctest.h>

#include "../support/values.hpp"

#include "larder/cargo/command/command_line.hpp"

using namespace larder;
using namespace larder::cargo;
using Texts = std::vector<std::string>;

namespace {

Texts expand(const std::string& aliases, const std::string& words) {
  const auto tree = test::tree_of({{"/w/.cargo/config.toml", "[alias]\n" + aliases}});
  return expand_alias(split_command(words), Config::load(tree, "/w", "", ""), {});
}

}  // namespace

TEST_CASE("cargo's own aliases are expanded") {
  CHECK(expand("", "b --release") == Texts{"build", "--release"});
  CHECK(expand("", "+nightly t x") == Texts{"+nightly", "test", "x"});
  CHECK(expand("", "r") == Texts{"run"});
  CHECK(expand("", "c -p c") == Texts{"check", "-p", "c"});
  CHECK(expand("", "build b") == Texts{"build", "b"});
  CHECK(expand("", "-v --color never --config c b -r") ==
        Texts{"-v", "--color", "never", "--config", "c", "build", "-r"});
}

TEST_CASE("an alias is a string or an array, may lead to another, and keeps what follows") {
  CHECK(expand("ship = \"build --release --features 'a b'\"\n", "ship -v") ==
        Texts{"build", "--release", "--features", "a b", "-v"});
  CHECK(expand("ship = [\"b\", \"--features\", \"a b\"]\n", "+1.80 ship") ==
        Texts{"+1.80", "build", "--features", "a b"});
}

TEST_CASE(
    "an alias wins over cargo's own alias and over a plugin, never over a command of cargo's") {
  CHECK(expand("b = \"check\"\n", "b") == Texts{"check"});
  CHECK(expand("clippy = \"check\"\n", "clippy") == Texts{"check"});
  CHECK(expand("check = \"build --frobnicate\"\nrun = \"test\"\n", "check") == Texts{"check"});
  CHECK(expand("run = \"test\"\n", "run") == Texts{"run"});
}

TEST_CASE("a recursive alias ends as a subcommand that is not known") {
  const auto words = expand("one = \"two\"\ntwo = \"one\"\n", "one");
  CHECK_THROWS_AS((void)parse_command_line(words), Error);
}

TEST_CASE("words without a subcommand stay as they are") {
  CHECK(expand("", "+nightly") == Texts{"+nightly"});
  CHECK(expand("", "").empty());
}
