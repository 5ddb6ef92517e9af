#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "support/image_build.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// Targets other than the host. With rustc stubbed none has to be installed: cargo comes to where it
// would compile, for each unit of an external package.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// What firmware depends on: a runtime with a build script and `links`, macros for the host, a
/// crate of which the host needs another set of features, one for each kind of system.
Files firmware_externals() {
  return package_files(
      {{"cortex-rt",
        R"(links = "cortex-rt"

[features]
device = []

[dependencies]
regs = "1"
rt-macros = "1"
)",
        {"src/lib.rs", "build.rs"}},
       {"rt-macros", R"([lib]
proc-macro = true

[dependencies]
regs = { version = "1", features = ["std"] }
)"},
       {"regs", "[features]\nstd = []\ninline-asm = []\n"},
       {"log-wire",
        "[dependencies]\nregs = { version = \"1\", features = [\"inline-asm\"] }\n",
        {"src/lib.rs", "build.rs"}},
       {"simulator"},
       {"bindings", "[dependencies]\nregs = \"1\"\n"}});
}

/// A workspace without std for a bare-metal target, with linker script, runner and linker in
/// config.
Files firmware() {
  return {
      {"Cargo.toml",
       R"([workspace]
members = ["app", "hal", "flash-tool"]
default-members = ["app"]
resolver = "2"

[profile.dev]
panic = "abort"
opt-level = "s"

[profile.release]
panic = "abort"
lto = "fat"
codegen-units = 1
debug = 2
)"},
      {".cargo/config.toml",
       R"([target.'cfg(all(target_arch = "arm", target_os = "none"))']
runner = "probe-rs run --chip nRF52840_xxAA"
linker = "flip-link"
rustflags = ["-C", "link-arg=-Tlink.x", "-C", "link-arg=--nmagic"]

[build]
target = "thumbv7em-none-eabihf"

[env]
DEFMT_LOG = "trace"
)"},
      {"app/Cargo.toml", package("app",
                                 R"(
[dependencies]
hal = { path = "../hal", features = ["rt"] }
log-wire = "1"

[target.'cfg(not(target_os = "none"))'.dependencies]
simulator = "1"

[[bin]]
name = "app"
path = "src/main.rs"
test = false
bench = false
)")},
      {"app/build.rs", "fn main() { println!(\"cargo:rustc-link-search=.\"); }\n"},
      {"app/memory.x", "MEMORY { FLASH : ORIGIN = 0, LENGTH = 1M }\n"},
      {"app/src/main.rs", "#![no_std]\n#![no_main]\n"},
      {"hal/Cargo.toml", package("hal",
                                 R"(
[features]
rt = ["dep:cortex-rt"]

[target.'cfg(target_arch = "arm")'.dependencies]
cortex-rt = { version = "1", optional = true, features = ["device"] }

[target.'cfg(target_family = "wasm")'.dependencies]
bindings = "1"
)")},
      {"hal/src/lib.rs", "#![no_std]\n"},
      {"flash-tool/Cargo.toml",
       package("flash-tool",
               "\n[dependencies]\nregs = { version = \"1\", features = [\"std\"] }\n")},
      {"flash-tool/src/main.rs", "fn main() {}\n"},
  };
}

/// The words of cargo's runs in a cook with a cargo that does nothing but note them.
std::string cargo_calls(const TestDirectory& directory, const std::string& recipe) {
  write_script(directory / "cargo", fmt::format(R"(echo "$*" >> {0}/log
[ "$1" != --version ] || echo 'cargo 1.99.0'
)",
                                                directory.path()));
  write_file(directory / "app/recipe.json", recipe);
  fs::create_directories(directory / "app/vendor");
  auto environment = test_environment();
  environment.set("CARGO", directory / "cargo");
  must(larder({"cook"}, directory / "app", environment));
  return read_file(directory / "log");
}

}  // namespace

TEST_SUITE("targets") {
  TEST_CASE("firmware for bare metal, with linker script, linker and runner in config") {
    const StubbedWorkspace workspace(TestDirectory("bare-metal") / "w", firmware(),
                                     firmware_externals());
    for (const auto* command :
         {"build", "build --release", "check", "build --release -p hal --features rt",
          "build --target thumbv6m-none-eabi", "build --target riscv32imac-unknown-none-elf"}) {
      const auto recipe = workspace.recipe_for(command);
      CHECK(recipe.commands[0].unmerged_reason.empty());
      workspace.check_cooked_as_built({recipe, workspace.recipe_for(command, true)}, command);
    }
  }

  TEST_CASE("musl and wasm, and several targets at once") {
    const StubbedWorkspace workspace(TestDirectory("musl-wasm") / "w", firmware(),
                                     firmware_externals());
    for (const std::string command :
         {"build --target x86_64-unknown-linux-musl", "build --release --target wasm32-wasip1",
          "check --workspace --target wasm32-unknown-unknown",
          "build --target x86_64-unknown-linux-musl --target thumbv7em-none-eabi"}) {
      workspace.check_cooked_as_built({workspace.recipe_for(command)}, command);
    }
  }

  TEST_CASE("musl and wasm for real, where they are installed") {
    const TestDirectory directory("installed");
    const auto sysroot = run_in("/", {"rustc", "--print", "sysroot"});
    const auto libraries = sysroot.output.substr(0, sysroot.output.find('\n')) + "/lib/rustlib";
    int cooked = 0;
    for (const std::string target : {"x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl",
                                     "wasm32-unknown-unknown", "wasm32-wasip1"}) {
      if (!fs::exists(libraries + "/" + target + "/lib")) continue;
      ImageBuild image_build(sample("till"), directory / target, test_environment());
      image_build.check({{"build", "-p", "till-core", "--locked", "--target", target}, {}, "."});
      ++cooked;
    }
    if (cooked == 0) {
      fmt::print("SKIPPED: no std for musl or wasm is installed\n");
      std::fflush(stdout);
    }
  }

  TEST_CASE("-Zbuild-std is passed through to cargo") {
    const TestDirectory directory("build-std");
    const StubbedWorkspace workspace(directory / "w", firmware(), firmware_externals());
    const auto recipe =
        workspace.recipe_for("build --release -Zbuild-std=core,alloc -Zbuild-std-features=a");
    const auto calls = cargo_calls(directory, recipe::write(recipe));
    CAPTURE(calls);
    CHECK(calls.find("build --release") != std::string::npos);
    CHECK(calls.find("-Z build-std=core,alloc") != std::string::npos);
    CHECK(calls.find("-Z build-std-features=a") != std::string::npos);
    // A real cargo builds std before all else, or says that its sources are not installed.
    auto environment = workspace.environment();
    environment.set("RUSTC_BOOTSTRAP", "1");
    write_file(workspace.path() + "/recipe.json",
               recipe::write(workspace.recipe_for("build --release -Zbuild-std=core")));
    const auto run = larder({"cook", "--offline"}, workspace.path(), environment);
    CAPTURE(run.errors);
    CHECK((run.code() == 0 || (run.code() == 101 && run.says("rust-src"))));
  }
}

}  // namespace larder::test
