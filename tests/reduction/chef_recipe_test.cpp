#include <doctest/doctest.h>

#include <algorithm>

#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// The cases of cargo-chef's own suite about what is in a recipe (tests/skeletons, tests/recipe.rs,
// 0.1.77), made anew with open recipes, which are what it writes. Those about what is on disk are
// in tests/e2e/chef_skeleton_test.cpp.

namespace larder::test {

namespace {

reduce::Skeleton open_skeleton(const SourceTree& tree, const std::string& bin = "") {
  return derive_open(tree, "/w", bin).open.value();
}

std::string paths(const reduce::Skeleton& skeleton) {
  std::string out;
  for (const auto& manifest : skeleton.manifests) out += (out.empty() ? "" : " ") + manifest.path;
  return out;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// One of those in fixtures/chef.
std::optional<recipe::Recipe> recipe_of_chef(const std::string& name) {
  const auto text = DiskTree().read(std::string(LARDER_FIXTURES) + "/chef/" + name + ".json");
  if (!text) return std::nullopt;
  return recipe::read("recipe.json", *text);
}

/// The recipe for a command, made of the workspace and of an open recipe, which must be the same.
recipe::Recipe for_command(const SourceTree& tree, const std::string& command) {
  const auto made = derive(tree, "/w", command);
  const auto later = derive_later(derive_open(tree, "/w"), command);
  CHECK(first_difference(recipe::write(made), recipe::write(later)) == "");
  return made;
}

}  // namespace

TEST_CASE("chef: many automatic and explicit binaries and tests give the same recipe every time") {
  auto tree = tiny_workspace({"a"});
  std::vector<std::string> files;
  for (const std::string name : {"a", "b", "c", "d", "e", "f"}) {
    files.push_back("src/bin/" + name + ".rs");
    files.push_back("tests/" + name + ".rs");
  }
  std::string sections = "[dependencies]\na = \"1\"\n";
  for (const std::string name : {"f", "b", "d"}) {
    sections += "[[bin]]\nname = \"x" + name + "\"\npath = \"src/bin/" + name + ".rs\"\n";
    sections += "[[test]]\nname = \"y" + name + "\"\npath = \"src/bin/" + name + ".rs\"\n";
  }
  add_package(tree, ".", sections, files);
  const auto first = open_skeleton(tree);
  for (int i = 0; i < 5; ++i) CHECK(open_skeleton(tree) == first);
  // Each at its real place, also those that share one.
  std::map<std::string, std::string> of_targets;
  for (const auto& target : first.manifests[0].targets) {
    of_targets[target.path] += (of_targets[target.path].empty() ? "" : " ") + target.name;
    CHECK(tree.is_file("/w/" + target.path));
  }
  CHECK(of_targets["src/bin/a.rs"] == "a");
  CHECK(of_targets["src/bin/b.rs"] == "xb yb");
  CHECK(of_targets["tests/b.rs"] == "b");
}

TEST_CASE("chef: a single package and a virtual workspace give their manifests and the lock") {
  auto alone = tiny_workspace({});
  add_package(alone, ".", "", {"src/main.rs"});
  CHECK(paths(open_skeleton(alone)) == "Cargo.toml");
  CHECK(has(open_skeleton(alone).lock_file, "version = 3"));

  auto tree = virtual_workspace({});
  add_package(tree, "app", "", {"src/main.rs"});
  add_package(tree, "plugin", "[lib]\ncrate-type = [\"cdylib\"]\n");
  const auto skeleton = open_skeleton(tree);
  CHECK(paths(skeleton) == "Cargo.toml app/Cargo.toml plugin/Cargo.toml");
  CHECK(has(skeleton.manifests[2].contents, "crate-type = [\"cdylib\"]"));
}

TEST_CASE("chef: lints are in no manifest") {
  auto tree =
      virtual_workspace({}, "resolver = \"2\"\n[workspace.lints.rust]\nunused = \"deny\"\n");
  add_package(tree, "app", "[lints]\nworkspace = true\n", {"src/main.rs"});
  const auto skeleton = open_skeleton(tree);
  // A member that is laid over it can inherit, and gets none.
  CHECK(skeleton.manifests[0].contents.ends_with("\n[workspace.lints]\n"));
  for (const auto& manifest : skeleton.manifests) CHECK_FALSE(has(manifest.contents, "unused"));
  CHECK_FALSE(has(skeleton.manifests[1].contents, "lints"));
}

TEST_CASE("chef: versions of local packages are in no manifest and no lock file") {
  auto tree =
      virtual_workspace({"either"}, "resolver = \"2\"\n[workspace.package]\nversion = \"3.2.1\"\n");
  tree.write("/w/project-a/Cargo.toml",
             R"([package]
name = "project-a"
version.workspace = true

[dependencies]
project_b = { path = "../project_b", version = "1.2.3" }
either = "1"
c = { package = "project_b", path = "../project_b", version = "1.2.3" }
)");
  add_file(tree, "/w/project-a/src/main.rs", "");
  add_package_named(tree, "project_b", "project_b 1.2.3");
  lock_packages(tree, {"project-a 3.2.1: either project_b", "project_b 1.2.3"});
  const auto skeleton = open_skeleton(tree);
  for (const std::string version : {"3.2.1", "1.2.3"}) {
    CHECK_FALSE(has(skeleton.lock_file, version));
    for (const auto& manifest : skeleton.manifests) CHECK_FALSE(has(manifest.contents, version));
  }
  CHECK(has(skeleton.lock_file, "name = \"either\"\nversion = \"1.0.0\""));
  for_command(tree, "build --locked");
}

TEST_CASE("chef: a local package and an external one of the same name are told apart") {
  struct Row {
    std::string dependencies;
    std::string locked;
    std::string requests;
  };
  for (const auto& row : std::vector<Row>{
           // The external one is below another.
           {"either = { path = \"../either\", version = \"5.5.5\" }\nitertools = \"1\"\n",
            "either@5.5.5 itertools", "itertools"},
           // Both are asked for, the local one by another name.
           {R"(either = "=1.0.0"
itertools = "1"
near = { package = "either", path = "../either" }
)",
            "either@1.0.0 either@5.5.5 itertools", "either itertools"}}) {
    CAPTURE(row.dependencies);
    auto tree = virtual_workspace({"either", "itertools 1.0.0: either@1.0.0"});
    add_package(tree, "app", "[dependencies]\n" + row.dependencies, {"src/main.rs"});
    add_package_named(tree, "either", "either 5.5.5");
    lock_packages(tree, {"app 0.1.0: " + row.locked, "either 5.5.5"});
    const auto recipe = for_command(tree, "build --locked");
    CHECK(SkeletonView(recipe.commands[0].skeleton).table("root", "dependencies") == row.requests);
    CHECK(has(open_skeleton(tree).lock_file, "name = \"either\"\nversion = \"1.0.0\""));
  }
}

TEST_CASE("chef: what members inherit is in the root manifest, with versions masked") {
  auto tree = virtual_workspace({"a", "b", "c"}, R"(resolver = "2"
[workspace.package]
version = "3.2.1"
edition = "2021"
description = "unused"
[workspace.dependencies]
a = "1"
b = { version = "1", default-features = false }
c = "1"
near = { path = "near", version = "1.2.3" }
far = { path = "../far" }
)");
  tree.write("/w/app/Cargo.toml",
             R"([package]
name = "app"
version.workspace = true
edition.workspace = true
[dependencies]
a.workspace = true
near.workspace = true
far.workspace = true
[dev-dependencies]
b.workspace = true
)");
  add_file(tree, "/w/app/src/main.rs", "");
  add_package_named(tree, "near", "near 1.2.3");
  add_file(tree, "/far/Cargo.toml", "[package]\nname = \"far\"\nversion = \"1.0.0\"\n");
  add_file(tree, "/far/src/lib.rs", "");
  lock_packages(tree, {"app 3.2.1: a b far near", "near 1.2.3", "far 1.0.0"});
  const auto root = open_skeleton(tree).manifests.at(1).contents;
  CAPTURE(root);
  CHECK(root.ends_with(R"(
[workspace.dependencies]
a = "1"

[workspace.dependencies.b]
default-features = false
version = "1"

[workspace.dependencies.near]
path = "near"

[workspace.package]
edition = "2021"
version = "0.0.0+larder"
)"));
}

TEST_CASE("chef: what only sources can tell of a package is in its manifest") {
  auto tree = tiny_workspace({});
  add_package(tree, ".", R"([[test]]
name = "bare"
harness = false
edition = "2018"
[[bin]]
name = "far"
path = "../far.rs"
)",
              {"src/main.rs", "tests/bare.rs", "gen.rs"});
  replace(tree, "/w/Cargo.toml", "version = \"0.1.0\"",
          R"(version = "0.1.0"
description = "An app"
build = "gen.rs"
authors = ["Me"])");
  add_file(tree, "/far.rs", "");
  const auto manifest = open_skeleton(tree).manifests.at(0);
  CHECK(
      has(manifest.contents, "build = \"gen.rs\"\nauthors = [\"Me\"]\ndescription = \"An app\"\n"));
  CHECK(has(manifest.contents, "path = \"tests/bare.rs\"\nharness = false\nedition = \"2018\"\n"));
  // What cannot lie in the skeleton has a place of no meaning.
  CHECK(has(manifest.contents, "name = \"far\"\npath = \"larder-stubs/"));
}

TEST_CASE("chef: both forms of the toolchain file keep their name and what they say") {
  for (const auto& [name, text] : std::map<std::string, std::string>{
           {"rust-toolchain", "1.80.0\n"},
           {"rust-toolchain.toml", "[toolchain]\nchannel = \"1.80.0\"\n"}}) {
    auto tree = tiny_workspace({});
    add_package(tree, ".", "", {"src/main.rs"});
    add_file(tree, "/w/" + name, text);
    const auto toolchain = open_skeleton(tree).toolchain.value();
    CHECK(toolchain.name == name);
    CHECK(toolchain.contents == text);
  }
}

TEST_CASE("chef: members in nested directories and by patterns, all of them and one by one") {
  auto tree = tiny_workspace({});
  tree.write("/w/Cargo.toml",
             "[workspace]\nmembers = [\"crates/*\", \"tools/deep/one\", \"outsider\"]\n");
  for (const std::string directory : {"crates/a", "crates/b", "tools/deep/one", "outsider"})
    add_package(tree, directory, "", {"src/main.rs"});
  CHECK(paths(open_skeleton(tree)) ==
        "Cargo.toml crates/a/Cargo.toml crates/b/Cargo.toml outsider/Cargo.toml "
        "tools/deep/one/Cargo.toml");
  for (const std::string directory : {"crates/a", "tools/deep/one", "outsider"}) {
    const auto name = directory.substr(directory.rfind('/') + 1);
    const auto skeleton = open_skeleton(tree, name);
    CHECK(paths(skeleton) == "Cargo.toml " + directory + "/Cargo.toml");
    CHECK(has(skeleton.manifests[0].contents, "members = [\"" + directory + "\"]\n"));
  }
}

TEST_CASE("chef: vendored packages are no part of the recipe") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n", {"src/main.rs"});
  add_file(tree, "/w/.cargo/config.toml",
           R"([source.crates-io]
replace-with = "vendored"
[source.vendored]
directory = "vendor"
)");
  add_file(tree, "/w/vendor/a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n");
  add_file(tree, "/w/vendor/a/src/lib.rs", "");
  const auto skeleton = open_skeleton(tree);
  CHECK(paths(skeleton) == "Cargo.toml");
  CHECK(has(skeleton.config_file.value(), "directory = \"vendor\""));
}

