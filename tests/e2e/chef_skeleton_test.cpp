#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "support/artifacts.hpp"
#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// `cargo chef cook --no-build`: the skeleton on disk, for a tool that is not cargo.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

std::string prepared(const TestDirectory& directory, const std::string& sources) {
  must(chef({"prepare", "--recipe-path", directory / "recipe.json"}, sources));
  return directory / "recipe.json";
}

Run write_skeleton(const std::string& recipe, const std::string& into, const Words& flags = {}) {
  fs::create_directories(into);
  return chef(Words{"cook", "--no-build", "--recipe-path", recipe} + flags, into);
}

Messages built(const std::string& directory) {
  return messages_of(cargo({"build", "--message-format", "json"}, directory));
}

}  // namespace

TEST_SUITE("chef") {
  TEST_CASE("chef: --no-build writes a workspace that cargo builds with all its targets") {
    for (const std::string name : {"shop", "single", "till"}) {
      CAPTURE(name);
      const TestDirectory directory("chef-skeleton");
      const TillWorkspace till(directory);
      const auto skeleton = directory / "skeleton";
      must(write_skeleton(prepared(directory, sample(name)), skeleton));
      CHECK_FALSE(fs::exists(skeleton + "/target/debug"));
      must(cargo({"check", "--workspace", "--all-targets", "--locked"}, skeleton,
                 hasty_environment()));
      // Once more, nothing differs.
      const auto before = snapshot(skeleton);
      must(write_skeleton(directory / "recipe.json", skeleton));
      CHECK(changed_paths(before, snapshot(skeleton)).empty());
    }
  }

  TEST_CASE("chef: --no-build keeps the files that are there, and says so") {
    const TestDirectory directory("chef-around");
    const TillWorkspace till(directory);
    const auto recipe = prepared(directory, till.plan());
    const auto& app = till.app();
    // A checkout: it has all the files.
    till.bring_sources();
    fs::create_directories(app + "/target");
    const auto before = snapshot(app);
    const auto checkout = write_skeleton(recipe, app);
    CHECK(checkout.code() == 0);
    CHECK(checkout.says("8 files are already here with other contents and were kept"));
    CHECK(changed_paths(before, snapshot(app)).empty());
    // The root's manifest and one member: the rest is written around them.
    const auto half = directory / "half";
    fs::create_directories(half);
    for (const std::string file : {"Cargo.toml", "Cargo.lock"})
      fs::copy(till.plan() + "/" + file, half + "/" + file);
    copy_tree(till.plan() + "/till-core", half + "/till-core");
    const auto kept = snapshot(half + "/till-core");
    must_say(write_skeleton(recipe, half), {half + "/Cargo.lock"});
    CHECK(changed_paths(kept, snapshot(half + "/till-core")).empty());
    CHECK(cargo({"check", "--workspace"}, half).code() == 0);
  }

  TEST_CASE("chef: --no-build writes nothing where what is there would make another workspace") {
    const TestDirectory directory("chef-obstacles");
    const TillWorkspace till(directory);
    const auto recipe = prepared(directory, till.plan());
    const auto app = directory / "obstacles";
    const auto check_refused = [&](const std::string& what) {
      CAPTURE(what);
      const auto before = snapshot(app);
      check_error(write_skeleton(recipe, app), 1, "would-replace");
      CHECK(changed_paths(before, snapshot(app)).empty());
      fs::remove_all(app);
      fs::create_directories(app);
    };
    fs::create_directories(app + "/till-core");
    fs::create_symlink("nowhere", app + "/till-core/build.rs");
    check_refused("a link that leads nowhere");
    fs::create_directories(app + "/till/src/main.rs");
    check_refused("a directory");
    fs::create_directory_symlink("../plan/till", app + "/till");
    check_refused("a link in the place of a directory");
    write_file(app + "/till", "");
    check_refused("a file in the place of a directory");
    write_file(app + "/Cargo.toml", "[workspace]\nmembers = [\"till-core\"]\n");
    check_refused("a workspace without the other member");
    write_file(app + "/till/Cargo.toml", "no manifest");
    check_refused("a broken member");
  }

  TEST_CASE("chef: a program compiled from the skeleton never passes for the real one") {
    // The versions that skeletons have: ours, and cargo-chef's.
    for (const std::string version : {"0.0.0", "0.0.1"}) {
      CAPTURE(version);
      const TestDirectory directory("chef-stub");
      const TillWorkspace till(directory);
      const auto& plan = till.plan();
      for (const std::string member : {"till", "till-core"})
        edit_file(plan + "/" + member + "/Cargo.toml", "version = \"0.1.0\"",
                  "version = \"" + version + "\"");
      // Under another name than the one that cargo looks for.
      fs::rename(plan + "/till-core/build.rs", plan + "/till-core/gen.rs");
      edit_file(plan + "/till-core/Cargo.toml", "edition = ", "build = \"gen.rs\"\nedition = ");
      // As COPY brings them: older than what was compiled.
      const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24);
      for (const auto& entry : fs::recursive_directory_iterator(plan))
        if (entry.is_regular_file()) fs::last_write_time(entry.path(), old);
      const auto app = directory / "image";
      must(write_skeleton(prepared(directory, plan), app));
      const auto stub = built(app);
      copy_tree(plan, app);
      const auto real = built(app);
      CHECK(real.compiled_external().empty());
      CHECK(real.external_units == stub.external_units);
      for (const auto& artifact : real.local) CHECK_FALSE(artifact.fresh);
      CHECK(run_in(app, {app + "/target/debug/till"}).output.starts_with("12 "));
    }
  }

  TEST_CASE("chef: the sources of every kind of target compile, with warnings denied") {
    const TestDirectory directory("chef-kinds");
    const auto plan = directory / "plan";
    write_file(plan + "/Cargo.toml",
               R"([workspace]
members = ["*"]
resolver = "2"
[workspace.lints.rust]
unused_crate_dependencies = "deny"
[profile.dev]
panic = "abort"
)");
    const auto add = [&](const std::string& name, const std::string& manifest, const Words& files) {
      write_file(plan + "/" + name + "/Cargo.toml",
                 "[package]\nname = \"" + name + "\"\nversion = \"0.1.0\"\nedition = \"2024\"\n" +
                     "[lints]\nworkspace = true\n" + manifest);
      for (const auto& file : files) write_file(plan + "/" + name + "/" + file, "");
    };
    add("app",
        R"([dependencies]
helper = { path = "../helper" }
[[test]]
name = "shared"
path = "src/main.rs"
[[test]]
name = "bare"
harness = false
[[bench]]
name = "fast"
harness = false
[[example]]
name = "linked"
crate-type = ["cdylib"]
)",
        {"src/main.rs", "build.rs", "tests/it.rs", "tests/bare.rs", "benches/fast.rs",
         "benches/slow.rs", "examples/shown.rs", "examples/linked.rs"});
    add("helper", "[lib]\nproc-macro = true\n", {"src/lib.rs"});
    add("plugin", "[lib]\ncrate-type = [\"cdylib\", \"staticlib\", \"rlib\"]\n", {"src/lib.rs"});
    write_file(plan + "/Cargo.lock",
               R"(version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "helper",
]

