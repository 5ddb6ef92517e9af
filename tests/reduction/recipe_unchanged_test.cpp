#include "recipe_table.hpp"

// What must not reach the recipe: everything that cannot change an external unit of the command.

namespace larder::testing {

namespace {
const std::string lock = "/shop/Cargo.lock";
const std::string root = "/shop/Cargo.toml";
std::string manifest(const std::string& package) {
  return "/shop/crates/" + package + "/Cargo.toml";
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

TEST_CASE("unchanged: comments and formatting") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    append(tree, root, "\n# The end.\n");
    replace(tree, manifest("shop-net"), "httparse = \"1.8\"", "httparse   =   '1.8'   # small");
    replace(tree, manifest("shop-core"), "std = [\"serde?/std\"]",
            "std = [\n    # if any\n    \"serde?/std\",\n]");
    append(tree, "/shop/.cargo/config.toml", "\n# The end.\n");
    replace(tree, "/shop/.cargo/config.toml", "SHOP_LABEL = \"larder-shop\"",
            "SHOP_LABEL   = 'larder-shop'");
  });
}

TEST_CASE("unchanged: line ends become those of Windows") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    for (const auto& path : {root, lock, manifest("shop-core"), manifest("shop-store")})
      replace_all(tree, path, "\n", "\r\n");
  });
}

TEST_CASE("unchanged: order of keys, tables and list items") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-api"),
            R"(serde = { workspace = true, features = ["derive", "std"] })",
            R"(serde = { features = ["std", "derive"], workspace = true })");
    replace(tree, manifest("shop-net"), "httparse = \"1.8\"\n", "");
    replace(tree, manifest("shop-net"), "percent-encoding = \"2.2\"\n",
            "percent-encoding = \"2.2\"\nhttparse = \"1.8\"\n");
    replace(tree, manifest("shop-store"),
            R"([target.'cfg(unix)'.dependencies]
libc = { version = "0.2.137", default-features = false }
)",
            "");
    append(tree, manifest("shop-store"),
           R"(
[target.'cfg(unix)'.dependencies]
libc = { default-features = false, version = "0.2.137" }
)");
    replace(tree, manifest("shop-core"), R"(default = ["std", "inline-lines"])",
            R"(default = ["inline-lines", "std"])");
  });
}

TEST_CASE("unchanged: a member's version, the lock file not brought up to date") {
  unchanged(single, all_commands, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "version = \"0.3.1\"", "version = \"1.0.0\"");
  });
  unchanged(shop, {"build", "test --workspace", "build -p xtask"}, [](MemoryTree& tree) {
    replace(tree, manifest("xtask"), "version = \"0.0.0\"", "version = \"0.1.0\"");
    replace_all(tree, root, "version = \"0.4.0\"", "version = \"0.5.0\"");
  });
}

TEST_CASE("unchanged: a member's version, the lock file brought up to date") {
  unchanged(single, {"build", "build --release --locked", "test --locked"}, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "version = \"0.3.1\"", "version = \"1.0.0\"");
    replace(tree, "/single/Cargo.lock", "name = \"wordtally\"\nversion = \"0.3.1\"",
            "name = \"wordtally\"\nversion = \"1.0.0\"");
  });
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("xtask"), "version = \"0.0.0\"", "version = \"0.1.0\"");
    replace(tree, lock, "name = \"xtask\"\nversion = \"0.0.0\"",
            "name = \"xtask\"\nversion = \"0.1.0\"");
  });
}

TEST_CASE("unchanged: description and other package metadata") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-api"), "description = \"The shop's server\"",
            "description = \"Serves the shop\"\nkeywords = [\"shop\"]\nauthors = [\"A. Keeper\"]");
    replace(tree, root, "license = \"MIT OR Apache-2.0\"", "license = \"MIT\"");
    replace(tree, root, "rust-version = \"1.63\"", "rust-version = \"1.64\"");
    append(tree, manifest("shop-net"), "\n[package.metadata.docs.rs]\nall-features = true\n");
    append(tree, root, "\n[workspace.metadata.release]\nsign = true\n");
  });
}

TEST_CASE("unchanged: lints") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    append(tree, root, "\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n");
    append(tree, manifest("shop-core"), "\n[lints]\nworkspace = true\n");
  });
}

TEST_CASE("unchanged: a new test, example and bench, for commands that do not build them") {
  unchanged(shop, {"build", "build --release", "check", "build -p shop-net"}, [](MemoryTree& tree) {
    add_file(tree, "/shop/crates/shop-net/tests/parse.rs", "");
    add_file(tree, "/shop/crates/shop-net/examples/parse.rs", "fn main() {}\n");
    add_file(tree, "/shop/crates/shop-net/benches/parse.rs", "");
  });
}