TEST_CASE("chef: of renamed workspace dependencies those in use are in the recipe") {
  auto tree = virtual_workspace({"a", "b"}, R"(resolver = "2"
[workspace.dependencies]
used = { package = "a", version = "1" }
unused = { package = "b", version = "1" }
)");
  add_package(tree, "app", "[dependencies]\nused = { workspace = true }\n", {"src/main.rs"});
  const auto skeleton = open_skeleton(tree, "app");
  CHECK(has(skeleton.manifests[1].contents, R"(used = { package = "a", version = "=1.0.0" })"));
  for (const auto& manifest : skeleton.manifests) CHECK_FALSE(has(manifest.contents, "\"b\""));
  CHECK_FALSE(has(skeleton.lock_file, "name = \"b\""));
}

TEST_CASE("chef: a member without a version, and one with it on the command line") {
  auto tree = tiny_workspace({"a"});
  tree.write("/w/Cargo.toml", "[package]\nname = \"app\"\n\n[dependencies]\na = \"1\"\n");
  add_file(tree, "/w/src/main.rs", "");
  lock_packages(tree, {"app 0.0.0: a"});
  for_command(tree, "build --locked");
  for_command(tree, "build -p app@0.0.0");
}

TEST_CASE("chef: with --bin the lock file is up to date for --locked") {
  auto tree = virtual_workspace({"a", "b"});
  add_package(tree, "app", "[dependencies]\na = \"1\"\noutside = { path = \"../../outside\" }\n",
              {"src/main.rs"});
  add_file(tree, "/outside/Cargo.toml",
           "[package]\nname = \"outside\"\n\n[dev-dependencies]\nb = \"1\"\n");
  add_file(tree, "/outside/src/lib.rs", "");
  add_package(tree, "other", "[dependencies]\nb = \"1\"\n");
  lock_packages(tree, {"app 0.1.0: a outside", "outside 0.0.0", "other 0.1.0: b"});
  CHECK_NOTHROW(derive_later(derive_open(tree, "/w", "app"), "build --locked"));
}

