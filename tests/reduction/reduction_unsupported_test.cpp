#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Constructs that no merged skeleton reproduces are an error that names them, never a skeleton that
// is almost right.

namespace larder::test {

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
  add_package(tree, ".", manifest, {"src/lib.rs", "src/main.rs"});
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

TEST_CASE("unsupported: what only a nightly cargo takes, with the cargo-feature for it") {
  struct Row {
    std::string feature;
    std::string before;
    std::string after;
    std::string construct;
  };
  for (const auto& row : std::vector<Row>{
           {"path-bases", "a = \"1\"", R"(b = { base = "workspace", path = "b" })", "a path base"},
           {"open-namespaces", "name = \"app\"", "name = \"app::x\"", "a name with `::`"}}) {
    auto tree = one_package("[dependencies]\na = \"1\"\n");
    add_package(tree, "b");
    replace(tree, "/w/Cargo.toml", row.before, row.after);
    const auto wrong = error_of([&] { derive(tree, "/w", "build"); });
    CHECK(wrong.id() == "manifest-invalid");
    CHECK(wrong.message().find("`cargo-features = [\"" + row.feature + "\"]`") !=
          std::string::npos);
    replace(tree, "/w/Cargo.toml", "[package]",
            "cargo-features = [\"" + row.feature + "\"]\n\n[package]");
    check_unsupported(tree, "build", row.construct, "/w/Cargo.toml");
  }
}

TEST_CASE("unsupported: cargo scripts, with a workspace around them or none") {
  auto tree = one_package("");
  for (const std::string script : {"app.rs", "bin/app"}) {
    add_file(tree, "/w/" + script, "---\n[package]\n---\nfn main() {}\n");
    add_file(tree, "/alone/" + script, "fn main() {}\n");
    for (const std::string command : {"build --manifest-path ", "build -Zscript --manifest-path="})
      check_unsupported(tree, command + script, "cargo scripts", "/w/" + script);
    const auto alone = error_of([&] { derive(tree, "/alone", "build --manifest-path " + script); });
    CHECK(alone.id() == "unsupported");
    CHECK(error_of([&] { recipe::derive(tree, {"/alone", script, {}}); }).id() == "unsupported");
  }
  CHECK(error_of([&] { recipe::derive(tree, {"/w", "none.rs", {}}); }).id() == "manifest-missing");
}

TEST_CASE("unsupported: [patch] of a directory, which cargo puts another package in for") {
  for (const std::string url : {"file:///w/lib", "file:///w/lib/", "file:///w/x/../lib.git"}) {
    auto tree = one_package("[dependencies]\nlib = { path = \"lib\" }\n\n[patch.\"" + url +
                            "\"]\nlib = { path = \"other\" }\n");
    add_package(tree, "lib");
    check_unsupported(tree, "build", "a [patch] for the directory of a local package (`lib`)",
                      "/w/Cargo.toml");
  }
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

}  // namespace larder::test
