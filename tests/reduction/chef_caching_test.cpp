#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// The cases of cargo-chef's own suite about recipes (tests/caching, 0.1.77), made anew. Where ours
// leave the recipe alone although cargo-chef's changes, the case says so. Those that need a
// compiler are in tests/e2e/chef_caching_test.cpp.

namespace larder::test {

namespace {

/// As the workspaces of that suite: virtual, resolver 3.
MemoryTree workspace(const std::vector<std::string>& externals,
                     const std::string& root = "resolver = \"3\"\n") {
  auto tree = virtual_workspace(externals, root);
  return tree;
}

void check_changed(const MemoryTree& tree, const std::string& command, const Change& change) {
  check_recipes(tree, "/w", {command}, change, true);
}

void check_unchanged(const MemoryTree& tree, const std::string& command, const Change& change) {
  check_recipes(tree, "/w", {command}, change, false);
}

std::string manifest(const std::string& directory) {
  return "/w/" + directory + "/Cargo.toml";
}

/// app → mid → leaf, and one that has nothing to do with them.
MemoryTree chain() {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "app", R"([[bin]]
name = "app_cli"
path = "src/main.rs"
[dependencies]
mid = { path = "../mid" }
)",
              {"src/main.rs"});
  add_package(tree, "mid", "[dependencies]\nleaf = { path = \"../leaf\" }\n");
  add_package(tree, "leaf", "[dependencies]\n");
  add_package(tree, "other", "[dependencies]\n");
  return tree;
}

MemoryTree two_members() {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "a", "[dependencies]\nitoa = \"1\"\nb = { path = \"../b\" }\n");
  add_package(tree, "b");
  return tree;
}

void bump(MemoryTree& tree, const std::string& directory) {
  replace(tree, manifest(directory), "version = \"0.1.0\"", "version = \"9.9.9\"");
}

}  // namespace

TEST_CASE("chef: a member's dependency is added: changed") {
  check_changed(two_members(), "build",
                replacing(manifest("a"), "[dependencies]\n", "[dependencies]\nryu = \"1\"\n"));
}

TEST_CASE("chef: a member's version: unchanged") {
  check_unchanged(two_members(), "build", [](MemoryTree& tree) { bump(tree, "b"); });
}

TEST_CASE("chef: an external dependency is updated in the lock file: changed") {
  auto tree = workspace({"itoa 1.0.10"});
  add_package(tree, "a", "[dependencies]\nitoa = \"1\"\n");
  check_changed(tree, "build", replacing("/w/Cargo.lock", "1.0.10", "1.0.17"));
}

TEST_CASE("chef: the version of a local dependency and the requirement of it: unchanged") {
  auto tree = workspace({"itoa"});
  add_package(tree, "a", "[dependencies]\nb = { path = \"../b\", version = \"0.1.0\" }\n");
  add_package(tree, "b", "[dependencies]\nitoa = \"1\"\n");
  check_unchanged(tree, "build", [](MemoryTree& changed) {
    bump(changed, "b");
    replace(changed, manifest("a"), R"(path = "../b", version = "0.1.0")",
            R"(path = "../b", version = "9.9.9")");
  });
}

TEST_CASE("chef: an unrelated member gets a dependency, with --bin: unchanged") {
  // Theirs adds a dependency that the member has already; this one is new.
  check_unchanged(
      chain(), "build -p app --bin app_cli",
      replacing(manifest("other"), "[dependencies]\n", "[dependencies]\nryu = \"1\"\n"));
}

TEST_CASE("chef: a member with a build script gets a dependency: changed") {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "a", "[dependencies]\nitoa = \"1\"\n", {"src/lib.rs", "build.rs"});
  check_changed(tree, "build",
                replacing(manifest("a"), "[dependencies]\n", "[dependencies]\nryu = \"1\"\n"));
}

TEST_CASE("chef: a feature of a dependency is added: changed") {
  auto tree = workspace({"serde"});
  add_package(tree, "a", "[dependencies]\nserde = { version = \"1\" }\n");
  check_changed(tree, "build",
                replacing(manifest("a"), "{ version = \"1\" }",
                          R"({ version = "1", features = ["derive"] })"));
}

