#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// What packages may change without a trace in the recipe: everything that cannot change an external
// unit of the command. Where the name ends in (cargo-chef), something of it changes
// cargo-chef's recipe (0.1.77).

namespace larder::test {

namespace {

/// Adds keys to the `[package]` table of a member of the shop.
void add_keys(MemoryTree& tree, const std::string& package, const std::string& keys) {
  const auto name = "name = \"" + package + "\"\n";
  replace(tree, shop_manifest(package), name, name + keys);
}
}  // namespace

TEST_CASE("unchanged: sources are edited") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    append(tree, "/shop/crates/shop-core/src/lib.rs", "\npub fn more() {}\n");
    append(tree, "/shop/crates/shop-macros/src/lib.rs", "\n// more\n");
    append(tree, "/shop/crates/shop-api/src/main.rs", "\n// more\n");
    add_file(tree, "/shop/crates/shop-core/src/more.rs", "pub fn more() {}\n");
  });
  unchanged(single, all_commands, [](MemoryTree& tree) {
    append(tree, "/single/build.rs", "\n// more\n");
    append(tree, "/single/src/main.rs", "\n// more\n");
    add_file(tree, "/single/src/more.rs", "pub fn more() {}\n");
  });
}

TEST_CASE("unchanged: order of keys, tables and list items (cargo-chef)") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-api"),
            R"(serde = { workspace = true, features = ["derive", "std"] })",
            R"(serde = { features = ["std", "derive"], workspace = true })");
    replace(tree, shop_manifest("shop-net"), "httparse = \"1.8\"\n", "");
    replace(tree, shop_manifest("shop-net"), "percent-encoding = \"2.2\"\n",
            "percent-encoding = \"2.2\"\nhttparse = \"1.8\"\n");
    replace(tree, shop_manifest("shop-store"),
            R"([target.'cfg(unix)'.dependencies]
libc = { version = "0.2.137", default-features = false }
)",
            "");
    append(tree, shop_manifest("shop-store"),
           R"(
[target.'cfg(unix)'.dependencies]
libc = { default-features = false, version = "0.2.137" }
)");
    replace(tree, shop_manifest("shop-core"), R"(default = ["std", "inline-lines"])",
            R"(default = ["inline-lines", "std"])");
  });
  const std::string first = "[[test]]\nname = \"store\"\npath = \"tests/store.rs\"\n";
  const std::string second = "[[test]]\nname = \"again\"\npath = \"tests/store.rs\"\n";
  auto before = shop.load();
  auto after = before;
  append(before, shop_manifest("shop-store"), "\n" + first + "\n" + second);
  append(after, shop_manifest("shop-store"), "\n" + second + "\n" + first);
  for (const auto& command : shop_commands) {
    CAPTURE(command);
    CHECK(recipe_bytes(before, shop.root, command) == recipe_bytes(after, shop.root, command));
  }
}

TEST_CASE("unchanged: every kind of package metadata (cargo-chef)") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-api"), "description = \"The shop's server\"",
            "description = \"Serves the shop\"\nkeywords = [\"shop\"]\nauthors = [\"A. Keeper\"]");
    replace(tree, shop_root, "license = \"MIT OR Apache-2.0\"", "license = \"MIT\"");
    replace(tree, shop_root, "rust-version = \"1.63\"", "rust-version = \"1.64\"");
    append(tree, shop_manifest("shop-net"), "\n[package.metadata.docs.rs]\nall-features = true\n");
    append(tree, shop_root, "\n[workspace.metadata.release]\nsign = true\n");
  });
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    add_keys(tree, "shop-net",
             R"(authors = ["A. Keeper"]
keywords = ["shop"]
categories = ["network-programming"]
readme = "../../README.md"
repository = "https://example.org/shop"
homepage = "https://example.org"
documentation = "https://docs.example.org"
include = ["src"]
)");
    add_keys(tree, "shop-store", "exclude = [\"tests\"]\nlicense-file = \"LICENSE\"\n");
    append(tree, shop_manifest("shop-net"),
           R"(
[badges]
maintenance = { status = "as-is" }

[package.metadata.deb]
name = "x"
)");
    replace(tree, "/shop/Cargo.toml", "publish = false", "publish = [\"private\"]");
    replace(tree, "/shop/Cargo.toml", "rust-version = \"1.63\"", "rust-version = \"1.70\"");
  });
}

