#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Unmerged skeletons: a crate for each local package, under neutral names, where merging is not
// exact. That it is exact itself is tested with a real cargo (tests/e2e/unmerged_test.cpp).

namespace larder::test {

namespace {

std::string reason(const MemoryTree& tree, const std::string& command) {
  return derive(tree, "/w", command).commands.at(0).unmerged_reason;
}

recipe::Command unmerged(const MemoryTree& tree, const std::string& command,
                         const std::string& directory = "/w") {
  auto request = request_for(directory, command);
  request.unmerged = true;
  return recipe::derive(tree, request).commands.at(0);
}

std::string manifest(const reduce::Skeleton& skeleton, const std::string& path) {
  for (const auto& manifest : skeleton.manifests) {
    if (manifest.path == path) return manifest.contents;
  }
  return "";
}

std::string arguments(const recipe::Command& command) {
  return cargo::join_command(command.cook_line.arguments());
}

/// `app` with a binary, an integration test and features, its library `lib`, and a stranger.
MemoryTree app_and_library(const std::string& resolver = "2") {
  auto tree = virtual_workspace({"a", "b", "d", "z"}, "resolver = \"" + resolver + "\"\n");
  add_package(tree, "app", R"([features]
default = ["x"]
x = ["lib/y"]

[dependencies]
lib = { path = "../lib" }

[dev-dependencies]
d = "1"
)",
              {"src/main.rs", "tests/it.rs"});
  add_package(tree, "lib", R"([features]
y = ["dep:b", "a/f"]

[dependencies]
a = "1"
b = { version = "1", optional = true, features = ["q", "p"] }
)",
              {"src/lib.rs", "src/main.rs", "build.rs"});
  add_package(tree, "stranger", "[dependencies]\nz = \"1\"\n");
  return tree;
}

}  // namespace

// -------------------------------------------------------------------------------------------------
// when it is used

TEST_CASE("ordinary workspaces are merged") {
  CHECK(reason(app_and_library(), "test") == "");
}

TEST_CASE("unmerged: [replace] of a package that is used") {
  auto tree = tiny_workspace({"a"});
  replace(tree, "/w/Cargo.lock", "checksum = \"" + std::string(63, '0') + "1\"\n",
          "replace = \"a 1.0.0 (git+https://example.org/a)\"\n");
  lock_packages(tree, {"a"}, "git+https://example.org/a#abc");
  add_package(tree, ".", R"([dependencies]
a = "1"

[replace]
"a:1.0.0" = { git = "https://example.org/a" }
"unused:1.0.0" = { git = "https://example.org/u" }
)");
  const auto command = derive(tree, "/w", "build").commands[0];
  CHECK(command.unmerged_reason == "[replace] of an external package");
  const auto root = manifest(command.skeleton, "Cargo.toml");
  CHECK(root.find("[replace.\"a:1.0.0\"]") != std::string::npos);
  CHECK(root.find("unused") == std::string::npos);
  CHECK(command.skeleton.lock_file.find("replace = \"a 1.0.0 (git+https://example.org/a)\"") !=
        std::string::npos);

  replace(tree, "/w/Cargo.toml", "\"a:1.0.0\" =", "\"other:1.0.0\" =");
  CHECK(reason(tree, "build") == "");
}

TEST_CASE("unmerged: an artifact dependency of a package that is needed") {
  auto tree = app_and_library();
  append(tree, "/w/stranger/Cargo.toml",
         "lib = { path = \"../lib\", artifact = [\"bin:lib\"], lib = true, target = "
         "\"x86_64-unknown-none\" }\n");
  CHECK(reason(tree, "build -p app") == "");
  const auto command = derive(tree, "/w", "build -p stranger").commands[0];
  CHECK(command.unmerged_reason == "an artifact dependency");
  CHECK(manifest(command.skeleton, "2/Cargo.toml")
            .find("lib = { package = \"larder-1\", path = \"../1\", artifact = "
                  "[\"bin:larder-1-1\"], lib = true, target = \"x86_64-unknown-none\" }\n") !=
        std::string::npos);
  CHECK(manifest(command.skeleton, "1/Cargo.toml").find("[[bin]]") != std::string::npos);
}

