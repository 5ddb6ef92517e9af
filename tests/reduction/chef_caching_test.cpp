#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>

#include "tiny_workspace.hpp"

// The cases of cargo-chef's own suite about recipes (tests/caching, 0.1.77), made anew. Where ours
// leave the recipe alone although cargo-chef's changes, the case says so. Those that need a
// compiler are in tests/e2e/chef_caching_test.cpp.

namespace larder::test {

namespace {

/// As the workspaces of that suite: virtual, resolver 3.
MemoryTree workspace(const std::vector<std::string>& externals,
                     const std::string& root = "resolver = \"3\"\n") {
  auto tree = tiny_workspace(externals);
  add_virtual_root(tree, root);
  return tree;
}

struct Outcome {
  std::string before;
  std::string after;
};

Outcome recipes(MemoryTree tree, const std::string& command,
                const std::function<void(MemoryTree&)>& change) {
  Outcome out;
  out.before = recipe_bytes(tree, "/w", command);
  const auto files = tree.files();
  change(tree);
  if (files == tree.files()) throw std::logic_error("the change changes nothing");
  out.after = recipe_bytes(tree, "/w", command);
  return out;
}

void check_changed(const MemoryTree& tree, const std::string& command,
                   const std::function<void(MemoryTree&)>& change) {
  const auto outcome = recipes(tree, command, change);
  CHECK(first_difference(outcome.before, outcome.after) != "");
}

void check_unchanged(const MemoryTree& tree, const std::string& command,
                     const std::function<void(MemoryTree&)>& change) {
  const auto outcome = recipes(tree, command, change);
  CHECK(first_difference(outcome.before, outcome.after) == "");
}

std::string manifest(const std::string& directory) {
  return "/w/" + directory + "/Cargo.toml";
}

/// app → mid → leaf, and one that has nothing to do with them.
MemoryTree chain() {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "app", "app",
              R"([[bin]]
name = "app_cli"
path = "src/main.rs"
[dependencies]
mid = { path = "../mid" }
)",
              {"src/main.rs"});
  add_package(tree, "mid", "mid", "[dependencies]\nleaf = { path = \"../leaf\" }\n",
              {"src/lib.rs"});
  add_package(tree, "leaf", "leaf", "[dependencies]\n", {"src/lib.rs"});
  add_package(tree, "other", "other", "[dependencies]\n", {"src/lib.rs"});
  return tree;
}

MemoryTree two_members() {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "a", "a", "[dependencies]\nitoa = \"1\"\nb = { path = \"../b\" }\n",
              {"src/lib.rs"});
  add_package(tree, "b", "b", "", {"src/lib.rs"});
  return tree;
}

void bump(MemoryTree& tree, const std::string& directory) {
  replace(tree, manifest(directory), "version = \"0.1.0\"", "version = \"9.9.9\"");
}

}  // namespace

TEST_CASE("chef: a member's dependency is added: changed") {
  check_changed(two_members(), "build", [](MemoryTree& tree) {
    replace(tree, manifest("a"), "[dependencies]\n", "[dependencies]\nryu = \"1\"\n");
  });
}

TEST_CASE("chef: a member's version: unchanged") {
  check_unchanged(two_members(), "build", [](MemoryTree& tree) { bump(tree, "b"); });
}

TEST_CASE("chef: an external dependency is updated in the lock file: changed") {
  auto tree = workspace({"itoa 1.0.10"});
  add_package(tree, "a", "a", "[dependencies]\nitoa = \"1\"\n", {"src/lib.rs"});
  check_changed(tree, "build",
                [](MemoryTree& changed) { replace(changed, "/w/Cargo.lock", "1.0.10", "1.0.17"); });
}

TEST_CASE("chef: the version of a local dependency and the requirement of it: unchanged") {
  auto tree = workspace({"itoa"});
  add_package(tree, "a", "a", "[dependencies]\nb = { path = \"../b\", version = \"0.1.0\" }\n",
              {"src/lib.rs"});
  add_package(tree, "b", "b", "[dependencies]\nitoa = \"1\"\n", {"src/lib.rs"});
  check_unchanged(tree, "build", [](MemoryTree& changed) {
    bump(changed, "b");
    replace(changed, manifest("a"), R"(path = "../b", version = "0.1.0")",
            R"(path = "../b", version = "9.9.9")");
  });
}

