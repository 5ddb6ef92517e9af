#include <doctest/doctest.h>

#include "support/image_build.hpp"

// The sample workspaces, command by command: cook compiles exactly the external units that the real
// build wants, and the real build compiles none of them again.

namespace larder::test {

namespace {

void check_all(const std::string& name, const std::vector<std::string_view>& commands) {
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
    check_all("single", {"build --locked", "build --release --locked", "check --locked",
                         "clippy --all-targets --locked", "test --no-run --locked",
                         "build -p wordtally --bin wordtally --locked",
                         "build --features inline-lines --locked",
                         "check --no-default-features --examples --locked"});
  }

  TEST_CASE("shop: every command reuses all that was cooked") {
    check_all("shop", {"build --locked", "check --workspace --locked",
                       "clippy --all-targets --workspace --locked",
                       "test --no-run --workspace --locked", "test --no-run -p shop-core --locked",
                       "build -p shop-worker --locked", "build -p shop-core --lib --locked",
                       "build -p shop-api --features ordered --no-default-features --locked",
                       "build --workspace --all-features --locked", "build -p xtask --locked",
                       "build --release --locked"});
  }
}

}  // namespace larder::test
