#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// What changes cargo-chef's recipe (0.1.77) although nothing external is compiled in another way,
// row by row; the rows that are not here are in recipe_unchanged_test.cpp. And what reaches the
// units and leaves cargo-chef's recipe alone, as far as it lies in the tree.

namespace larder::testing {

namespace {

std::string manifest(const std::string& package) {
  return "/shop/crates/" + package + "/Cargo.toml";
}

/// Adds keys to the `[package]` table of a member of the shop.
void add_keys(MemoryTree& tree, const std::string& package, const std::string& keys) {
  const auto name = "name = \"" + package + "\"\n";
  replace(tree, manifest(package), name, name + keys);
}

}  // namespace

TEST_CASE("needless: target files are added, renamed and deleted") {
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
}

TEST_CASE("needless: every kind of package metadata") {
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
    append(tree, manifest("shop-net"),
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

TEST_CASE("needless: features of local packages alone") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-store"), "[features]\n",
            "[features]\nfast = [\"faster\"]\nfaster = [\"shop-core/inline-lines\"]\n");
  });
  // Turned on, and leading to nothing external.
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-store"), "default = [\"snapshot\"]",
            "default = [\"snapshot\", \"local\"]\nlocal = []");
  });
}

TEST_CASE("needless: edition, default-run, and flags of targets") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, "/shop/Cargo.toml", "edition = \"2021\"", "edition = \"2018\"");
    add_keys(tree, "shop-worker", "default-run = \"shop-worker\"\n");
    append(tree, manifest("shop-net"), "\n[lib]\ndoctest = false\nbench = false\nname = \"net\"\n");
    append(tree, manifest("shop-store"), "\n[[test]]\nname = \"store\"\nharness = false\n");
  });
  // Without link-time optimisation: see the recipes that change for the other case.
  unchanged(shop, {"build", "test --workspace"}, [](MemoryTree& tree) {
    append(tree, manifest("shop-net"), "\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n");
  });
}

TEST_CASE("needless: order of target tables") {
  const std::string first = "[[test]]\nname = \"store\"\npath = \"tests/store.rs\"\n";
  const std::string second = "[[test]]\nname = \"again\"\npath = \"tests/store.rs\"\n";
  auto before = shop.load();
  auto after = before;
  append(before, manifest("shop-store"), "\n" + first + "\n" + second);
  append(after, manifest("shop-store"), "\n" + second + "\n" + first);
  for (const auto& command : shop_commands) {
    CAPTURE(command);
    CHECK(recipe_bytes(before, shop.root, command) == recipe_bytes(after, shop.root, command));
  }
}

TEST_CASE("needless: a dependency of the workspace that nobody uses") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, "/shop/Cargo.toml", "anyhow = \"1.0.70\"\n",
            "anyhow = \"1.0.70\"\nunused = { version = \"7\", features = [\"all\"] }\n");
  });
}

TEST_CASE("needless: benches and development dependencies, in a plain build") {
  unchanged(shop, build_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-core"), "fastrand = \"1.8\"\n", "");
    replace(tree, manifest("shop-core"), "[[bench]]\nname = \"money\"\nharness = false\n", "");
  });
}

TEST_CASE("needless: the version of an excluded path crate") {
  const auto tree_with = [](const std::string& version) {
    auto tree = tiny_workspace({"a"});
    add_file(tree, "/w/Cargo.toml",
             "[workspace]\nmembers = [\"app\"]\nexclude = [\"aside\"]\nresolver = \"2\"\n");
    add_package(tree, "app", "app", "[dependencies]\naside = { path = \"../aside\" }\n",
                {"src/main.rs"});
    add_file(tree, "/w/aside/Cargo.toml",
             "[package]\nname = \"aside\"\nversion = \"" + version +
                 "\"\n\n[dependencies]\na = \"1\"\n");
    add_file(tree, "/w/aside/src/lib.rs", "");
    return tree;
  };
  CHECK(recipe_bytes(tree_with("0.1.0"), "/w", "build") ==
        recipe_bytes(tree_with("0.9.0"), "/w", "build"));
}

TEST_CASE("needed: a config file that another one includes") {
  const auto tree_with = [](const std::string& flags) {
    auto tree = shop.load();
    append(tree, "/shop/.cargo/config.toml", "");
    replace(tree, "/shop/.cargo/config.toml", "[alias]\n",
            "include = [\"flags.toml\"]\n\n[alias]\n");
    add_file(tree, "/shop/.cargo/flags.toml", "[build]\nrustflags = [" + flags + "]\n");
    return tree;
  };
  CHECK(recipe_bytes(tree_with("\"-Cdebuginfo=1\""), shop.root, "build") !=
        recipe_bytes(tree_with("\"-Cdebuginfo=2\""), shop.root, "build"));
}

TEST_CASE("needed: config and toolchain file above the directory that prepare runs in") {
  const std::string member = "/shop/crates/shop-net";
  const auto recipe_with = [&](const std::function<void(MemoryTree&)>& change) {
    auto tree = shop.load();
    change(tree);
    return recipe_bytes(tree, member, "build");
  };
  const auto before = recipe_with([](MemoryTree&) {});
  CHECK(before != recipe_with([](MemoryTree& tree) {
          append(tree, "/shop/.cargo/config.toml", "\n[build]\nrustflags = [\"-Cdebuginfo=1\"]\n");
        }));
  CHECK(before != recipe_with([](MemoryTree& tree) {
          add_file(tree, "/shop/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n");
        }));
}

}  // namespace larder::testing
