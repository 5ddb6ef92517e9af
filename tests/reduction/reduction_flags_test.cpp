#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Flags of cargo commands and what they make of the skeleton. That cargo sees the same external
// units was measured with cargo 1.95 on workspaces like these.

namespace larder::test {

namespace {

using Words = std::vector<std::string>;

Words cook_arguments(const MemoryTree& tree, const std::string& command,
                     const std::string& directory = "/w") {
  return derive(tree, directory, command).commands.at(0).cook_line.arguments();
}

MemoryTree app_with_library() {
  auto tree = virtual_workspace({"a 1.0.0: x", "b", "d", "x", "x 2.0.0"},
                                "resolver = \"2\"\n\n[profile.release]\nlto = true\n");
  add_package(tree, "app", R"(default-run = "two"

[dependencies]
a = "1"
lib = { path = "../lib" }

[dev-dependencies]
d = "1"
)",
              {"src/main.rs", "src/bin/two.rs", "tests/t.rs"});
  add_package(tree, "lib", "[dependencies]\nb = \"1\"\n\n[dev-dependencies]\nd = \"1\"\n");
  return tree;
}

}  // namespace

TEST_CASE("check --profile test compiles libraries and binaries as tests") {
  const auto skeleton = skeleton_of(app_with_library(), "check --profile test -p lib");
  CHECK(skeleton.table("root", "dependencies") == "b d");
  CHECK(cook_arguments(app_with_library(), "check --profile test") ==
        Words{"check", "--profile", "test"});
  auto aborting = app_with_library();
  replace(aborting, "/w/Cargo.toml", "[profile.release]\nlto = true",
          "[profile.dev]\npanic = \"abort\"");
  CHECK(skeleton_of(aborting, "check --profile test").crates() == "features root");
}

TEST_CASE("test --doc is what libraries and their documentation tests need") {
  const auto skeleton = skeleton_of(app_with_library(), "test --doc");
  CHECK(skeleton.table("root", "dependencies") == "b d");
  CHECK(cook_arguments(app_with_library(), "test --doc") == Words{"test", "--no-run"});
  CHECK(derive(app_with_library(), "/w", "test --doc").commands.at(0).line.arguments() ==
        Words{"test", "--doc"});
}

TEST_CASE("with -Z panic-abort-tests tests abort like the rest") {
  auto tree = app_with_library();
  replace(tree, "/w/Cargo.toml", "[profile.release]\nlto = true",
          "[profile.dev]\npanic = \"abort\"");
  CHECK(skeleton_of(tree, "check --all-targets").crates() == "features root test");
  CHECK(skeleton_of(tree, "check --all-targets -Zpanic-abort-tests").crates() == "features root");
  CHECK(cook_arguments(tree, "test -Zpanic-abort-tests") ==
        Words{"test", "--no-run", "-Z", "panic-abort-tests"});
}

TEST_CASE("--config is looked at, and what can reach an external unit is passed on") {
  auto tree = app_with_library();
  const auto with = [&](const std::string& flags) {
    return derive(tree, "/w", "build --release " + flags).commands.at(0);
  };
  CHECK(with("").assumptions.lto);
  CHECK_FALSE(with("--config profile.release.lto=false").assumptions.lto);
  CHECK(with(R"(--config 'build.target=["x", "y"]')").assumptions.targets == 2);
  CHECK(with("--config term.verbose=true --config profile.release.package.lib.debug=1 "
             "--config profile.release.package.a.debug=1 --config profile.bench.debug=1")
            .cook_line.arguments() ==
        Words{"build", "--release", "--config", "profile.release.package.a.debug=1"});
  CHECK_FALSE(with("--config profile.release.debug=1").skeleton.config_file);
  CHECK(error_of([&] { with("--config 'paths=[\"/x\"]'"); }).id() == "unsupported");
}

TEST_CASE("a --config file is written out, and named from the workspace root") {
  auto tree = app_with_library();
  add_file(tree, "/w/app/my.toml", "[profile.release]\nlto = false\nopt-level = 1\n");
  const auto command = derive(tree, "/w/app", "build --release --config my.toml").commands.at(0);
  CHECK(command.line.arguments() == Words{"build", "--release", "--manifest-path", "app/Cargo.toml",
                                          "--config", "app/my.toml"});
  CHECK(command.cook_line.arguments() == Words{"build", "--release", "--config",
                                               "profile.release.lto=false", "--config",
                                               "profile.release.opt-level=1"});
  CHECK_FALSE(command.assumptions.lto);
  add_file(tree, "/elsewhere.toml", "");
  CHECK(error_of([&] { derive(tree, "/w", "build --config ../elsewhere.toml"); }).id() ==
        "unsupported");
}

