#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// A target that requires a feature of an external package is built or not as cargo resolves that
// package's features: a crate of the skeleton requires the same, and cargo decides there as well.
// Exact with the feature on and off, measured with cargo 1.95.

namespace larder::test {

namespace {

MemoryTree requiring(const std::string& required, const std::string& more = "") {
  auto tree = tiny_workspace({"a", "b", "d"});
  add_package(tree, ".",
              R"([features]
own = []

[[bin]]
name = "one"
path = "src/one.rs"
required-features = [)" +
                  required + R"(]

[dependencies]
a = "1"

[dev-dependencies]
d = "1"
)" + more,
              {"src/one.rs"});
  return tree;
}

}  // namespace

TEST_CASE("a target that requires a feature of an external package is a crate that does so too") {
  const auto skeleton = skeleton_of(requiring("\"a/f\""), "build");
  CHECK(skeleton.crates() == "features required0-root root");
  CHECK(skeleton.selected() == "features required0-root root");
  CHECK(skeleton.targets("required0-root") == "src/main.rs");
  CHECK(skeleton.has_line("required0-root", "required-features = [\"a/f\"]"));
  CHECK(skeleton.table("required0-root", "dependencies") == "a");
  CHECK(skeleton.tables("root").empty());
  CHECK(skeleton.table("features", "dependencies") == "a[default]");
}

TEST_CASE("what is built anyway needs no crate that requires anything") {
  auto tree = requiring("\"a/f\"");
  add_file(tree, "/w/src/main.rs", "");
  CHECK(skeleton_of(tree, "build").crates() == "features root");
  CHECK(skeleton_of(requiring("\"a/f\""), "build --examples").crates() == "features root");
}

TEST_CASE("own features that are required are decided at once") {
  CHECK(skeleton_of(requiring(R"("own", "a/f")"), "build").crates() == "features root");
  CHECK(skeleton_of(requiring(R"("own", "a/f")"), "build --features own").crates() ==
        "features required0-root root");
}

TEST_CASE("equal requirements share crates, and each kind of dependency shows its own features") {
  auto tree = requiring("\"a/f\"",
                        R"(
[build-dependencies]
b = "1"

[[bin]]
name = "two"
path = "src/two.rs"
required-features = ["b/f"]

[[bin]]
name = "three"
path = "src/two.rs"
required-features = ["a/f"]
)");
  add_file(tree, "/w/src/two.rs", "");
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.crates() == "features required0-root required1-root root");
  CHECK(skeleton.table("required1-root", "dependencies") == "a");
  CHECK(skeleton.table("required1-root", "build-dependencies") == "b");
  // Of a build-dependency there is no build script to be built.
  CHECK(skeleton.targets("required1-root") == "src/main.rs");
  // A build script of something below is one of another crate, which shows nothing.
  replace(tree, "/w/Cargo.toml", "[dependencies]\n", "[dependencies]\nlib = { path = \"lib\" }\n");
  append(tree, "/w/Cargo.toml", "\n[workspace]\nmembers = [\"lib\"]\n");
  add_package(tree, "lib", "[build-dependencies]\nd = \"1\"\n", {"src/lib.rs", "build.rs"});
  const auto below = skeleton_of(tree, "build -p app");
  CHECK(below.table("required1-root", "build-dependencies") == "b");
  CHECK(below.table("required1-scripts", "build-dependencies") == "d");
  CHECK(below.targets("required1-scripts") == "build.rs src/lib.rs");
}

TEST_CASE("what a requirement looks for is shown where it looks, and nowhere else") {
  // `one` is built where `b` has the feature as a build dependency; the library asks for `b` as an
  // ordinary dependency, with the feature.
  auto tree = tiny_workspace({"b"});
  add_package(tree, ".", R"([[bin]]
name = "one"
path = "src/one.rs"
required-features = ["b/f"]

[dependencies]
lib = { path = "lib" }

[build-dependencies]
b = "1"

[workspace]
members = ["lib"]
resolver = "2"
)",
              {"src/one.rs"});
  add_package(tree, "lib", "[dependencies]\nb = { version = \"1\", features = [\"f\"] }\n");
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.crates() == "features required0-root required0-root-below root");
  CHECK(skeleton.table("required0-root", "dependencies") == ">required0-root-below");
  CHECK(skeleton.table("required0-root", "build-dependencies") == "b");
  CHECK(skeleton.table("required0-root-below", "dependencies") == "b");
}

TEST_CASE("a build script below does not show what is required of a conditional dependency") {
  auto tree = requiring("\"d/f\"", "\n[build-dependencies]\nb = \"1\"\n");
  replace(tree, "/w/Cargo.toml", "[dev-dependencies]\n", "[target.'cfg(x)'.dev-dependencies]\n");
  append(tree, "/w/Cargo.toml", "lib = { path = \"lib\" }\n\n[workspace]\nresolver = \"2\"\n");
  add_file(tree, "/w/build.rs", "");
  add_package(tree, "lib", "[dependencies]\nd = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "test --no-run --bin one");
  CHECK(skeleton.table("required0-root", "build-dependencies") == "b");
  CHECK(skeleton.table("required0-scripts", "build-dependencies") == "d");
  CHECK(skeleton.tables("required0-root") ==
        "build-dependencies cfg(x).dev-dependencies dependencies");
  CHECK(skeleton.table("required0-root-below", "cfg(x).dependencies") == "d");
}

TEST_CASE("a feature of a development dependency can be had only where there are tests") {
  CHECK(skeleton_of(requiring("\"d/f\""), "build").crates() == "features root");
  const auto command = derive(requiring("\"d/f\""), "/w", "check --all-targets").commands.at(0);
  CHECK(command.cook_line.arguments() == std::vector<std::string>{"check", "--all-targets"});
  const SkeletonView skeleton(command.skeleton);
  CHECK(skeleton.table("required0-root", "dev-dependencies") == "d");
  CHECK(skeleton.has_line("required0-root", "required-features = [\"d/f\"]"));
}

TEST_CASE("roles hold behind a requirement as well") {
  auto tree = requiring("\"a/f\"",
                        R"(
[profile.dev]
panic = "abort"

[profile.release]
lto = true

[workspace]
members = ["lib"]
)");
  add_package(tree, "lib", R"([lib]
crate-type = ["cdylib", "rlib"]

[dependencies]
b = "1"

[build-dependencies]
d = "1"
)",
              {"src/lib.rs", "build.rs"});
  replace(tree, "/w/Cargo.toml", "[dependencies]\n", "[dependencies]\nlib = { path = \"lib\" }\n");
  const auto release = skeleton_of(tree, "build --release");
  CHECK(release.crates() == "features required0-root required0-root-mixed root");
  CHECK(release.table("required0-root", "dependencies") == ">required0-root-mixed a");
  CHECK(release.table("required0-root", "build-dependencies") == "d");

  add_file(tree, "/w/tests/t.rs", "");
  const auto tests = skeleton_of(tree, "test");
  CHECK(tests.crates() == "features required0-bin-test root");
  CHECK(tests.targets("required0-bin-test") == "src/main.rs src/test.rs");
}

TEST_CASE("a required feature of an optional or conditional dependency stands where that does") {
  auto tree = requiring("\"b/f\"", R"(
[target.'cfg(unix)'.dependencies]
b = { version = "1", optional = true }
)");
  CHECK(skeleton_of(tree, "build").crates() == "features root");
  const auto skeleton = skeleton_of(tree, "build --features b");
  CHECK(skeleton.table("required0-root", "cfg(unix).dependencies") == "b");
}

}  // namespace larder::test
