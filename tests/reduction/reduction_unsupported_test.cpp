#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Constructs that no merged skeleton reproduces are an error that names them, never a skeleton that
// is almost right.

namespace larder::testing {

namespace {

void check_unsupported(const MemoryTree& tree, const std::string& command,
                       const std::string& construct, const std::string& file) {
  CAPTURE(construct);
  const auto error = error_of([&] { derive(tree, "/w", command); });
  CHECK(error.id() == "unsupported");
  CAPTURE(error.message());
  CHECK(error.message().find(construct) != std::string::npos);
  CHECK(error.location().file == file);
}

MemoryTree one_package(const std::string& manifest) {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", "app", manifest, {"src/lib.rs", "src/main.rs"});
  return tree;
}

}  // namespace

TEST_CASE("unsupported: [replace]") {
  check_unsupported(one_package("[dependencies]\na = \"1\"\n\n[replace]\n\"a:1.0.0\" = { git = "
                                "\"https://example.org/a\" }\n"),
                    "build", "[replace]", "/w/Cargo.toml");
}

TEST_CASE("unsupported: cargo-features") {
  auto tree = tiny_workspace({});
  add_file(tree, "/w/Cargo.toml",
           "cargo-features = [\"edition2024\"]\n\n[package]\nname = \"app\"\n");
  add_file(tree, "/w/src/lib.rs", "");
  check_unsupported(tree, "build", "cargo-features", "/w/Cargo.toml");
}

TEST_CASE("unsupported: an artifact dependency") {
  check_unsupported(one_package("[dependencies]\na = { version = \"1\", artifact = \"bin\" }\n"),
                    "build", "artifact", "/w/Cargo.toml");
}

TEST_CASE("unsupported: several targets and a condition on a local edge") {
  auto tree = tiny_workspace({"a"});
  add_virtual_root(tree);
  add_package(tree, "app", "app",
              "[target.'cfg(windows)'.dependencies]\nlib = { path = \"../lib\" }\n",
              {"src/main.rs"});
  add_package(tree, "lib", "lib", "[dependencies]\na = \"1\"\n", {"src/lib.rs"});
  const std::string targets =
      "build --target x86_64-unknown-linux-gnu --target x86_64-pc-windows-gnu";
  check_unsupported(tree, targets, "--target", "");
  // Not of a package that the command does not build.
  CHECK(skeleton_of(tree, targets + " -p lib").table("root", "dependencies") == "a");
  add_file(tree, "/w/.cargo/config.toml",
           "[build]\ntarget = [\"x86_64-unknown-linux-gnu\", \"x86_64-pc-windows-gnu\"]\n");
  check_unsupported(tree, "build", "--target", "");
}

TEST_CASE("unsupported: a local package that an external one depends on") {
  auto tree = tiny_workspace({"a 1.0.0: patched"});
  append(tree, "/w/Cargo.lock", "\n[[package]]\nname = \"patched\"\nversion = \"0.1.0\"\n");
  add_package(tree, ".", "app",
              "[dependencies]\na = \"1\"\n\n[patch.crates-io]\npatched = { path = \"patched\" }\n",
              {"src/main.rs"});
  add_package(tree, "patched", "patched", "", {"src/lib.rs"});
  check_unsupported(tree, "build", "`patched`", "/w/Cargo.lock");
}

TEST_CASE("unsupported: path overrides in a config file") {
  auto tree = one_package("[dependencies]\na = \"1\"\n");
  add_file(tree, "/w/.cargo/config.toml", "paths = [\"/elsewhere/a\"]\n");
  check_unsupported(tree, "build", "`paths`", "/w/.cargo/config.toml");
}

TEST_CASE("unsupported: several targets and a feature for some of them") {
  const auto workspace = [](const std::string& feature) {
    auto tree = tiny_workspace({"a", "b"});
    add_package(
        tree, ".", "app",
        "[features]\ndefault = [\"" + feature +
            "\"]\nb = [\"dep:a\", \"dep:b\"]\n\n[dependencies]\na = { version = \"1\", optional "
            "= true }\n\n[target.'cfg(windows)'.dependencies]\nb = { version = \"1\", "
            "optional = true }\n",
        {"src/main.rs"});
    return tree;
  };
  const std::string targets =
      "build --target x86_64-unknown-linux-gnu --target x86_64-pc-windows-gnu";
  check_unsupported(workspace("b/f"), targets, "feature behind a platform condition", "");
  CHECK(skeleton_of(workspace("b"), targets).table("root", "dependencies") == "a");
}

TEST_CASE("unsupported: a target directory outside the workspace") {
  check_unsupported(one_package("[dependencies]\na = \"1\"\n"), "build --target-dir /tmp/out",
                    "/tmp/out", "");
}

TEST_CASE("unsupported: required features that name a feature of an external package") {
  check_unsupported(one_package("[[bin]]\nname = \"app\"\nrequired-features = "
                                "[\"a/f\"]\n\n[dependencies]\na = \"1\"\n"),
                    "build", "a/f", "/w/Cargo.toml");
}

TEST_CASE(
    "unsupported: required features of a local dependency that depend on the host's platform") {
  // `lib/f` holds where the dependency applies to the target or to the host.
  const auto workspace = [](const std::string& table) {
    auto tree = tiny_workspace({"a"});
    add_virtual_root(tree);
    add_package(tree, "app", "app",
                "[[bin]]\nname = \"app\"\nrequired-features = [\"lib/f\"]\n\n[" + table +
                    "]\nlib = { path = \"../lib\" }\n\n[dependencies]\na = \"1\"\n",
                {"src/main.rs"});
    add_package(tree, "lib", "lib", "[features]\ndefault = [\"f\"]\nf = []\n", {"src/lib.rs"});
    return tree;
  };
  check_unsupported(workspace("target.'cfg(windows)'.dependencies"), "build -p app", "`lib`",
                    "/w/app/Cargo.toml");
  const auto skeleton = skeleton_of(workspace("build-dependencies"), "build -p app");
  CHECK(skeleton.table("root", "dependencies") == "a");
}

TEST_CASE(
    "unsupported: LTO and a library that is only linked, behind a condition on the host side") {
  auto tree = tiny_workspace({"a"});
  add_virtual_root(tree, "resolver = \"2\"\n\n[profile.release]\nlto = true\n");
  add_package(tree, "app", "app",
              "[target.'cfg(windows)'.dependencies]\nmac = { path = \"../mac\" }\n",
              {"src/main.rs"});
  add_package(tree, "mac", "mac",
              "[lib]\nproc-macro = true\n\n[dependencies]\ngen = { path = \"../gen\" }\n",
              {"src/lib.rs"});
  add_package(tree, "gen", "gen", "[lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\na = \"1\"\n",
              {"src/lib.rs"});
  check_unsupported(tree, "build --release -p app", "only linked", "");
  CHECK(skeleton_of(tree, "build -p app").table("root-host0", "dependencies") == "a");
}

TEST_CASE("unsupported: a feature of a development dependency that another package turns on") {
  const auto workspace = [](const std::string& external) {
    auto tree = tiny_workspace({external, "e"});
    add_virtual_root(tree);
    add_package(tree, "app", "app",
                "[dependencies]\nlib = { path = \"../lib\", features = [\"x\"] }\n",
                {"src/main.rs"});
    add_package(tree, "lib", "lib", "[features]\nx = [\"d/f\"]\n\n[dev-dependencies]\nd = \"1\"\n",
                {"src/lib.rs"});
    return tree;
  };
  // cargo's two resolvers disagree about it, which matters where the feature could add crates.
  check_unsupported(workspace("d 1.0.0: e"), "test", "lib/x", "");
  CHECK(skeleton_of(workspace("d"), "test").table("features", "dependencies") == "d[default,f]");
  CHECK(skeleton_of(workspace("d 1.0.0: e"), "build").tables("features").empty());
}

TEST_CASE("a secret in the config is refused or left out") {
  auto tree = one_package("[dependencies]\na = \"1\"\n");
  auto with_user = tree;
  add_file(with_user, "/w/.cargo/config.toml",
           "[registries.corp]\nindex = \"sparse+https://me:secret@example.org/index/\"\n");
  const auto error = error_of([&] { derive(with_user, "/w", "build"); });
  CHECK(error.id() == "config-secret");
  CHECK(error.message().find("secret@") == std::string::npos);

  add_file(tree, "/w/.cargo/config.toml",
           "[registry]\ntoken = \"s3cret\"\n\n[registries.corp]\nindex = "
           "\"sparse+https://example.org/index/\"\ntoken = \"s3cret\"\nsecret-key = \"s3cret\"\n");
  const auto recipe = recipe_bytes(tree, "/w", "build");
  CHECK(recipe.find("s3cret") == std::string::npos);
  CHECK(recipe.find("sparse+https://example.org/index/") != std::string::npos);
}

}  // namespace larder::testing
