#include "larder/base/environment.hpp"

#include <doctest/doctest.h>

#include "../support/values.hpp"

using namespace larder;

TEST_CASE("an empty variable counts as unset, but is still handed to children") {
  const auto environment = test::environment_of({{"RUSTUP_TOOLCHAIN", ""}, {"CARGO", "/c"}});
  CHECK_FALSE(environment.get("RUSTUP_TOOLCHAIN"));
  CHECK_FALSE(environment.get("HOME"));
  CHECK(environment.get("CARGO") == "/c");
  CHECK(environment.variables().contains("RUSTUP_TOOLCHAIN"));
}

TEST_CASE("a variable can be replaced and removed") {
  auto environment = test::environment_of({{"A", "1"}});
  environment.set("A", "2");
  CHECK(environment.get("A") == "2");
  environment.unset("A");
  CHECK(environment.variables().empty());
}