TEST_CASE("unchanged: lints") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    append(tree, shop_root, "\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n");
    append(tree, shop_manifest("shop-core"), "\n[lints]\nworkspace = true\n");
  });
}

TEST_CASE("unchanged: target files are added, renamed and deleted (cargo-chef)") {
  unchanged(shop, {"build", "build --release", "check", "build -p shop-net"}, [](MemoryTree& tree) {
    add_file(tree, "/shop/crates/shop-net/tests/parse.rs", "");
    add_file(tree, "/shop/crates/shop-net/examples/parse.rs", "fn main() {}\n");
    add_file(tree, "/shop/crates/shop-net/benches/parse.rs", "");
  });
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    add_file(tree, "/shop/crates/shop-worker/src/bin/more.rs", "fn main() {}\n");
    add_file(tree, "/shop/crates/shop-worker/tests/more.rs", "");
  });
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    tree.remove("/shop/crates/shop-store/tests/store.rs");
    add_file(tree, "/shop/crates/shop-store/tests/journal.rs", "");
    tree.remove("/shop/crates/shop-catalog/examples/list.rs");
    add_file(tree, "/shop/crates/shop-catalog/examples/all.rs", "fn main() {}\n");
  });
  unchanged(shop, build_commands, [](MemoryTree& tree) {
    tree.remove("/shop/crates/shop-store/tests/store.rs");
    tree.remove("/shop/crates/shop-catalog/examples/list.rs");
  });
  unchanged(shop, shop_commands,
            [](MemoryTree& tree) { add_file(tree, "/shop/crates/shop-store/tests/more.rs", ""); });
}

TEST_CASE("unchanged: an edge between local packages that asks for nothing new") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-worker"), "shop-store = { workspace = true }",
            "shop-store = { workspace = true }\nshop-macros.workspace = true");
    lock_edge(tree, shop_lock, "shop-worker", "shop-macros");
  });
  unchanged(shop, {"build", "build --release", "test --workspace"},
            replacing(shop_manifest("shop-worker"), "shop-store = { workspace = true }",
                      "shop-store = { workspace = true }\nshop-net.workspace = true"));
}

TEST_CASE(
    "unchanged: benches and development dependencies, for commands without them (cargo-chef)") {
  unchanged(shop, {"build", "build --release --locked", "check", "build -p shop-net"},
            [](MemoryTree& tree) {
              append(tree, shop_manifest("shop-net"),
                     "\n[dev-dependencies]\nhex-literal = \"0.4\"\n");
              lock_dependency(tree, shop_lock, "shop-net", "hex-literal", "0.4.1");
            });
  unchanged(shop, build_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-core"), "fastrand = \"1.8\"\n", "");
    replace(tree, shop_manifest("shop-core"), "[[bench]]\nname = \"money\"\nharness = false\n", "");
  });
}

TEST_CASE("unchanged: another member's change, with -p") {
  unchanged(shop,
            {"build -p shop-worker", "test -p shop-worker", "check --all-targets -p shop-net"},
            [](MemoryTree& tree) {
              replace(tree, shop_manifest("xtask"), "pico-args = \"0.5\"", "lexopt = \"0.3\"");
              lock_dependency(tree, shop_lock, "xtask", "lexopt", "0.3.0");
              replace(tree, shop_manifest("shop-api"), "default = [\"logging\"]", "default = []");
            });
}

