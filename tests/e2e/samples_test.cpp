#include <doctest/doctest.h>

#include <cstdlib>

#include "support/image_build.hpp"

// The sample workspaces, command by command: cook compiles exactly the external units that the real
// build wants, and the real build compiles none of them again.

namespace larder::test {

namespace {

/// `others` only with LARDER_ALL_COMMANDS, as in `e2e.samples-all`.
void check_all(const std::string& name, std::vector<std::string_view> commands,
               const std::vector<std::string_view>& others) {
  if (std::getenv("LARDER_ALL_COMMANDS") != nullptr)
    commands.insert(commands.end(), others.begin(), others.end());
  const TestDirectory directory(name);
  ImageBuild image_build(sample(name), directory / name, hasty_environment());
  image_build.check_all(commands);
}

}  // namespace

TEST_SUITE("samples") {
  TEST_CASE("package ids of path packages are told apart in both notations") {
    CHECK(is_path_id("path+file:///src/app#0.1.0"));
    CHECK(is_path_id("path+file:///src/crates/a#app@0.1.0"));
    CHECK(is_path_id("app 0.1.0 (path+file:///src/app)"));
    CHECK_FALSE(is_path_id("registry+https://registry.example/index#itoa@1.0.6"));
    CHECK_FALSE(is_path_id("itoa 1.0.6 (registry+https://registry.example/index)"));
    CHECK_FALSE(is_path_id("git+https://forge.example/path+file?rev=1#itoa@1.0.6"));
  }

  TEST_CASE("single: every command reuses all that was cooked") {
    check_all(
        "single",
        {"build --locked", "clippy --all-targets --locked",
         "check --no-default-features --examples --locked"},
        {"build --release --locked", "check --locked", "test --no-run --locked",
         "build -p wordtally --bin wordtally --locked", "build --features inline-lines --locked"});
  }

  TEST_CASE("shop: every command reuses all that was cooked") {
    check_all("shop",
              {"test --no-run --workspace --locked",
               "build -p shop-api --features ordered --no-default-features --locked"},
              {"build --release --locked", "build --locked", "check --workspace --locked",
               "clippy --all-targets --workspace --locked", "test --no-run -p shop-core --locked",
               "build -p shop-worker --locked", "build -p shop-core --lib --locked",
               "build --workspace --all-features --locked", "build -p xtask --locked"});
  }
}

}  // namespace larder::test