TEST_CASE("unmerged: several targets and a condition on a local edge") {
  auto tree = virtual_workspace({"a"});
  add_package(tree, "app", "[target.'cfg(windows)'.dependencies]\nlib = { path = \"../lib\" }\n",
              {"src/main.rs"});
  add_package(tree, "lib", "[dependencies]\na = \"1\"\n");
  const std::string targets =
      "build --target x86_64-unknown-linux-gnu --target x86_64-pc-windows-gnu";
  CHECK(reason(tree, targets).find("--target") != std::string::npos);
  // Not of a package that the command does not build.
  CHECK(reason(tree, targets + " -p lib") == "");
  add_file(tree, "/w/.cargo/config.toml",
           "[build]\ntarget = [\"x86_64-unknown-linux-gnu\", \"x86_64-pc-windows-gnu\"]\n");
  CHECK(reason(tree, "build").find("--target") != std::string::npos);
}

TEST_CASE("unmerged: a feature of a development dependency that another package turns on") {
  const auto of = [](const std::string& external) {
    auto tree = virtual_workspace({external, "e"});
    add_package(tree, "app", "[dependencies]\nlib = { path = \"../lib\", features = [\"x\"] }\n",
                {"src/main.rs"});
    add_package(tree, "lib", "[features]\nx = [\"d/f\"]\n\n[dev-dependencies]\nd = \"1\"\n");
    return tree;
  };
  // cargo's two resolvers disagree about it, which matters where the feature could add crates.
  CHECK(reason(of("d 1.0.0: e"), "test").find("development dependency") != std::string::npos);
  CHECK(skeleton_of(of("d"), "test").table("features", "dependencies") == "d[default,f]");
  CHECK(reason(of("d 1.0.0: e"), "build") == "");
}

TEST_CASE("unmerged: cargo-features that touch which units there are") {
  auto tree = app_and_library();
  replace(tree, "/w/lib/Cargo.toml", "[package]",
          R"(cargo-features = ["per-package-target", "edition2021"]

[package]
forced-target = "x86_64-unknown-none")");
  CHECK(reason(tree, "build -p stranger") == "");
  const auto command = derive(tree, "/w", "build -p app").commands[0];
  CHECK(command.unmerged_reason == "cargo-features = [\"per-package-target\"]");
  const auto lib = manifest(command.skeleton, "2/Cargo.toml");
  CHECK(lib.starts_with("cargo-features = [\"per-package-target\"]\n\n[package]\n"));
  CHECK(lib.find("\nforced-target = \"x86_64-unknown-none\"\n") != std::string::npos);
}

TEST_CASE("cargo-features of profiles are carried, those that are stable or local are dropped") {
  auto tree = app_and_library();
  append(tree, "/w/Cargo.toml", "\n[profile.release]\nrustflags = [\"-Copt-level=1\"]\n");
  const auto root = tree.read("/w/Cargo.toml").value();
  tree.write(
      "/w/Cargo.toml",
      "cargo-features = [\"trim-paths\", \"profile-rustflags\", \"edition2024\"]\n\n" + root);
  const auto command = derive(tree, "/w", "build --release").commands[0];
  CHECK(command.unmerged_reason == "");
  CHECK(
      manifest(command.skeleton, "Cargo.toml")
          .starts_with("cargo-features = [\"profile-rustflags\", \"trim-paths\"]\n\n[workspace]"));
}

TEST_CASE("unmerged: with LTO, a dylib beside a library that is only linked on the host side") {
  auto tree = virtual_workspace({"a"}, "resolver = \"2\"\n\n[profile.release]\nlto = true\n");
  add_package(tree, "app", R"([build-dependencies]
dynamic = { path = "../dynamic" }
linked = { path = "../linked" }
)",
              {"src/main.rs", "build.rs"});
  add_package(tree, "dynamic", "[lib]\ncrate-type = [\"dylib\"]\n\n[dependencies]\na = \"1\"\n");
  add_package(tree, "linked", "[lib]\ncrate-type = [\"staticlib\"]\n");
  CHECK(reason(tree, "build") == "");
  CHECK(reason(tree, "build --release").find("dylib") != std::string::npos);
  replace(tree, "/w/linked/Cargo.toml", "staticlib", "rlib");
  CHECK(reason(tree, "build --release") == "");
}