TEST_CASE("chef: what an inherited dependency says of default features is not lost") {
  auto tree = virtual_workspace({"a"}, R"(resolver = "2"
[workspace.dependencies]
a = { version = "1", default-features = false }
)");
  add_package(tree, "app", "[dependencies]\na = { workspace = true, default-features = true }\n",
              {"src/main.rs"});
  const auto recipe = for_command(tree, "build");
  const SkeletonView view(recipe.commands[0].skeleton);
  CHECK(view.table("features", "dependencies") == "a[default]");
}

TEST_CASE("chef: recipes of cargo-chef give what the workspaces themselves give") {
  const std::map<std::string, std::vector<std::string>> versions{
      // One of each form that they had; the last is that of 0.1.76 to 0.1.78.
      {"/single", {"0.1.61/", "0.1.64/", "0.1.67/", "0.1.69/", "0.1.71/", ""}},
      {"/shop", {""}}};
  for (const auto& sample : {shop, single}) {
    for (const std::string command :
         {"build", "build --release --locked", "check --workspace --all-targets",
          "test --workspace --all-features", "clippy --no-default-features"}) {
      CAPTURE(sample.root);
      CAPTURE(command);
      const auto expected = recipe_bytes(sample.load(), sample.root, command);
      for (const auto& version : versions.at(sample.root)) {
        CAPTURE(version);
        const auto theirs = recipe_of_chef(version + sample.root.substr(1));
        REQUIRE(theirs);
        const auto later = recipe::derive_from(*theirs, request_for(sample.root, command));
        CHECK(first_difference(expected, recipe::write(later)) == "");
      }
    }
  }
}

TEST_CASE("chef: recipes of cargo-chef before 0.1.61 are refused, and it says what to do") {
  for (const std::string version : {"0.1.40", "0.1.50", "0.1.60"}) {
    CAPTURE(version);
    try {
      recipe_of_chef(version + "/till");
      FAIL_CHECK("it is read");
    } catch (const Error& error) {
      CHECK(error.id() == "recipe-format");
      CHECK(has(error.render(), "make the recipe again with this program"));
    }
  }
}

}  // namespace larder::test
