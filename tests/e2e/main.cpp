#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

#include "support/programs.hpp"

namespace {

// What ctest takes for "skipped" (SKIP_RETURN_CODE).
constexpr int skipped = 77;

}  // namespace

int main(int argc, char** argv) {
  if (!larder::test::has_cargo()) {
    const char* ci = std::getenv("CI");
    const bool must_run = ci != nullptr && *ci != '\0';
    std::fprintf(stderr, "%s: cargo is not installed, so nothing was tested end to end\n",
                 must_run ? "FAILED" : "SKIPPED");
    return must_run ? 1 : skipped;
  }
  doctest::Context context;
  context.applyCommandLine(argc, argv);
  return context.run();
}
