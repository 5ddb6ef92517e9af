#include "larder/base/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <vector>

#include "../support/expect.hpp"

using namespace larder;

TEST_CASE("every number is taken once, whatever their number") {
  for (const std::size_t count : {0U, 1U, 2U, 1000U}) {
    CAPTURE(count);
    std::vector<std::atomic<int>> calls(count);
    in_parallel(count, [&](std::size_t i) { ++calls[i]; });
    for (const auto& number : calls) CHECK(number == 1);
  }
}

TEST_CASE("what one throws is thrown once all have ended, and nothing is begun after it") {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  const auto id = test::error_id_of([&] {
    in_parallel(100'000, [&](std::size_t i) {
      ++begun;
      if (i == 3) throw Error("file-write", "no");
      ++ended;
    });
  });
  CHECK(id == "file-write");
  CHECK(begun == ended + 1);
  CHECK(begun < 100'000);
}
