#include "claim.hpp"

#include <doctest/doctest.h>

#include <cstdio>

namespace larder::test {

void claim(bool holds, const std::string& text, const std::string& seen) {
  if (holds) {
    std::printf("  ok: %s\n", text.c_str());
    std::fflush(stdout);
    CHECK(holds);
  } else {
    FAIL_CHECK(text << "\nseen: " << seen);
  }
}

}  // namespace larder::test
