#include "recipe_table.hpp"

// What the workspace and the files around it may change without a trace in the recipe. Of packages:
// recipe_unchanged_test.cpp.

namespace larder::test {

TEST_CASE("unchanged: comments and formatting") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    append(tree, shop_root, "\n# The end.\n");
    replace(tree, shop_manifest("shop-net"), "httparse = \"1.8\"",
            "httparse   =   '1.8'   # small");
    replace(tree, shop_manifest("shop-core"), "std = [\"serde?/std\"]",
            "std = [\n    # if any\n    \"serde?/std\",\n]");
    append(tree, "/shop/.cargo/config.toml", "\n# The end.\n");
    replace(tree, "/shop/.cargo/config.toml", "SHOP_LABEL = \"larder-shop\"",
            "SHOP_LABEL   = 'larder-shop'");
  });
}

TEST_CASE("unchanged: line ends become those of Windows") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    for (const auto& path :
         {shop_root, shop_lock, shop_manifest("shop-core"), shop_manifest("shop-store")})
      replace_all(tree, path, "\n", "\r\n");
  });
}

TEST_CASE("unchanged: a member's version, the lock file not brought up to date") {
  unchanged(single, all_commands,
            replacing("/single/Cargo.toml", "version = \"0.3.1\"", "version = \"1.0.0\""));
  unchanged(shop, {"build", "test --workspace", "build -p xtask"}, [](MemoryTree& tree) {
    replace(tree, shop_manifest("xtask"), "version = \"0.0.0\"", "version = \"0.1.0\"");
    replace_all(tree, shop_root, "version = \"0.4.0\"", "version = \"0.5.0\"");
  });
}

TEST_CASE("unchanged: a member's version, the lock file brought up to date") {
  unchanged(single, {"build", "build --release --locked", "test --locked"}, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "version = \"0.3.1\"", "version = \"1.0.0\"");
    replace(tree, "/single/Cargo.lock", "name = \"wordtally\"\nversion = \"0.3.1\"",
            "name = \"wordtally\"\nversion = \"1.0.0\"");
  });
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("xtask"), "version = \"0.0.0\"", "version = \"0.1.0\"");
    replace(tree, shop_lock, "name = \"xtask\"\nversion = \"0.0.0\"",
            "name = \"xtask\"\nversion = \"0.1.0\"");
  });
}

TEST_CASE("unchanged: a new member that asks for nothing new") {
  const auto add_member = [](MemoryTree& tree) {
    add_file(tree, "/shop/crates/shop-extra/src/lib.rs", "");
    add_file(tree, shop_manifest("shop-extra"),
             R"([package]
name = "shop-extra"
version.workspace = true
edition.workspace = true

[dependencies]
anyhow.workspace = true
log.workspace = true
shop-core.workspace = true
)");
    append(tree, shop_lock,
           R"(
[[package]]
name = "shop-extra"
version = "0.4.0"
dependencies = [
 "anyhow",
 "log",
 "shop-core",
]
)");
  };
  unchanged(shop, shop_commands, add_member);
  unchanged(shop, shop_commands, [&](MemoryTree& tree) {
    add_member(tree);
    replace(tree, shop_root, "    \"crates/shop-core\",\n",
            "    \"crates/shop-core\",\n    \"crates/shop-extra\",\n");
  });
}

TEST_CASE("unchanged: a lock bump of a crate that the command does not reach") {
  unchanged(shop, {"build", "build --release", "test", "build -p shop-worker"},
            replacing(shop_lock, "name = \"walkdir\"\nversion = \"2.3.3\"",
                      "name = \"walkdir\"\nversion = \"2.4.0\""));
}

TEST_CASE("unchanged: the profile of another command") {
  unchanged(shop, {"build", "check --all-targets", "test"}, [](MemoryTree& tree) {
    replace(tree, shop_root, "lto = \"thin\"", "lto = \"fat\"\npanic = \"abort\"");
    replace(tree, shop_root, "strip = true", "strip = \"symbols\"");
  });
  unchanged(shop, {"build --release", "bench"}, [](MemoryTree& tree) {
    replace(tree, shop_root, "[profile.dev.build-override]\ndebug = 1",
            "[profile.dev.build-override]\ndebug = 2");
    replace(tree, shop_root, "strip = true", "strip = \"symbols\"");
  });
}