TEST_CASE("unchanged: a local package is moved and renamed, for commands that do not name it") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    move_directory(tree, "/shop/crates/shop-net", "/shop/libs/http");
    replace(tree, "/shop/libs/http/Cargo.toml", "name = \"shop-net\"", "name = \"shop-http\"");
    replace(tree, shop_root, "members = [\"crates/*\"]", R"(members = ["crates/*", "libs/http"])");
    replace(tree, shop_root, "    \"crates/shop-net\",\n", "    \"libs/http\",\n");
    replace(tree, shop_root, "shop-net = { path = \"crates/shop-net\"",
            "shop-http = { path = \"libs/http\"");
    replace(tree, shop_manifest("shop-api"), "shop-net = {", "shop-http = {");
    replace_all(tree, shop_lock, "\"shop-net\"", "\"shop-http\"");
  });
}

TEST_CASE("unchanged: a dependency is called by another name") {
  unchanged(shop, shop_commands,
            replacing(shop_manifest("shop-net"), "percent-encoding = \"2.2\"",
                      R"(percent = { package = "percent-encoding", version = "2.2" })"));
}

TEST_CASE("unchanged: a version alone or in a table") {
  unchanged(single, all_commands, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "anyhow = \"1.0.70\"",
            "anyhow = { version = \"1.0.70\", default-features = true }");
    replace(tree, "/single/Cargo.toml", "[dev-dependencies]",
            "[dependencies.itoa]\nversion = \"1\"\noptional = true\n\n[dev-dependencies]");
  });
}

TEST_CASE("unchanged: inherited from the workspace or spelled out") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-api"), "anyhow.workspace = true", "anyhow = \"1.0.70\"");
    replace(tree, shop_manifest("shop-api"),
            R"(serde = { workspace = true, features = ["derive", "std"] })",
            "serde = { version = \"1.0.150\", default-features = false, features = [\"std\", "
            "\"derive\"] }");
    replace(tree, shop_manifest("shop-catalog"),
            "shop-core = { workspace = true, features = [\"std\"] }",
            "shop-core = { path = \"../shop-core\", default-features = false, features = "
            "[\"std\"] }");
    replace(tree, shop_manifest("shop-core"), "edition.workspace = true", "edition = \"2021\"");
  });
}

TEST_CASE("unchanged: features that turn on nothing external (cargo-chef)") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-net"), "[dependencies]\n",
            R"(color = ["dep:termcolor"]

[dependencies]
termcolor = { version = "1.2", optional = true }
)");
    lock_dependency(tree, shop_lock, "shop-net", "termcolor", "1.2.0");
  });
  unchanged(shop, shop_commands,
            replacing(shop_manifest("shop-store"), "[features]\n",
                      "[features]\nfast = [\"faster\"]\nfaster = [\"shop-core/inline-lines\"]\n"));
  // Turned on, and leading to nothing external.
  unchanged(shop, shop_commands,
            replacing(shop_manifest("shop-store"), "default = [\"snapshot\"]",
                      "default = [\"snapshot\", \"local\"]\nlocal = []"));
}

TEST_CASE("unchanged: a platform condition written in another way") {
  unchanged(shop, shop_commands,
            replacing(shop_manifest("shop-store"), "[target.'cfg(unix)'.dependencies]",
                      "[target.'cfg( all( unix ) )'.dependencies]"));
}

TEST_CASE("unchanged: edition, default-run, and flags of targets (cargo-chef)") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, "/shop/Cargo.toml", "edition = \"2021\"", "edition = \"2018\"");
    add_keys(tree, "shop-worker", "default-run = \"shop-worker\"\n");
    append(tree, shop_manifest("shop-net"),
           "\n[lib]\ndoctest = false\nbench = false\nname = \"net\"\n");
    append(tree, shop_manifest("shop-store"), "\n[[test]]\nname = \"store\"\nharness = false\n");
  });
}

TEST_CASE("unchanged: crate types of a local library, without link-time optimisation") {
  unchanged(shop, {"build", "test", "test --workspace"},
            appending(shop_manifest("shop-net"), "\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n"));
}

TEST_CASE("unchanged: a dependency of the workspace that nobody uses (cargo-chef)") {
  unchanged(shop, shop_commands,
            replacing("/shop/Cargo.toml", "anyhow = \"1.0.70\"\n",
                      "anyhow = \"1.0.70\"\nunused = { version = \"7\", features = [\"all\"] }\n"));
}

TEST_CASE("unchanged: the version of an excluded path crate (cargo-chef)") {
  const auto tree_with = [](const std::string& version) {
    auto tree = tiny_workspace({"a"});
    add_file(tree, "/w/Cargo.toml",
             "[workspace]\nmembers = [\"app\"]\nexclude = [\"aside\"]\nresolver = \"2\"\n");
    add_package(tree, "app", "[dependencies]\naside = { path = \"../aside\" }\n", {"src/main.rs"});
    add_file(tree, "/w/aside/Cargo.toml",
             "[package]\nname = \"aside\"\nversion = \"" + version +
                 "\"\n\n[dependencies]\na = \"1\"\n");
    add_file(tree, "/w/aside/src/lib.rs", "");
    return tree;
  };
  CHECK(recipe_bytes(tree_with("0.1.0"), "/w", "build") ==
        recipe_bytes(tree_with("0.9.0"), "/w", "build"));
}

}  // namespace larder::test
