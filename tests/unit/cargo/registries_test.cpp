#include "larder/cargo/config/registries.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"

using namespace larder;
using namespace larder::cargo;

TEST_CASE("the index of a registry comes from the environment, then from the config") {
  const auto tree = test::tree_of({{"/w/.cargo/config.toml",
                                    R"([registries]
mine = { index = "https://H/i" }
near = { index = "file:../index" }
bad = { index = 1 }
relative = { index = "../index" }
secret = { index = "https://u:p@h/" }
)"}});
  const auto config = Config::load(tree, "/w", "", "");
  const auto environment =
      test::environment_of({{"CARGO_REGISTRIES_MY_OWN_INDEX", "sparse+https://h/"}});
  CHECK(registry_index("mine", config, environment) == "https://h/i");
  CHECK(registry_index("my-own", config, environment) == "sparse+https://h/");
  CHECK(registry_index("near", config, environment) == "file:///index");
  CHECK(registry_index("none", config, environment) == std::nullopt);
  for (const std::string name : {"bad", "relative", "secret"}) {
    CAPTURE(name);
    CHECK(test::error_id_of([&] { registry_index(name, config, environment); }) == "config-parse");
  }
}