TEST_CASE("an external package that -p names is built beside the skeleton's crates") {
  auto tree = app_with_library();
  CHECK(cook_arguments(tree, "build -p a -p lib") ==
        Words{"build", "-p", "larder-features", "-p", "larder-root", "-p", "a@1.0.0"});
  CHECK(skeleton_of(tree, "build -p a -p lib").table("features", "dependencies") == "b[default]");
  // On its own, with the features that all members ask for.
  const auto alone = skeleton_of(tree, "build -p a");
  CHECK(alone.tables("root").empty());
  CHECK(alone.table("features", "dependencies") == "a[default]");
  CHECK(cook_arguments(tree, "check -p x@2").back() == "x@2.0.0");
  CHECK(
      cook_arguments(tree, "check -p https://github.com/rust-lang/crates.io-index#x@1.0").back() ==
      "x@1.0.0");
  CHECK(error_of([&] { derive(tree, "/w", "build -p x@3"); }).id() == "unknown-package");
  CHECK(error_of([&] { derive(tree, "/w", "build -p https://example.org/index#x@1"); }).id() ==
        "unknown-package");
  CHECK(error_of([&] { derive(tree, "/w", "build -p a --lib"); }).id() == "unsupported");
}

TEST_CASE("-p takes versions and URLs of members") {
  auto tree = app_with_library();
  for (const std::string spec :
       {"lib@0.1", "lib:0.1.0", "path+file:///w/lib#0.1.0", "file:///w/lib#lib@0.1.0", "l?b"}) {
    CAPTURE(spec);
    CHECK(skeleton_of(tree, "build -p '" + spec + "'").table("root", "dependencies") == "b");
  }
  CHECK(error_of([&] { derive(tree, "/w", "build -p lib@0.2"); }).id() == "unknown-package");
}

TEST_CASE("run builds the default-run binary") {
  CHECK(derive(app_with_library(), "/w", "run -p app").commands.at(0).line.arguments() ==
        Words{"build", "-p", "app", "--bin", "two"});
  CHECK(derive(app_with_library(), "/w", "run -p app --bin app").commands.at(0).line.arguments() ==
        Words{"build", "-p", "app", "--bin", "app"});
  CHECK(derive(app_with_library(), "/w", "build -p app").commands.at(0).line.arguments() ==
        Words{"build", "-p", "app"});
}

TEST_CASE("rustc and install are cooked as build, doc --no-deps and rustdoc as check") {
  auto tree = app_with_library();
  CHECK(cook_arguments(tree, "rustc -p lib -- -Cdebuginfo=0") == Words{"build"});
  auto one_package = tiny_workspace({});
  lock_packages(one_package, {"app 0.1.0"});
  add_package(one_package, ".", "", {"src/main.rs"});
  const auto install =
      derive(one_package, "/w", "install --locked --path . --root out").commands.at(0);
  CHECK(install.line.arguments() == Words{"install", "--locked", "--path", ".", "--root", "out"});
  CHECK(install.cook_line.arguments() == Words{"build", "--release"});
  CHECK(cook_arguments(tree, "doc --no-deps --open") == Words{"check"});
  CHECK(cook_arguments(tree, "rustdoc -p lib --open") == Words{"check"});
}

TEST_CASE("doc leaves out what is not documented") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n\n[lib]\ndoc = false\n",
              {"src/lib.rs", "src/main.rs"});
  CHECK(skeleton_of(tree, "doc --no-deps").tables("root").empty());
  CHECK(skeleton_of(tree, "doc --no-deps --lib").table("root", "dependencies") == "a");
  CHECK(skeleton_of(tree, "doc --no-deps --bins").table("root", "dependencies") == "a");
}

TEST_CASE("in resolver 1 a feature of another selected member is that member's alone") {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", R"([dependencies]
lib = { path = "lib", optional = true }

[workspace]
members = ["lib"]
resolver = "1"
)",
              {"src/main.rs"});
  add_package(tree, "lib", "[dependencies]\na = { version = \"1\", optional = true }\nb = \"1\"\n");
  CHECK(skeleton_of(tree, "build -p lib --features lib/a").table("root", "dependencies") == "a b");
  CHECK(skeleton_of(tree, "build --features lib/a").table("root", "dependencies") == "a b");
  CHECK(skeleton_of(tree, "build -p app -p lib --features app/lib").table("root", "dependencies") ==
        "b");
}

TEST_CASE("unknown flags, and unstable config that may change the units, are not merged") {
  auto tree = app_with_library();
  for (const std::string flag : {"--frob x", "-Zbuild-std", "-Z bindeps"}) {
    CAPTURE(flag);
    const auto command = derive(tree, "/w", "build " + flag).commands.at(0);
    CHECK(command.unmerged_reason == "a flag whose effect on units is not known");
    const auto words = cargo::join_command(command.cook_line.arguments());
    CHECK(words.find(flag.substr(flag.find_first_not_of("-Z "))) != std::string::npos);
  }
  add_file(tree, "/w/.cargo/config.toml", "[unstable]\nbuild-std = [\"core\"]\n");
  CHECK(derive(tree, "/w", "build").commands.at(0).unmerged_reason ==
        "`unstable.build-std` in the config, whose effect on units is not known");
}

}  // namespace larder::test