TEST_CASE("each command of a recipe falls back, or is merged, for itself") {
  auto tree = app_and_library();
  append(tree, "/w/stranger/Cargo.toml", "lib = { path = \"../lib\", artifact = \"bin\" }\n");
  const auto recipe = recipe::derive(
      tree, {"/w", "", {{"one", {"build", "-p", "stranger"}}, {"two", {"build", "-p", "app"}}}});
  CHECK(recipe.commands[0] == [&] {
    auto alone = derive(tree, "/w", "build -p stranger").commands[0];
    alone.name = "one";
    return alone;
  }());
  CHECK(recipe.commands[0].unmerged_reason != "");
  CHECK(recipe.commands[1].unmerged_reason == "");
  CHECK(SkeletonView(recipe.commands[1].skeleton).crates() == "features root");
  CHECK(recipe::read("r", recipe::write(recipe)) == recipe);
}

// -------------------------------------------------------------------------------------------------
// what it is

TEST_CASE("each package that is needed has a crate under a neutral name") {
  const auto command = unmerged(app_and_library(), "build -p app");
  CHECK(arguments(command) == "build -p larder-1");
  CHECK(manifest(command.skeleton, "Cargo.toml") ==
        "[workspace]\nmembers = [\"1\", \"2\"]\nresolver = \"2\"\n");
  CHECK(manifest(command.skeleton, "1/Cargo.toml") ==
        R"([package]
name = "larder-1"
version = "0.0.0"
edition = "2021"
publish = false
autobins = false
autoexamples = false
autotests = false
autobenches = false
build = false

[[bin]]
name = "larder-1-0"
path = "src/0.rs"

[features]
default = ["x"]
x = ["lib/y"]

[dependencies]
lib = { package = "larder-2", path = "../2" }
)");
  CHECK(manifest(command.skeleton, "2/Cargo.toml").find(R"([features]
y = ["a/f", "dep:b"]

[dependencies]
a = { version = "=1.0.0" }
b = { version = "=1.0.0", optional = true, features = ["p", "q"] }
)") != std::string::npos);
  CHECK(command.skeleton.lock_file.find("\"z\"") == std::string::npos);
}

TEST_CASE("what a command cannot build is left out, what it can is there") {
  const auto tree = app_and_library();
  const auto built = unmerged(tree, "build -p app").skeleton;
  CHECK(manifest(built, "1/Cargo.toml").find("[[test]]") == std::string::npos);
  CHECK(manifest(built, "1/Cargo.toml").find("dev-dependencies") == std::string::npos);
  CHECK(manifest(built, "2/Cargo.toml").find("[[bin]]") == std::string::npos);
  CHECK(manifest(built, "2/Cargo.toml").find("build = \"build.rs\"") != std::string::npos);
  const auto tested = unmerged(tree, "test -p app").skeleton;
  CHECK(manifest(tested, "1/Cargo.toml").find("[[test]]") != std::string::npos);
  CHECK(manifest(tested, "1/Cargo.toml").find("[dev-dependencies]\nd = ") != std::string::npos);
}

TEST_CASE("names in the command become those of the skeleton") {
  const auto tree = app_and_library();
  CHECK(arguments(
            unmerged(tree, "build --workspace --exclude stranger --bin lib --features lib/y")) ==
        "build -p larder-1 -p larder-2 --bin larder-2-1 --features larder-2/y,lib/y");
  CHECK(arguments(unmerged(tree, "build -p app --features lib/y")) ==
        "build -p larder-1 --features lib/y");
  CHECK(arguments(unmerged(tree, "test -p 'a*' --test 'i?' --offline -- some-test")) ==
        "test --offline -p larder-1 --test larder-1-1 --no-run");
}

TEST_CASE("under resolver 1 the current package stays current") {
  const auto command = unmerged(app_and_library("1"), "build -p stranger --features x", "/w/app");
  CHECK(arguments(command) == "build --manifest-path 1/Cargo.toml -p larder-3 --features x");
  // Its development dependencies count.
  CHECK(manifest(command.skeleton, "1/Cargo.toml").find("[dev-dependencies]") != std::string::npos);
}

TEST_CASE("moving a directory, an unrelated package, and what nobody can tell leave it alone") {
  const auto tree = app_and_library();
  const auto before = unmerged(tree, "test -p app");
  auto moved = tree;
  move_directory(moved, "/w/lib", "/w/moved");
  replace(moved, "/w/app/Cargo.toml", "../lib", "../moved");
  replace(moved, "/w/app/Cargo.toml", "version = \"0.1.0\"",
          "version = \"0.2.0\"\ndescription = \"d\"");
  append(moved, "/w/stranger/Cargo.toml", "a = \"1\"\n");
  CHECK(unmerged(moved, "test -p app") == before);
}

TEST_CASE("two spellings of one condition stay two tables") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", R"([target.'cfg(unix)'.dependencies]
a = { version = "1", optional = true }

[target.'cfg( unix )'.dependencies]
a = { version = "1", features = ["f"] }
)",
              {"src/main.rs"});
  const auto text = manifest(unmerged(tree, "build").skeleton, "1/Cargo.toml");
  CHECK(text.find("[target.\"cfg(unix)\".dependencies]\na = ") != std::string::npos);
  CHECK(text.find("[target.\"cfg(all(unix))\".dependencies]\na = ") != std::string::npos);
}

