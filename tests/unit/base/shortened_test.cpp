#include "larder/base/shortened.hpp"

#include <doctest/doctest.h>

using namespace larder;

TEST_CASE("a list for people ends with how many there are more") {
  using List = std::vector<std::string>;
  CHECK(shortened({}, 2).empty());
  CHECK(shortened({"a", "b"}, 2) == List{"a", "b"});
  CHECK(shortened({"a", "b", "c", "d"}, 2) == List{"a", "b", "and 2 more"});
}