TEST_CASE("unchanged: one more test of a package that is tested already") {
  unchanged(shop, shop_commands,
            [](MemoryTree& tree) { add_file(tree, "/shop/crates/shop-store/tests/more.rs", ""); });
}

TEST_CASE("unchanged: a new member that asks for nothing new") {
  const auto add_member = [](MemoryTree& tree) {
    add_file(tree, "/shop/crates/shop-extra/src/lib.rs", "");
    add_file(tree, manifest("shop-extra"),
             R"([package]
name = "shop-extra"
version.workspace = true
edition.workspace = true

[dependencies]
anyhow.workspace = true
log.workspace = true
shop-core.workspace = true
)");
    append(tree, lock,
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
    replace(tree, root, "    \"crates/shop-core\",\n",
            "    \"crates/shop-core\",\n    \"crates/shop-extra\",\n");
  });
}

TEST_CASE("unchanged: an edge between local packages that asks for nothing new") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-worker"), "shop-store = { workspace = true }",
            "shop-store = { workspace = true }\nshop-macros.workspace = true");
    lock_edge(tree, lock, "shop-worker", "shop-macros");
  });
  unchanged(shop, {"build", "build --release", "test --workspace"}, [](MemoryTree& tree) {
    replace(tree, manifest("shop-worker"), "shop-store = { workspace = true }",
            "shop-store = { workspace = true }\nshop-net.workspace = true");
  });
}

TEST_CASE("unchanged: a development dependency, for commands without development units") {
  unchanged(shop, {"build", "build --release --locked", "check", "build -p shop-net"},
            [](MemoryTree& tree) {
              append(tree, manifest("shop-net"), "\n[dev-dependencies]\nhex-literal = \"0.4\"\n");
              lock_dependency(tree, lock, "shop-net", "hex-literal", "0.4.1");
            });
}

TEST_CASE("unchanged: another member's change, with -p") {
  unchanged(shop,
            {"build -p shop-worker", "test -p shop-worker", "check --all-targets -p shop-net"},
            [](MemoryTree& tree) {
              replace(tree, manifest("xtask"), "pico-args = \"0.5\"", "lexopt = \"0.3\"");
              lock_dependency(tree, lock, "xtask", "lexopt", "0.3.0");
              replace(tree, manifest("shop-api"), "default = [\"logging\"]", "default = []");
            });
}

TEST_CASE("unchanged: a lock bump of a crate that the command does not reach") {
  unchanged(shop, {"build", "build --release", "test", "build -p shop-worker"},
            [](MemoryTree& tree) {
              replace(tree, lock, "name = \"walkdir\"\nversion = \"2.3.3\"",
                      "name = \"walkdir\"\nversion = \"2.4.0\"");
            });
}

TEST_CASE("unchanged: the profile of another command") {
  unchanged(shop, {"build", "check --all-targets", "test"}, [](MemoryTree& tree) {
    replace(tree, root, "lto = \"thin\"", "lto = \"fat\"\npanic = \"abort\"");
    replace(tree, root, "strip = true", "strip = \"symbols\"");
  });
  unchanged(shop, {"build --release", "bench"}, [](MemoryTree& tree) {
    replace(tree, root, "[profile.dev.build-override]\ndebug = 1",
            "[profile.dev.build-override]\ndebug = 2");
    replace(tree, root, "strip = true", "strip = \"symbols\"");
  });
}

TEST_CASE("unchanged: profile settings that no external unit has") {
  unchanged(shop, {"build", "test"}, [](MemoryTree& tree) {
    replace(tree, root, "[profile.dev.package.memchr]",
            "[profile.dev.package.shop-core]\nopt-level = 3\n\n[profile.dev.package.memchr]");
    append(tree, root, "\n[profile.dev]\nincremental = false\n");
  });
}

