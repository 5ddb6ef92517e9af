#include "larder/cook/recipe_checks.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"

using namespace larder;
using cargo::TargetKind;
using test::error_id_of;
using Words = std::vector<std::string>;

namespace {

/// What checking says of a skeleton with this text in the manifest of its crate `root`.
std::string checked_manifest(const std::string& text) {
  const reduce::Skeleton skeleton{
      {{"Cargo.toml", "[workspace]\nmembers = [\"root\"]\n", {}}, {"root/Cargo.toml", text, {}}},
      "",
      {},
      {}};
  return error_id_of([&] { cook::check_skeleton(skeleton, {}); });
}

std::string checked_files(const std::string& target, const std::string& source) {
  const reduce::Skeleton skeleton{
      {{"a/Cargo.toml", "", {{target, TargetKind::Lib, "x", false}}}}, "", {}, {}};
  return error_id_of([&] { cook::check_skeleton(skeleton, {{source, "", false}}); });
}

std::string checked_words(const Words& words) {
  return error_id_of([&] { cook::check_cook_line(cargo::parse_command_line(words)); });
}

std::string checked_shared(std::optional<std::string> config,
                           std::optional<reduce::ToolchainText> toolchain) {
  const reduce::Skeleton skeleton{{}, "", std::move(config), std::move(toolchain)};
  return error_id_of([&] { cook::check_shared_files(skeleton, "/app"); });
}

}  // namespace

TEST_CASE("a manifest may name what lies in the skeleton") {
  for (const auto* text : {
           "[dependencies]\nfeatures = { path = \"../features\" }\n",
           "[lib]\npath = \"src/lib.rs\"\n",
           "[package]\nbuild = \"build.rs\"\n",
           "[package]\nbuild = true\n",
           "[workspace]\nmembers = [\".\", \"../other\"]\n",
           "[dependencies]\npath = \"1\"\nbuild = \"=1.0\"\n",
           "[package.metadata.x]\npath = \"/etc\"\nworkspace = \"/etc\"\n",
           "[package]\nreadme = \"/etc/passwd\"\nlicense-file = \"../../x\"\n",
       }) {
    CAPTURE(std::string(text));
    CHECK(checked_manifest(text) == "");
  }
}

TEST_CASE("a manifest that leads out of the skeleton is refused") {
  for (const auto* text : {
           "[package]\nworkspace = \"..\"\n",
           "[project]\nworkspace = \"/app\"\n",
           "[package]\nbuild = \"/app/build.rs\"\n",
           "[package]\nbuild = \"../../build.rs\"\n",
           "[lib]\npath = \"../../lib.rs\"\n",
           "[[bin]]\nname = \"x\"\npath = \"/app/main.rs\"\n",
           "[[test]]\nname = \"x\"\npath = \"x/../../../t.rs\"\n",
           "[dependencies]\nx = { path = \"../../x\" }\n",
           "[dependencies]\nx = { path = \"../..\" }\n",
           "[dependencies.x]\npath = \"/app\"\n",
           "[target.'cfg(unix)'.build-dependencies]\nx = { path = \"../../../x\" }\n",
           "[workspace.dependencies]\nx = { path = \"/app\" }\n",
           "[workspace]\nmembers = [\"../../app\"]\n",
           "[workspace]\ndefault-members = [\"/app\"]\n",
           "[patch.crates-io]\nx = { path = \"../../x\" }\n",
           "[patch.'https://x.y']\nx = { path = \"/x\" }\n",
           "[replace]\n\"x:1.0.0\" = { path = \"../../x\" }\n",
           "no manifest",
       }) {
    CAPTURE(std::string(text));
    CHECK(checked_manifest(text) == "recipe-invalid");
  }
}

TEST_CASE("a refusal names file and line") {
  const reduce::Skeleton skeleton{
      {{"root/Cargo.toml", "[package]\n\nbuild = \"/x\"\n", {}}}, "", {}, {}};
  const auto error = test::error_of([&] { cook::check_skeleton(skeleton, {}); });
  CHECK(error.location().file == "root/Cargo.toml");
  CHECK(error.location().line == 3);
}

