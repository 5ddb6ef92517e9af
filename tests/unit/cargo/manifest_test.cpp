#include "larder/cargo/manifest/manifest.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::check_error;
using larder::test::error_of;
using Texts = std::vector<std::string>;

namespace {

/// Reads /w/Cargo.toml, a library, with the manifest of `root` above it when that is not empty.
Package read(const std::string& manifest, const std::string& root = "",
             std::map<std::string, std::string> files = {{"/w/src/lib.rs", ""}}) {
  MemoryTree tree(std::move(files));
  tree.write("/w/Cargo.toml", manifest);
  tree.write("/Cargo.toml", root);
  const auto above = Manifest::load(tree, "/Cargo.toml");
  return read_package(tree, Manifest::load(tree, "/w/Cargo.toml"),
                      [&] { return root.empty() ? nullptr : &above; });
}

}  // namespace

TEST_CASE("a package without version and edition is 0.0.0 of 2015") {
  const auto package = read("[package]\nname = \"a\"\n");
  CHECK(package.name == "a");
  CHECK(package.version.str() == "0.0.0");
  CHECK(package.edition == "2015");
  CHECK(package.directory == "/w");
  CHECK(package.manifest_path == "/w/Cargo.toml");
}

TEST_CASE("[project] is an old name of [package]") {
  CHECK(read("[project]\nname = \"a\"\nversion = \"1.2.3\"\n").version.str() == "1.2.3");
}

TEST_CASE("version and edition are inherited from the workspace") {
  const auto package = read(R"([package]
name = "a"
version.workspace = true
edition = { workspace = true }
)",
                            "[workspace.package]\nversion = \"3.1.0\"\nedition = \"2021\"\n");
  CHECK(package.version.str() == "3.1.0");
  CHECK(package.edition == "2021");
  CHECK(package.targets.at(0).edition == "2021");
}

TEST_CASE(
    "an optional dependency has an implicit feature unless dep: names it or a feature has its "
    "name") {
  const auto package = read(
      R"([package]
name = "a"
[dependencies]
plain = "1"
implicit = { version = "1", optional = true }
hidden = { version = "1", optional = true }
own = { version = "1", optional = true }
renamed = { package = "other", version = "1", optional = true }
[features]
default = ["implicit"]
x = ["dep:hidden"]
own = ["dep:own", "plain/std"]
)");
  CHECK(package.features == std::map<std::string, Texts>{{"default", {"implicit"}},
                                                         {"implicit", {"dep:implicit"}},
                                                         {"own", {"dep:own", "plain/std"}},
                                                         {"renamed", {"dep:renamed"}},
                                                         {"x", {"dep:hidden"}}});
}

TEST_CASE("the spellings of a feature value") {
  using Kind = FeatureValue::Kind;
  struct Row {
    std::string text;
    Kind kind;
    std::string dependency;
    std::string feature;
    bool weak;
  };
  for (const auto& row :
       std::vector<Row>{{"std", Kind::Feature, "", "std", false},
                        {"dep:log", Kind::Dependency, "log", "", false},
                        {"log/std", Kind::DependencyFeature, "log", "std", false},
                        {"log?/std", Kind::DependencyFeature, "log", "std", true}}) {
    CAPTURE(row.text);
    const auto value = parse_feature_value(row.text);
    CHECK(value.kind == row.kind);
    CHECK(value.dependency == row.dependency);
    CHECK(value.feature == row.feature);
    CHECK(value.weak == row.weak);
  }
}

TEST_CASE("manifests that cargo rejects are errors at the cause") {
  const std::string package = "[package]\nname = \"a\"\n";
  const std::string optional =
      package + "[dependencies]\nd = { version = \"1\", optional = true }\n[features]\n";
  const std::string required = package + "[dependencies]\nd = \"1\"\n[features]\n";
  struct Row {
    std::string manifest;
    std::string position;
  };
  for (const auto& row : std::vector<Row>{{"[package]\nversion = \"1.0.0\"\n", "1:1"},
                                          {"[package]\nname = 1\n", "2:8"},
                                          {package + "version = \"1.0\"\n", "3:11"},
                                          {package + "version.workspace = true\n", "3:1"},
                                          {package + "version.workspace = false\n", "3:21"},
                                          {package + "edition = 2021\n", "3:11"},
                                          {package + "edition = \"2020\"\n", "3:11"},
                                          {package + "links = \"z\"\n", "3:9"},
                                          {package + "[features]\nx = [\"nope\"]\n", "4:5"},
                                          {package + "[features]\nx = \"y\"\n", "4:5"},
                                          {package + "[features]\nx = [\"nope/std\"]\n", "4:5"},
                                          {required + "x = [\"d\"]\n", "6:5"},
                                          {required + "x = [\"dep:d\"]\n", "6:5"},
                                          {required + "x = [\"d?/std\"]\n", "6:5"},
                                          {optional + "x = [\"dep:d\"]\ny = [\"d\"]\n", "7:5"}}) {
    CAPTURE(row.manifest);
    check_error([&] { read(row.manifest); }, "manifest-invalid", "/w/Cargo.toml", row.position);
  }
}

TEST_CASE("features of dependencies may be named with and without weakness") {
  const auto package = read(
      R"([package]
name = "a"
[dependencies]
d = { version = "1", optional = true }
e = "1"
[features]
x = ["d/std", "d?/std", "e/std", "dep:d"]
)");
  CHECK(package.features.at("x").size() == 4);
}

TEST_CASE("a package without any target is an error") {
  CHECK(error_of([] { read("[package]\nname = \"a\"\n", "", {}); }).id() == "manifest-invalid");
  CHECK(error_of([] {
          read("[package]\nname = \"a\"\n", "", {{"/w/build.rs", ""}});
        }).id() == "manifest-invalid");
}

TEST_CASE("links goes with a build script; default-run and cargo-features are kept") {
  const auto package = read(
      R"(cargo-features = ["x"]
[package]
name = "a"
links = "z"
default-run = "r"
)",
      "", {{"/w/build.rs", ""}, {"/w/src/main.rs", ""}, {"/w/src/bin/r.rs", ""}});
  CHECK(package.links == "z");
  CHECK(package.default_run == "r");
  CHECK(package.cargo_features == Texts{"x"});
  CHECK(package.build_script() != nullptr);
  CHECK(package.lib() == nullptr);
}

TEST_CASE("a manifest that is missing or no TOML") {
  const auto tree = test::tree_of({{"/w/Cargo.toml", "[package\n"}});
  CHECK(error_of([&] { Manifest::load(tree, "/x/Cargo.toml"); }).id() == "manifest-missing");
  const auto error = error_of([&] { Manifest::load(tree, "/w/Cargo.toml"); });
  CHECK(error.id() == "manifest-parse");
  CHECK(error.location().line == 1);
}

TEST_CASE("a version may have spaces around it, but not the workspace's") {
  CHECK(read("[package]\nname = \"a\"\nversion = \"\\u00a01.2.3 \"\n").version.str() == "1.2.3");
  CHECK(error_of([] {
          read("[package]\nname = \"a\"\n", "[workspace.package]\nversion = \" 1.2.3 \"\n");
        }).id() == "manifest-invalid");
}

TEST_CASE("lints.workspace is a flag, never a tool of that name") {
  CHECK(error_of([] { read("[package]\nname = \"a\"\n[lints.workspace]\n"); }).id() ==
        "manifest-invalid");
}

TEST_CASE("an inherited path that is the package itself is empty") {
  CHECK(read("[package]\nname = \"a\"\nreadme.workspace = true\n",
             "[workspace.package]\nreadme = \"w\"\n")
            .details.readme == "");
}