TEST_CASE("unchanged: profile overrides and patches of crates that the command does not reach") {
  unchanged(shop, {"build", "test", "build -p shop-worker"}, [](MemoryTree& tree) {
    replace(tree, root, "[profile.dev.package.memchr]",
            "[profile.dev.package.walkdir]\nopt-level = 3\n\n[profile.dev.package.memchr]");
    append(tree, root,
           "\n[patch.crates-io]\nwalkdir = { git = \"https://example.org/walkdir\" }\n");
  });
  unchanged(shop, {"build -p shop-worker"}, [](MemoryTree& tree) {
    replace(tree, root, "[profile.dev.package.memchr]\nopt-level = 2",
            "[profile.dev.package.memchr]\nopt-level = 3");
  });
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

TEST_CASE("unchanged: a local package is moved and renamed, for commands that do not name it") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    move_directory(tree, "/shop/crates/shop-net", "/shop/libs/http");
    replace(tree, "/shop/libs/http/Cargo.toml", "name = \"shop-net\"", "name = \"shop-http\"");
    replace(tree, root, "members = [\"crates/*\"]", R"(members = ["crates/*", "libs/http"])");
    replace(tree, root, "    \"crates/shop-net\",\n", "    \"libs/http\",\n");
    replace(tree, root, "shop-net = { path = \"crates/shop-net\"",
            "shop-http = { path = \"libs/http\"");
    replace(tree, manifest("shop-api"), "shop-net = {", "shop-http = {");
    replace_all(tree, lock, "\"shop-net\"", "\"shop-http\"");
  });
}

TEST_CASE("unchanged: a dependency is called by another name") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-net"), "percent-encoding = \"2.2\"",
            R"(percent = { package = "percent-encoding", version = "2.2" })");
  });
}

TEST_CASE("unchanged: the format version of the lock file") {
  unchanged(shop, shop_commands,
            [](MemoryTree& tree) { replace(tree, lock, "\nversion = 3\n", "\nversion = 4\n"); });
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
    replace(tree, lock, entry + "\n", "");
    append(tree, lock, "\n" + entry);
  });
}

TEST_CASE("unchanged: order and patterns of the list of members") {
  const std::string quoted =
      "\"crates/xtask\", \"crates/shop-worker\", \"crates/shop-testkit\", \"crates/shop-store\", "
      "\"crates/shop-net\", \"crates/shop-macros\", \"crates/shop-core\", "
      "\"crates/shop-catalog\", \"crates/shop-api\"";
  unchanged(shop, shop_commands, [&](MemoryTree& tree) {
    replace(tree, root, "members = [\"crates/*\"]", "members = [" + quoted + "]");
  });
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, root, "    \"crates/shop-api\",\n", "");
    replace(tree, root, "    \"crates/shop-worker\",\n",
            "    \"crates/shop-worker\",\n    \"crates/shop-api\",\n");
  });
}

TEST_CASE("unchanged: a version alone or in a table") {
  unchanged(single, all_commands, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "anyhow = \"1.0.70\"",
            "anyhow = { version = \"1.0.70\", default-features = true }");
    replace(tree, "/single/Cargo.toml", "[dev-dependencies]",
            "[dependencies.itoa]\nversion = \"1\"\noptional = true\n\n[dev-dependencies]");
  });
}

TEST_CASE("unchanged: a requirement that the locked version satisfies as well") {
  unchanged(single, all_commands, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "anyhow = \"1.0.70\"", "anyhow = \">=1, <2\"");
  });
}

TEST_CASE("unchanged: inherited from the workspace or spelled out") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-api"), "anyhow.workspace = true", "anyhow = \"1.0.70\"");
    replace(tree, manifest("shop-api"),
            R"(serde = { workspace = true, features = ["derive", "std"] })",
            "serde = { version = \"1.0.150\", default-features = false, features = [\"std\", "
            "\"derive\"] }");
    replace(tree, manifest("shop-catalog"),
            "shop-core = { workspace = true, features = [\"std\"] }",
            "shop-core = { path = \"../shop-core\", default-features = false, features = "
            "[\"std\"] }");
    replace(tree, manifest("shop-core"), "edition.workspace = true", "edition = \"2021\"");
  });
}

TEST_CASE("unchanged: a feature and an optional dependency that nothing turns on") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-net"), "[dependencies]\n",
            R"(color = ["dep:termcolor"]

[dependencies]
termcolor = { version = "1.2", optional = true }
)");
    lock_dependency(tree, lock, "shop-net", "termcolor", "1.2.0");
  });
}

TEST_CASE("unchanged: a platform condition written in another way") {
  unchanged(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, manifest("shop-store"), "[target.'cfg(unix)'.dependencies]",
            "[target.'cfg( all( unix ) )'.dependencies]");
  });
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
  unchanged(shop, shop_commands,
            [](MemoryTree& tree) { replace(tree, root, "resolver = \"2\"", "resolver = \"3\""); });
}

TEST_CASE("unchanged: crate types of a local library, without link-time optimisation") {
  unchanged(shop, {"build", "test"}, [](MemoryTree& tree) {
    append(tree, manifest("shop-net"), "\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n");
  });
}

}  // namespace larder::testing
