#include "commands/size.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "../support/expect.hpp"

using namespace larder;
using namespace larder::commands;

TEST_CASE("sizes are read with and without a unit") {
  struct Row {
    const char* text;
    std::uint64_t bytes;
  };
  constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30U;
  const std::vector<Row> rows{{"0", 0},
                              {"1024", 1024},
                              {"7b", 7},
                              {"1k", 1024},
                              {"500MB", 500U << 20U},
                              {"4GB", 4 * gibibyte},
                              {"4 GiB", 4 * gibibyte},
                              {"1.5g", 3 * gibibyte / 2},
                              {"2TiB", 2048 * gibibyte}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(read_size(row.text) == row.bytes);
  }
}

TEST_CASE("what is no size is refused") {
  for (const auto* text :
       {"", "GB", "-1", "1.2.3", ".", "1XB", "1GBs", "1 G B", "99999999T", "0x10"}) {
    CAPTURE(text);
    CHECK(test::error_id_of([&] { (void)read_size(text); }) == "command-invalid");
  }
}
