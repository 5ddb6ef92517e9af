#include "larder/report/metadata.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "../support/expect.hpp"
#include "../support/values.hpp"

using namespace larder;
using nlohmann::json;

// That the whole agrees with cargo is for the parity tests to show.

namespace {

std::string metadata(const SourceTree& tree, const std::string& manifest = "/w/Cargo.toml") {
  const auto workspace = cargo::load_workspace(tree, manifest, "");
  const auto config = cargo::Config::load(tree, "/w", "", "");
  return report::metadata_json({tree, workspace, "/w/target", "/w/target", config, {}});
}

json first_package(const std::string& rest) {
  const auto tree =
      test::tree_of({{"/w/Cargo.toml", "[package]\nname = \"app\"\nversion = \"1.0.0\"\n" + rest},
                     {"/w/src/lib.rs", ""}});
  return json::parse(metadata(tree)).at("packages").at(0);
}

}  // namespace

TEST_CASE("members are listed as found, default members as named") {
  const auto tree = test::tree_of(
      {{"/w/Cargo.toml",
        "[workspace]\nmembers = [\"z\", \"*\"]\ndefault-members = [\"b\", \"z\", \"b\"]\n"},
       {"/w/z/Cargo.toml", "[package]\nname = \"z\"\n[dependencies]\nb = { path = \"../b\" }\n"},
       {"/w/z/src/lib.rs", ""},
       {"/w/a/Cargo.toml", "[package]\nname = \"a\"\n"},
       {"/w/a/src/lib.rs", ""},
       {"/w/b/Cargo.toml", "[package]\nname = \"other\"\n"},
       {"/w/b/src/lib.rs", ""}});
  const auto whole = json::parse(metadata(tree));
  const json z = "path+file:///w/z#0.0.0";
  const json b = "path+file:///w/b#other@0.0.0";
  CHECK(whole.at("workspace_members") == json{z, b, "path+file:///w/a#0.0.0"});
  CHECK(whole.at("workspace_default_members") == json{b, z, b});
  CHECK(json::parse(metadata(tree, "/w/a/Cargo.toml")).at("workspace_default_members") ==
        json{"path+file:///w/a#0.0.0"});
}

TEST_CASE("sources of dependencies") {
  const auto dependencies = first_package(
                                R"([dependencies]
a = "1"
b = { git = "https://H/b", tag = "t" }
c = { path = "c", registry-index = "https://h/i", version = "2" }
d = { package = "e", registry-index = "sparse+https://h/", version = "*" }
[workspace]
exclude = ["c"]
)")
                                .at("dependencies");
  CHECK(dependencies[0].at("source") == "registry+https://github.com/rust-lang/crates.io-index");
  CHECK(dependencies[0].at("registry") == nullptr);
  CHECK(dependencies[1].at("source") == "git+https://h/b?tag=t");
  CHECK(dependencies[2].at("source") == nullptr);
  CHECK(dependencies[2].at("path") == "/w/c");
  CHECK(dependencies[2].at("registry") == "https://h/i");
  CHECK(dependencies[3].at("source") == "sparse+https://h/");
  CHECK(dependencies[3].at("name") == "e");
  CHECK(dependencies[3].at("rename") == "d");
}

TEST_CASE("a registry that is configured nowhere is an error at the dependency") {
  const auto error = test::error_of(
      [] { first_package("[dependencies]\na = { version = \"1\", registry = \"mine\" }\n"); });
  CHECK(error.id() == "registry-unknown");
  CHECK(test::position_of(error) == "5:5");
}

TEST_CASE("metadata of any TOML is printed as serde does") {
  CHECK(first_package("[package.metadata]\nd = 1979-05-27T07:32:00Z\nf = [1.5, inf]\ni = -1\n")
            .at("metadata") == json{{"d", {{"$__toml_private_datetime", "1979-05-27T07:32:00Z"}}},
                                    {"f", {1.5, nullptr}},
                                    {"i", -1}});
}

TEST_CASE("a path that is not UTF-8 is an error") {
  const auto tree =
      test::tree_of({{"/\xff/Cargo.toml", "[package]\nname = \"a\"\n"}, {"/\xff/src/lib.rs", ""}});
  CHECK(test::error_of([&] { metadata(tree, "/\xff/Cargo.toml"); }).id() == "not-utf8");
}

TEST_CASE("registries of patches and of manifests above must be known as well") {
  CHECK(test::error_id_of([] { first_package("[patch.mine]\nx = { path = \"x\" }\n"); }) ==
        "registry-unknown");
  CHECK(test::error_id_of([] {
          first_package("[patch.crates-io]\nx = { version = \"1\", registry = \"mine\" }\n");
        }) == "registry-unknown");
  const auto tree = test::tree_of({{"/w/Cargo.toml",
                                    R"([package]
name = "a"
[dependencies]
x = { version = "1", registry = "mine" }
[workspace]
exclude = ["b"]
)"},
                                   {"/w/src/lib.rs", ""},
                                   {"/w/b/Cargo.toml", "[package]\nname = \"b\"\n"},
                                   {"/w/b/src/lib.rs", ""}});
  CHECK(test::error_id_of([&] { metadata(tree, "/w/b/Cargo.toml"); }) == "registry-unknown");
}

TEST_CASE("so must those of manifests between a member and its root") {
  const auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"../o/i\"]\n"},
                                   {"/o/Cargo.toml",
                                    R"([package]
name = "o"
workspace = "../w"
[dependencies]
x = { version = "1", registry = "mine" }
)"},
                                   {"/o/src/lib.rs", ""},
                                   {"/o/i/Cargo.toml", "[package]\nname = \"i\"\n"},
                                   {"/o/i/src/lib.rs", ""}});
  CHECK(test::error_id_of([&] { metadata(tree); }) == "registry-unknown");
}

TEST_CASE("a source is shown by the spelling that was met first") {
  const auto dependencies = first_package(
                                R"([dependencies]
a = { git = "https://github.com/A/b.git" }
b = { git = "https://github.com/a/B" }
)")
                                .at("dependencies");
  CHECK(dependencies[1].at("source") == "git+https://github.com/A/b.git");
}

TEST_CASE("metadata of a root that excludes itself is none; a Rust version is printed again") {
  const auto tree = test::tree_of({{"/w/Cargo.toml",
                                    R"([package]
name = "a"
rust-version = " 1.70 "
[workspace]
exclude = ["/"]
[workspace.metadata]
x = 1
)"},
                                   {"/w/src/lib.rs", ""}});
  const auto whole = json::parse(metadata(tree));
  CHECK(whole.at("metadata").is_null());
  CHECK(whole.at("packages")[0].at("rust_version") == "1.70");
}