TEST_CASE("unchanged: profile settings that no external unit has") {
  unchanged(shop, {"build", "test"}, [](MemoryTree& tree) {
    replace(tree, shop_root, "[profile.dev.package.memchr]",
            "[profile.dev.package.shop-core]\nopt-level = 3\n\n[profile.dev.package.memchr]");
    append(tree, shop_root, "\n[profile.dev]\nincremental = false\n");
  });
}

TEST_CASE("unchanged: profile overrides and patches of crates that the command does not reach") {
  unchanged(shop, {"build", "test", "build -p shop-worker"}, [](MemoryTree& tree) {
    replace(tree, shop_root, "[profile.dev.package.memchr]",
            "[profile.dev.package.walkdir]\nopt-level = 3\n\n[profile.dev.package.memchr]");
    append(tree, shop_root,
           "\n[patch.crates-io]\nwalkdir = { git = \"https://example.org/walkdir\" }\n");
  });
  unchanged(shop, {"build -p shop-worker"},
            replacing(shop_root, "[profile.dev.package.memchr]\nopt-level = 2",
                      "[profile.dev.package.memchr]\nopt-level = 3"));
}

TEST_CASE("unchanged: the directory of the checkout") {
  for (const auto* sample : {&shop, &single}) {
    const auto elsewhere = load_directory(LARDER_FIXTURES "/" + sample->name, "/home/me/a b/ws");
    for (const auto& command : all_commands) {
      CAPTURE(command);
      CHECK(first_difference(recipe_bytes(sample->load(), sample->root, command),
                             recipe_bytes(elsewhere, "/home/me/a b/ws", command)) == "");
    }
  }
}

TEST_CASE("unchanged: the format version of the lock file") {
  unchanged(shop, shop_commands, replacing(shop_lock, "\nversion = 3\n", "\nversion = 4\n"));
}

TEST_CASE("unchanged: order of the entries of the lock file") {
  const std::string entry =
      R"([[package]]
name = "itoa"
version = "0.4.8"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "b71991ff56294aa922b450139ee08b3bfc70982c6b2c7562771375cf73542dd4"
)";
  unchanged(shop, shop_commands, [&](MemoryTree& tree) {
    replace(tree, shop_lock, entry + "\n", "");
    append(tree, shop_lock, "\n" + entry);
  });
}

TEST_CASE("unchanged: order and patterns of the list of members") {
  const std::string quoted =
      "\"crates/xtask\", \"crates/shop-worker\", \"crates/shop-testkit\", \"crates/shop-store\", "
      "\"crates/shop-net\", \"crates/shop-macros\", \"crates/shop-core\", "
      "\"crates/shop-catalog\", \"crates/shop-api\"";
  unchanged(shop, shop_commands,
            replacing(shop_root, "members = [\"crates/*\"]", "members = [" + quoted + "]"));
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_root, "    \"crates/shop-api\",\n", "");
    replace(tree, shop_root, "    \"crates/shop-worker\",\n",
            "    \"crates/shop-worker\",\n    \"crates/shop-api\",\n");
  });
}

TEST_CASE("unchanged: a requirement that the locked version satisfies as well") {
  unchanged(single, all_commands,
            replacing("/single/Cargo.toml", "anyhow = \"1.0.70\"", "anyhow = \">=1, <2\""));
}

TEST_CASE("unchanged: config keys that reach no external unit") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    append(tree, "/shop/.cargo/config.toml",
           R"(
[build]
jobs = 2
incremental = false

[term]
color = "never"

[net]

[target.x86_64-unknown-linux-gnu]
runner = "qemu"
)");
    replace(tree, "/shop/.cargo/config.toml", "xb = \"build --release\"",
            "xc = \"check --all-targets\"");
  });
}

TEST_CASE("unchanged: comments and order in the toolchain file") {
  const auto before = [] {
    auto tree = shop.load();
    tree.write("/shop/rust-toolchain.toml",
               "[toolchain]\nchannel = \"1.80\"\ncomponents = [\"clippy\", \"rustfmt\"]\n");
    return tree;
  }();
  auto after = before;
  after.write("/shop/rust-toolchain.toml",
              R"(# pinned
[toolchain]
components = [ "rustfmt", 'clippy' ]
channel = '1.80'
)");
  CHECK(recipe_bytes(before, shop.root, "build") == recipe_bytes(after, shop.root, "build"));
}

TEST_CASE("unchanged: resolver 2 or 3") {
  unchanged(shop, shop_commands, replacing(shop_root, "resolver = \"2\"", "resolver = \"3\""));
}

}  // namespace larder::test
