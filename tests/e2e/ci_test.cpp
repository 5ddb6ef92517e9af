#include <doctest/doctest.h>

#include <filesystem>

#include "support/files.hpp"
#include "support/local_workspace.hpp"
#include "support/programs.hpp"

// examples/ci/plain.sh: jobs with a store in common.

namespace larder::test {

namespace {

const std::string source = LARDER_FIXTURES "/..";

Run job(const std::string& checkout, const std::string& cache) {
  std::filesystem::create_directories(checkout);
  copy_tree(source + "/tests/docker/tiny", checkout);
  const auto programs = std::filesystem::path(larder_program()).parent_path().string();
  return must(run_in(checkout, {source + "/examples/ci/plain.sh", cache, "build", "--locked"},
                     with_path(programs)));
}

}  // namespace

TEST_SUITE("ci") {
  TEST_CASE("the second job compiles no dependency, wherever its checkout lies") {
    const TestDirectory directory("ci");
    const auto first = job(directory / "first", directory / "cache");
    CAPTURE(first.errors);
    CHECK(first.says("Compiling itoa"));
    CHECK(first.says("Reused 3 of 3 external units"));
    const auto second = job(directory / "second", directory / "cache");
    CAPTURE(second.errors);
    CHECK_FALSE(second.says("Compiling itoa"));
    CHECK(second.says("Restored 4 of 4 external units from the store"));
    CHECK(second.says("Compiling shelf"));
    CHECK(second.says("Reused 3 of 3 external units"));
    // The workspace's own crates are only restored where the checkout has the same path.
    CHECK(told_of_local(second).restored == 0);
    std::filesystem::remove_all(directory / "second");
    const auto third = told_of_local(job(directory / "second", directory / "cache"));
    CHECK(third.restored == third.total);
    CHECK(third.restored == told_of_local(second).saved);
    CHECK(third.compiled == 0);
  }
}

}  // namespace larder::test