TEST_CASE("no two files of a recipe may be in each other's place") {
  CHECK(checked_files("lib.rs", "b/lib.rs") == "");
  CHECK(checked_files("lib.rs", "a/lib.rs2") == "");
  CHECK(checked_files("lib.rs", "a/lib.rs") == "recipe-invalid");
  CHECK(checked_files("lib.rs", "a/lib.rs/x") == "recipe-invalid");
  CHECK(checked_files("lib.rs", "a") == "recipe-invalid");
  CHECK(checked_files("lib.rs", "Cargo.lock/x") == "recipe-invalid");
  CHECK(checked_files("Cargo.toml/x", "b") == "recipe-invalid");
}

TEST_CASE("names that git uses itself are refused") {
  CHECK(checked_files(".git/config", "b") == "recipe-invalid");
  CHECK(checked_files("lib.rs", "b/.git") == "recipe-invalid");
}

TEST_CASE("the manifest of a carried package is looked at too") {
  const reduce::Skeleton skeleton{{}, "", {}, {}};
  const auto with = [&](const std::string& path) {
    return error_id_of([&] {
      cook::check_skeleton(skeleton,
                           {{"p/q/Cargo.toml", "[lib]\npath = \"" + path + "\"\n", false}});
    });
  };
  CHECK(with("../../lib.rs") == "");
  CHECK(with("../../../lib.rs") == "recipe-invalid");
}

TEST_CASE("a line that builds a skeleton passes") {
  for (const Words& words :
       std::vector<Words>{{"build", "--target-dir=x", "--"},
                          {"test", "--no-run", "-p=root", "--manifest-path=a/Cargo.toml"}}) {
    CAPTURE(cargo::join_command(words));
    CHECK(checked_words(words) == "");
  }
}

TEST_CASE("a line that leads cargo elsewhere, or is no build, is refused") {
  for (const Words& words : std::vector<Words>{
           {"run"},
           {"install", "--locked", "--path", "."},
           {"test"},
           {"bench"},
           {"+nightly", "build"},
           {"build", "--manifest-path", "/app/Cargo.toml"},
           {"build", "--manifest-path=../Cargo.toml"},
           {"build", "--artifact-dir", "/app"},
           {"build", "--out-dir=/app"},
       }) {
    CAPTURE(cargo::join_command(words));
    CHECK(checked_words(words) == "recipe-invalid");
  }
}

TEST_CASE("config and toolchain files are read before they are written") {
  CHECK(checked_shared("[env]\nA = \"1\"\n", reduce::ToolchainText{"rust-toolchain", "1.80\n"}) ==
        "");
  for (const auto* config : {"no config", "paths = [\"/app\"]", "include = \"/app/x.toml\"",
                             "[patch.crates-io]\nx = { path = \"/app\" }\n"}) {
    CAPTURE(std::string(config));
    CHECK(checked_shared(config, {}) == "recipe-invalid");
  }
  for (const auto* text : {"[toolchain]\npath = \"/app\"\n", "[toolchain", ""}) {
    CAPTURE(std::string(text));
    CHECK(checked_shared({}, reduce::ToolchainText{"rust-toolchain.toml", text}) ==
          "toolchain-file");
  }
}

TEST_CASE("a recorded target directory lies below the workspace root") {
  const auto with = [](const std::string& directory) {
    recipe::Recipe recipe;
    recipe.commands.push_back({});
    recipe.commands[0].line = cargo::parse_command_line({"build", "--target-dir", directory});
    recipe.commands[0].cook_line = cargo::parse_command_line({"build"});
    return error_id_of([&] { cook::check(recipe, "/app"); });
  };
  CHECK(with("out") == "");
  CHECK(with(".") == "");
  CHECK(with("../out") == "recipe-invalid");
  CHECK(with("/out") == "recipe-invalid");
}