TEST_CASE("an optional dependency that no lock entry has goes with what names it") {
  auto tree = virtual_workspace({"a"}, "resolver = \"2\"\nexclude = [\"out\"]\n");
  add_package(tree, "app", "[dependencies]\nout = { path = \"../out\" }\n", {"src/main.rs"});
  add_package(tree, "out", R"([features]
f = ["gone", "gone2?/x", "a/z"]
g = ["dep:gone2"]

[dependencies]
a = "1"
gone = { version = "1", optional = true }
gone2 = { version = "1", optional = true }
)");
  const auto skeleton = unmerged(tree, "build").skeleton;
  const auto out = manifest(skeleton, "2/Cargo.toml");
  CHECK(
      out.find("[features]\nf = [\"a/z\", \"gone\"]\ng = []\ngone = []\n\n[dependencies]\na = {") !=
      std::string::npos);
  CHECK(manifest(skeleton, "Cargo.toml").find("exclude = [\"2\"]\n") != std::string::npos);
}

TEST_CASE("not merged: several targets and a feature for some of them") {
  const auto workspace = [](const std::string& feature) {
    auto tree = tiny_workspace({"a", "b"});
    add_package(tree, ".",
                "[features]\ndefault = [\"" + feature +
                    R"("]
b = ["dep:a", "dep:b"]

[dependencies]
a = { version = "1", optional = true }

[target.'cfg(windows)'.dependencies]
b = { version = "1", optional = true }
)",
                {"src/main.rs"});
    return tree;
  };
  const std::string targets =
      "build --target x86_64-unknown-linux-gnu --target x86_64-pc-windows-gnu";
  CHECK(reason(workspace("b/f"), targets) ==
        "more than one --target and a platform condition between local packages or on a feature");
  CHECK(skeleton_of(workspace("b"), targets).table("root", "dependencies") == "a");
}

TEST_CASE(
    "not merged: required features of a local dependency that depend on the host's platform") {
  // `lib/f` holds where the dependency applies to the target or to the host.
  const auto workspace = [](const std::string& table) {
    auto tree = virtual_workspace({"a"});
    add_package(tree, "app",
                "[[bin]]\nname = \"app\"\nrequired-features = [\"lib/f\"]\n\n[" + table +
                    R"(]
lib = { path = "../lib" }

[dependencies]
a = "1"
)",
                {"src/main.rs"});
    add_package(tree, "lib", "[features]\ndefault = [\"f\"]\nf = []\n");
    return tree;
  };
  CHECK(reason(workspace("target.'cfg(windows)'.dependencies"), "build -p app") ==
        "required-features that depend on the platform of the host");
  const auto skeleton = skeleton_of(workspace("build-dependencies"), "build -p app");
  CHECK(skeleton.table("root", "dependencies") == "a");
}

TEST_CASE(
    "not merged: LTO and a library that is only linked, behind a condition on the host side") {
  auto tree = virtual_workspace({"a"}, "resolver = \"2\"\n\n[profile.release]\nlto = true\n");
  add_package(tree, "app", "[target.'cfg(windows)'.dependencies]\nmac = { path = \"../mac\" }\n",
              {"src/main.rs"});
  add_package(tree, "mac",
              "[lib]\nproc-macro = true\n\n[dependencies]\ngen = { path = \"../gen\" }\n");
  add_package(tree, "gen", "[lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\na = \"1\"\n");
  CHECK(reason(tree, "build --release -p app") ==
        "LTO, and a library that is only linked below a build script or proc-macro behind a "
        "platform condition");
  CHECK(skeleton_of(tree, "build -p app").table("root-host0", "dependencies") == "a");
}

}  // namespace larder::test