[[package]]
name = "helper"
version = "0.1.0"

[[package]]
name = "plugin"
version = "0.1.0"
)");
    const auto recipe = prepared(directory, plan);
    auto environment = test_environment();
    environment.set("RUSTFLAGS", "-D warnings");
    const auto compile = [&](const std::string& name, const Words& flags, const Words& command) {
      const auto skeleton = directory / name;
      must(write_skeleton(recipe, skeleton, flags));
      must(cargo(command + Words{"--workspace", "--locked"}, skeleton, environment));
    };
    compile("std", {}, {"build", "--all-targets"});
    compile("no-std", {"--no-std"}, {"check", "--lib", "--bins", "--examples"});
  }

  TEST_CASE("chef: --no-build for a target without std") {
    const TestDirectory directory("chef-no-std");
    const TillWorkspace till(directory);
    const auto skeleton = directory / "skeleton";
    REQUIRE(write_skeleton(prepared(directory, till.plan()), skeleton, {"--no-std"}).code() == 0);
    const auto program = read_file(skeleton + "/till/src/main.rs");
    CHECK(program.find("#![no_std]\n#![no_main]\n") != std::string::npos);
    CHECK(program.find("#[panic_handler]") != std::string::npos);
    CHECK(read_file(skeleton + "/till-core/build.rs").starts_with("fn main() {}\n"));
  }

  TEST_CASE("chef: config and toolchain file are written where the command will run") {
    const TestDirectory directory("chef-files");
    const TillWorkspace till(directory);
    write_file(till.plan() + "/.cargo/config.toml", "[env]\nTILL = \"1\"\n");
    write_file(till.plan() + "/rust-toolchain.toml", "[toolchain]\nchannel = \"1.95.0\"\n");
    const auto recipe = prepared(directory, till.plan());
    const auto skeleton = directory / "skeleton";
    must(write_skeleton(recipe, skeleton));
    CHECK(read_file(skeleton + "/.cargo/config.toml") == "[env]\nTILL = \"1\"\n");
    CHECK(read_file(skeleton + "/rust-toolchain.toml") == "[toolchain]\nchannel = \"1.95.0\"\n");
    CHECK(fs::exists(skeleton + "/Cargo.lock"));
  }
}

}  // namespace larder::test
