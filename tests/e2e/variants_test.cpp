#include <doctest/doctest.h>

#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// The promise of exactness under other environments, configs and layouts.

namespace larder::test {

namespace {

/// A sample that the test may change.
std::string changed_sample(const TestDirectory& directory, const std::string& name) {
  copy_tree(sample(name), directory / "sources");
  return directory / "sources";
}

Environment with(const std::string& name, const std::string& value) {
  auto environment = test_environment();
  environment.set(name, value);
  return environment;
}

}  // namespace

TEST_SUITE("variants") {
  TEST_CASE("every kind of command on the smallest sample") {
    const TestDirectory directory("commands");
    ImageBuild image_build(sample("till"), directory / "till", test_environment());
    for (const auto* command :
         {"build", "build --release --locked", "check --locked", "test --no-run --locked",
          "bench --no-run --locked", "build --profile dist --locked",
          "build --features till/memory --locked", "build -p till-core --locked",
          "build --workspace --exclude till --locked", "check --tests --locked"}) {
      image_build.check(command);
    }
  }

  TEST_CASE("a wrapper in front of rustc: the empty crates are compiled, nothing of them stays") {
    const TestDirectory directory("wrapper");
    write_script(directory / "pass-on", "exec \"$@\"\n");
    const auto environment = with("RUSTC_WRAPPER", directory / "pass-on");
    ImageBuild shop(sample("shop"), directory / "shop", environment);
    shop.check("check --workspace --locked");
    ImageBuild till(sample("till"), directory / "till", environment);
    for (const auto* command :
         {"build --locked", "build --release --locked", "test --no-run --locked",
          "bench --no-run --locked", "build --profile dist --locked"}) {
      till.check(command);
    }
    const auto host = host_triple();
    till.check({{"build", "--target", host}, {}, "."});
  }

  TEST_CASE("the host given as target, at prepare or at cook") {
    const TestDirectory directory("target");
    const auto host = host_triple();
    ImageBuild shop(sample("shop"), directory / "shop", hasty_environment());
    shop.check({{"check", "--locked", "--target", host}, {}, "."});
    ImageBuild till(sample("till"), directory / "till", test_environment());
    till.check({{"build", "--release", "--locked"}, {"--target", host}, "."});
  }

  TEST_CASE("fat LTO and panic = \"abort\"") {
    const TestDirectory directory("lto");
    const auto sources = changed_sample(directory, "shop");
    edit_file(sources + "/Cargo.toml", "lto = \"thin\"", "lto = true\npanic = \"abort\"");
    ImageBuild image_build(sources, directory / "shop", hasty_environment());
    image_build.check("build --release --locked -p shop-worker");
    // Tests unwind all the same.
    image_build.check("test --no-run --release --locked -p shop-core");
  }

  TEST_CASE("the target directory set in a config file") {
    const TestDirectory directory("config-target");
    const auto sources = changed_sample(directory, "till");
    write_file(sources + "/.cargo/config.toml", "[build]\ntarget-dir = \"out/built\"\n");
    ImageBuild image_build(sources, directory / "till", test_environment());
    image_build.set_target_directory(image_build.directory() + "/out/built");
    image_build.check("build --locked");
  }

  TEST_CASE("the target directory set in the environment") {
    const TestDirectory directory("environment-target");
    ImageBuild relative(sample("till"), directory / "relative", with("CARGO_TARGET_DIR", "out"));
    relative.set_target_directory(relative.directory() + "/out");
    relative.check("build --locked");
    const auto elsewhere = directory / "elsewhere";
    ImageBuild absolute(sample("till"), directory / "absolute",
                        with("CARGO_TARGET_DIR", elsewhere));
    absolute.set_target_directory(elsewhere);
    absolute.check("build --locked");
  }

  TEST_CASE("a build directory beside the target directory") {
    const TestDirectory directory("build-dir");
    const auto sources = changed_sample(directory, "till");
    // Cargo before 1.91 does not know it, and builds as always.
    write_file(sources + "/.cargo/config.toml",
               "[build]\nbuild-dir = \"{workspace-root}/parts\"\n");
    ImageBuild image_build(sources, directory / "till", test_environment());
    image_build.check("build --locked");
    CHECK(leftovers(image_build.directory() + "/parts").empty());
  }

  TEST_CASE("a build directory named by the hash of the workspace's path") {
    const TestDirectory directory("build-hash");
    const auto sources = changed_sample(directory, "till");
    write_file(sources + "/.cargo/config.toml",
               "[build]\nbuild-dir = \"" + (directory / "parts") + "/{workspace-path-hash}\"\n");
    ImageBuild image_build(sources, directory / "till", test_environment());
    image_build.check("build --locked");
  }

  TEST_CASE("a workspace below the directory that everything runs in") {
    const TestDirectory directory("below");
    copy_tree(sample("till"), directory / "sources/shops/till");
    write_file(directory / "sources/README", "Two levels up from the workspace.\n");
    ImageBuild image_build(directory / "sources", directory / "app", test_environment());
    image_build.set_target_directory(image_build.directory() + "/shops/till/target");
    image_build.check({{"build", "--locked"}, {}, "shops/till"});
  }

  TEST_CASE("rustflags and environment variables from config files and the environment") {
    const TestDirectory directory("flags");
    const auto sources = changed_sample(directory, "till");
    write_file(sources + "/.cargo/config.toml",
               R"([build]
rustflags = ["--cfg", "till"]

[env]
TILL = "1"

[profile.dev]
opt-level = 1
)");
    ImageBuild configured(sources, directory / "configured", test_environment());
    configured.check("build --locked");
    ImageBuild image_build(sample("till"), directory / "environment",
                           with("RUSTFLAGS", "-C debug-assertions=off"));
    image_build.check("build --locked");
  }
}

}  // namespace larder::test
