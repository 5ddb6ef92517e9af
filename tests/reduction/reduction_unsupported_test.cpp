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

TEST_CASE("unsupported: cargo-features that are not known, or that make a build script") {
  for (const std::string feature : {"metabuild", "from-the-future"}) {
    auto tree = one_package("");
    replace(tree, "/w/Cargo.toml", "[package]",
            "cargo-features = [\"" + feature + "\"]\n\n[package]");
    check_unsupported(tree, "build", feature, "/w/Cargo.toml");
  }
}

TEST_CASE("unsupported: [replace] by a local package") {
  auto tree =
      one_package("[dependencies]\na = \"1\"\n\n[replace]\n\"a:1.0.0\" = { path = \"mine\" }\n");
  add_package(tree, "mine", "a", "", {"src/lib.rs"});
  replace(tree, "/w/Cargo.lock", "checksum = \"" + std::string(63, '0') + "1\"\n",
          "replace = \"a 1.0.0\"\n");
  append(tree, "/w/Cargo.lock", "\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n");
  check_unsupported(tree, "build", "`a`", "/w/Cargo.lock");
}

TEST_CASE("unsupported: path overrides in a config file") {
  auto tree = one_package("[dependencies]\na = \"1\"\n");
  add_file(tree, "/w/.cargo/config.toml", "paths = [\"/elsewhere/a\"]\n");
  check_unsupported(tree, "build", "`paths`", "/w/.cargo/config.toml");
}

TEST_CASE("unsupported: a target directory outside the workspace") {
  check_unsupported(one_package("[dependencies]\na = \"1\"\n"), "build --target-dir /tmp/out",
                    "/tmp/out", "");
}

}  // namespace larder::testing