TEST_CASE("chef: a member with a build script gets a build dependency: changed") {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "a", "[build-dependencies]\nitoa = \"1\"\n", {"src/lib.rs", "build.rs"});
  check_changed(
      tree, "build",
      replacing(manifest("a"), "[build-dependencies]\n", "[build-dependencies]\nryu = \"1\"\n"));
}

TEST_CASE("chef: a transitive local dependency of the selected binary: changed") {
  check_changed(chain(), "build --bin app_cli",
                replacing(manifest("leaf"), "[dependencies]\n", "[dependencies]\nitoa = \"1\"\n"));
}

TEST_CASE("chef: the source of a transitive local dependency of the selected binary: unchanged") {
  check_unchanged(chain(), "build --bin app_cli",
                  appending("/w/leaf/src/lib.rs", "pub fn more() {}\n"));
}

TEST_CASE("chef: a workspace dependency changes: only when somebody uses it") {
  auto tree = workspace({"itoa 1.0.0", "itoa 2.0.0", "ryu"},
                        "resolver = \"3\"\n[workspace.dependencies]\nitoa = \"1\"\n");
  add_package(tree, "a", "[dependencies]\nitoa = { workspace = true }\n");
  check_changed(tree, "build", replacing("/w/Cargo.toml", "itoa = \"1\"", "itoa = \"2\""));
  // cargo-chef's suite expects a change here; nothing is compiled in another way.
  check_unchanged(tree, "build",
                  replacing("/w/Cargo.toml", "itoa = \"1\"", "itoa = \"1\"\nryu = \"1\""));
}

TEST_CASE("chef: the version of a local workspace dependency, renamed or not: unchanged") {
  for (const std::string key : {"b", "c"}) {
    auto tree =
        workspace({"itoa"}, "resolver = \"3\"\n[workspace.dependencies]\n" + key +
                                " = { package = \"b\", path = \"b\", version = \"0.1.0\" }\n");
    add_package(tree, "a", "[dependencies]\n" + key + " = { workspace = true }\n");
    add_package(tree, "b", "[dependencies]\nitoa = \"1\"\n");
    CAPTURE(key);
    check_unchanged(tree, "build", [](MemoryTree& changed) {
      bump(changed, "b");
      replace(changed, "/w/Cargo.toml", "version = \"0.1.0\"", "version = \"9.9.9\"");
    });
  }
}

TEST_CASE("chef: an external dependency in each kind of table: changed where it is compiled") {
  struct Row {
    std::string table;
    std::string command;
    bool changes;
  };
  for (const auto& row : std::vector<Row>{
           {"dependencies", "build", true},
           {"build-dependencies", "build", true},
           {"target.'cfg(unix)'.dependencies", "build", true},
           {"dev-dependencies", "test", true},
           // cargo-chef's recipe changes here too.
           {"dev-dependencies", "build", false},
       }) {
    auto tree = workspace({"itoa", "ryu"});
    add_package(tree, "a", "[" + row.table + "]\nitoa = \"1\"\n", {"src/lib.rs", "build.rs"});
    CAPTURE(row.table);
    CAPTURE(row.command);
    check_recipes(tree, "/w", {row.command}, appending(manifest("a"), "ryu = \"1\"\n"),
                  row.changes);
  }
}

TEST_CASE("chef: a workspace dependency for an unrelated member, with a binary: unchanged") {
  auto tree = chain();
  append(tree, "/w/Cargo.toml", "[workspace.dependencies]\nitoa = \"1\"\n");
  check_unchanged(tree, "build --bin app_cli", [](MemoryTree& changed) {
    append(changed, "/w/Cargo.toml", "ryu = \"1\"\n");
    replace(changed, manifest("other"), "[dependencies]\n",
            "[dependencies]\nryu = { workspace = true }\n");
  });
}

}  // namespace larder::test