TEST_CASE("chef: an unrelated member gets a dependency, with --bin: unchanged") {
  // Theirs adds a dependency that the member has already; this one is new.
  check_unchanged(chain(), "build -p app --bin app_cli", [](MemoryTree& tree) {
    replace(tree, manifest("other"), "[dependencies]\n", "[dependencies]\nryu = \"1\"\n");
  });
}

TEST_CASE("chef: a member with a build script gets a dependency: changed") {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "a", "a", "[dependencies]\nitoa = \"1\"\n", {"src/lib.rs", "build.rs"});
  check_changed(tree, "build", [](MemoryTree& changed) {
    replace(changed, manifest("a"), "[dependencies]\n", "[dependencies]\nryu = \"1\"\n");
  });
}

TEST_CASE("chef: a feature of a dependency is added: changed") {
  auto tree = workspace({"serde"});
  add_package(tree, "a", "a", "[dependencies]\nserde = { version = \"1\" }\n", {"src/lib.rs"});
  check_changed(tree, "build", [](MemoryTree& changed) {
    replace(changed, manifest("a"), "{ version = \"1\" }",
            R"({ version = "1", features = ["derive"] })");
  });
}

TEST_CASE("chef: a member with a build script gets a build dependency: changed") {
  auto tree = workspace({"itoa", "ryu"});
  add_package(tree, "a", "a", "[build-dependencies]\nitoa = \"1\"\n", {"src/lib.rs", "build.rs"});
  check_changed(tree, "build", [](MemoryTree& changed) {
    replace(changed, manifest("a"), "[build-dependencies]\n",
            "[build-dependencies]\nryu = \"1\"\n");
  });
}

TEST_CASE("chef: a transitive local dependency of the selected binary: changed") {
  check_changed(chain(), "build --bin app_cli", [](MemoryTree& tree) {
    replace(tree, manifest("leaf"), "[dependencies]\n", "[dependencies]\nitoa = \"1\"\n");
  });
}

TEST_CASE("chef: the source of a transitive local dependency of the selected binary: unchanged") {
  check_unchanged(chain(), "build --bin app_cli", [](MemoryTree& tree) {
    append(tree, "/w/leaf/src/lib.rs", "pub fn more() {}\n");
  });
}

TEST_CASE("chef: a workspace dependency changes: only when somebody uses it") {
  auto tree = workspace({"itoa 1.0.0", "itoa 2.0.0", "ryu"},
                        "resolver = \"3\"\n[workspace.dependencies]\nitoa = \"1\"\n");
  add_package(tree, "a", "a", "[dependencies]\nitoa = { workspace = true }\n", {"src/lib.rs"});
  check_changed(tree, "build", [](MemoryTree& changed) {
    replace(changed, "/w/Cargo.toml", "itoa = \"1\"", "itoa = \"2\"");
  });
  // cargo-chef's suite expects a change here; nothing is compiled in another way.
  check_unchanged(tree, "build", [](MemoryTree& changed) {
    replace(changed, "/w/Cargo.toml", "itoa = \"1\"", "itoa = \"1\"\nryu = \"1\"");
  });
}

TEST_CASE("chef: the version of a local workspace dependency, renamed or not: unchanged") {
  for (const std::string key : {"b", "c"}) {
    auto tree =
        workspace({"itoa"}, "resolver = \"3\"\n[workspace.dependencies]\n" + key +
                                " = { package = \"b\", path = \"b\", version = \"0.1.0\" }\n");
    add_package(tree, "a", "a", "[dependencies]\n" + key + " = { workspace = true }\n",
                {"src/lib.rs"});
    add_package(tree, "b", "b", "[dependencies]\nitoa = \"1\"\n", {"src/lib.rs"});
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
    add_package(tree, "a", "a", "[" + row.table + "]\nitoa = \"1\"\n", {"src/lib.rs", "build.rs"});
    CAPTURE(row.table);
    CAPTURE(row.command);
    const auto change = [&](MemoryTree& changed) {
      append(changed, manifest("a"), "ryu = \"1\"\n");
    };
    row.changes ? check_changed(tree, row.command, change)
                : check_unchanged(tree, row.command, change);
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
