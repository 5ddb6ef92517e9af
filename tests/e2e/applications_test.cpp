#include <doctest/doctest.h>

#include "support/applications.hpp"
#include "support/image_build.hpp"

// Published programs with the sources and lock files that their authors published.

namespace larder::test {

namespace {

void check_all(const Application& application, const std::vector<std::string_view>& commands) {
  const TestDirectory directory(application.program.name);
  ImageBuild image_build(application_sources(application), directory / application.program.name,
                         hasty_environment());
  image_build.check_all(commands);
}

}  // namespace

// Edition 2021: resolver 2. A feature of its own decides on half of the dependencies; fat LTO.
TEST_SUITE("application-diskus") {
  TEST_CASE("diskus: every command reuses all that was cooked") {
    check_all(
        {{"diskus", "0.9.0"}, {}},
        {"build --locked", "build --release --locked", "check --locked",
         "clippy --all-targets --locked", "test --no-run --locked",
         "build -p diskus --bin diskus --locked", "build --lib --no-default-features --locked",
         "check --all-features --examples --tests --locked"});
  }
}

// Edition 2024: resolver 3. A build script with dependencies that the program shares, derive
// macros, tests with macros of their own, a config file; fat LTO.
TEST_SUITE("application-zoxide") {
  TEST_CASE("zoxide: every command reuses all that was cooked") {
    check_all({{"zoxide", "0.9.8"}, {}},
              {"build --locked", "build --release --locked", "check --locked",
               "clippy --all-targets --locked", "test --no-run --locked",
               "check -p zoxide --bin zoxide --locked", "build --features nix-dev --locked"});
  }
}

// Edition 2024: resolver 3. The workspace as it is developed, of ten packages.
TEST_SUITE("application-ripgrep") {
  TEST_CASE("ripgrep: every command reuses all that was cooked") {
    check_all({{"ripgrep", "15.1.0"},
               {{"globset", "0.4.18"},
                {"grep", "0.4.1"},
                {"grep-cli", "0.1.12"},
                {"grep-matcher", "0.1.8"},
                {"grep-pcre2", "0.1.9"},
                {"grep-printer", "0.3.1"},
                {"grep-regex", "0.1.14"},
                {"grep-searcher", "0.1.16"},
                {"ignore", "0.4.24"}}},
              {"build --locked", "build --release --locked", "check --locked",
               // Benchmarks that only a nightly compiler takes are left out.
               "clippy --all-targets --workspace --exclude grep-pcre2 --exclude globset --locked",
               "test --no-run --workspace --exclude grep-pcre2 --locked",
               "build -p grep-searcher -p ignore --locked",
               "check -p globset --features serde1,arbitrary --locked",
               "check -p grep-printer --no-default-features --locked"});
  }
}

// Edition 2021. A C library built by a build script (libgit2, oniguruma), build dependencies of its
// own, many default features, LTO. Compiling it takes minutes: not part of the ordinary run.
TEST_SUITE("application-bat") {
  TEST_CASE("bat: every command reuses all that was cooked") {
    check_all({{"bat", "0.26.0"}, {}},
              {"build --locked", "build --release --locked", "check --all-targets --locked",
               "clippy --all-targets --all-features --locked", "test --no-run --locked",
               "build --no-default-features --features minimal-application --locked"});
  }
}

}  // namespace larder::test
