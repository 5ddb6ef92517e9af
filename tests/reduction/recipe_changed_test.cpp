#include "recipe_table.hpp"

// What must reach the recipe: whatever can change an external unit of the command. Where the name
// ends in (cargo-chef), cargo-chef's recipe (0.1.77) stays as it is.

namespace larder::test {

namespace {
const std::string config = "/shop/.cargo/config.toml";
}  // namespace

TEST_CASE("changed: a lock bump of a crate that a member asks for") {
  changed(shop, shop_commands,
          replacing(shop_lock, "name = \"serde_json\"\nversion = \"1.0.95\"",
                    "name = \"serde_json\"\nversion = \"1.0.96\""));
}

TEST_CASE("changed: a lock bump of a crate that only crates ask for") {
  changed(shop, shop_commands,
          replacing(shop_lock, "name = \"unicode-ident\"\nversion = \"1.0.8\"",
                    "name = \"unicode-ident\"\nversion = \"1.0.9\""));
}

TEST_CASE("changed: the checksum of a locked crate") {
  changed(single, all_commands,
          replacing("/single/Cargo.lock",
                    R"(name = "anyhow"
version = "1.0.75"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "a)",
                    R"(name = "anyhow"
version = "1.0.75"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "b)"));
}

TEST_CASE("changed: a new dependency") {
  changed(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-core"), "bitflags = \"1.3\"",
            "bitflags = \"1.3\"\nhex = \"0.4\"");
    lock_dependency(tree, shop_lock, "shop-core", "hex", "0.4.3");
  });
}

TEST_CASE("changed: a dependency is dropped") {
  changed(shop, shop_commands, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-store"), "itoa = \"1.0\"\n", "");
    replace(tree, shop_lock, " \"itoa 1.0.6\",\n \"libc\"", " \"libc\"");
  });
}

TEST_CASE("changed: a new edge from a package to a crate that only others had") {
  changed(shop, {"build -p shop-worker", "test -p shop-worker --release"}, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-worker"), "shop-store = { workspace = true }",
            "shop-store = { workspace = true }\nhttparse = \"1.8\"");
    lock_edge(tree, shop_lock, "shop-worker", "httparse");
  });
}

TEST_CASE("changed: an edge between local packages that brings new crates") {
  changed(shop, {"build -p shop-worker"}, [](MemoryTree& tree) {
    replace(tree, shop_manifest("shop-worker"), "shop-store = { workspace = true }",
            "shop-store = { workspace = true }\nshop-net.workspace = true");
    lock_edge(tree, shop_lock, "shop-worker", "shop-net");
  });
}

TEST_CASE("changed: a feature of a dependency is added") {
  changed(
      shop, {"build", "build --release --locked", "test", "build -p shop-api"},
      replacing(shop_manifest("shop-core"), "serde = { workspace = true, features = [\"alloc\", ",
                R"(serde = { workspace = true, features = ["alloc", "rc", )"));
}

TEST_CASE("changed: a feature of a dependency is removed") {
  changed(shop, shop_commands,
          replacing(shop_manifest("shop-catalog"), R"(features = ["preserve_order", "std"])",
                    "features = [\"std\"]"));
}

TEST_CASE("changed: a local feature is turned on that asks for a crate") {
  changed(shop, {"build", "build --release", "test", "build -p shop-worker"},
          replacing(shop_manifest("shop-worker"), "[features]\n",
                    "[features]\ndefault = [\"filter\"]\n"));
}

TEST_CASE("changed: default features are switched off") {
  changed(single, all_commands,
          replacing("/single/Cargo.toml", "regex = \"1.7\"",
                    "regex = { version = \"1.7\", default-features = false }"));
}

TEST_CASE("changed: a development dependency, for commands with development units") {
  changed(shop, {"test", "check --all-targets", "bench", "test -p shop-net"}, [](MemoryTree& tree) {
    append(tree, shop_manifest("shop-net"), "\n[dev-dependencies]\nhex-literal = \"0.4\"\n");
    lock_dependency(tree, shop_lock, "shop-net", "hex-literal", "0.4.1");
  });
}

TEST_CASE("changed: a new build dependency of a package with a build script") {
  changed(single, all_commands, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "phf_codegen = \"0.11\"",
            "phf_codegen = \"0.11\"\ncc = \"1.0\"");
    lock_dependency(tree, "/single/Cargo.lock", "wordtally", "cc", "1.0.79");
  });
}

TEST_CASE("changed: a dependency moves behind a platform condition") {
  changed(single, all_commands, [](MemoryTree& tree) {
    replace(tree, "/single/Cargo.toml", "log = \"0.4.17\"\n", "");
    append(tree, "/single/Cargo.toml", "\n[target.'cfg(unix)'.dependencies]\nlog = \"0.4.17\"\n");
  });
}

TEST_CASE("changed: the profile of the command") {
  changed(shop, {"build --release", "bench", "build --profile dist"},
          replacing(shop_root, "lto = \"thin\"\ndebug = 1", "lto = \"thin\"\ndebug = 2"));
  changed(shop, {"build", "test", "check"},
          replacing(shop_root, "[profile.dev.build-override]\ndebug = 1",
                    "[profile.dev.build-override]\ndebug = 2"));
  changed(shop, {"build", "build -p shop-net"},
          replacing(shop_root, "[profile.dev.package.memchr]\nopt-level = 2",
                    "[profile.dev.package.memchr]\nopt-level = 3"));
}

TEST_CASE("changed: a profile override for all crates") {
  changed(shop, {"build", "test --workspace", "build -p shop-net"},
          appending(shop_root, "\n[profile.dev.package.\"*\"]\nopt-level = 1\n"));
}

TEST_CASE("changed: the profile in a config file") {
  changed(single, {"build --release"}, [](MemoryTree& tree) {
    add_file(tree, "/single/.cargo/config.toml", "[profile.release]\nopt-level = \"s\"\n");
  });
}

TEST_CASE("changed: crate types of a local library, with link-time optimisation") {
  changed(shop, {"build --release", "build -p shop-api --release"},
          appending(shop_manifest("shop-net"), "\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n"));
}

TEST_CASE("changed: the first integration test beside a binary, where panics abort") {
  const auto abort = appending("/single/Cargo.toml", "\n[profile.dev]\npanic = \"abort\"\n");
  auto before = single.load();
  abort(before);
  auto without_test = before;
  std::size_t tests = 0;
  for (const auto& [path, contents] : before.files()) {
    if (!path.starts_with("/single/tests/")) continue;
    without_test.remove(path);
    ++tests;
  }
  REQUIRE(tests > 0);
  CHECK(recipe_bytes(before, single.root, "test") !=
        recipe_bytes(without_test, single.root, "test"));
  CHECK(recipe_bytes(before, single.root, "build") ==
        recipe_bytes(without_test, single.root, "build"));
}

TEST_CASE("changed: rustflags, wrapper, linker and environment in a config file") {
  for (const std::string text :
       {"[build]\nrustflags = [\"-C\", \"target-cpu=native\"]\n",
        "[build]\nrustc-wrapper = \"sccache\"\n", "[build]\ntarget = \"thumbv7em-none-eabi\"\n",
        "[target.x86_64-unknown-linux-gnu]\nlinker = \"clang\"\n",
        "[target.'cfg(unix)']\nrustflags = [\"-g\"]\n",
        R"([source.crates-io]
replace-with = "vendored"
[source.vendored]
directory = "vendor"
)"}) {
    CAPTURE(text);
    changed(shop, {"build", "test -p shop-worker"}, appending(config, "\n" + text));
  }
  changed(shop, shop_commands,
          replacing(config, "SHOP_LABEL = \"larder-shop\"", "SHOP_LABEL = \"other\""));
}

TEST_CASE("changed: the channel of the toolchain file") {
  changed(shop, shop_commands, [](MemoryTree& tree) {
    add_file(tree, "/shop/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n");
  });
  auto before = single.load();
  add_file(before, "/single/rust-toolchain", "1.80\n");
  auto after = before;
  after.write("/single/rust-toolchain", "1.81\n");
  CHECK(recipe_bytes(before, single.root, "build") != recipe_bytes(after, single.root, "build"));
}

TEST_CASE("changed: the command") {
  const auto tree = shop.load();
  const Commands commands{"build",
                          "build --release",
                          "check",
                          "clippy",
                          "test",
                          "test --workspace",
                          "build -p shop-worker",
                          "build -p shop-worker --features filter",
                          "build --no-default-features",
                          "build --target x86_64-unknown-linux-musl",
                          "build --profile dist"};
  std::vector<recipe::Command> derived;
  for (const auto& command : commands)
    derived.push_back(derive(tree, shop.root, command).commands.at(0));
  for (std::size_t a = 0; a < derived.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      CAPTURE(commands[a]);
      CAPTURE(commands[b]);
      const bool same_build = derived[a].skeleton == derived[b].skeleton &&
                              derived[a].cook_line == derived[b].cook_line;
      CHECK_FALSE(same_build);
    }
  }
}

TEST_CASE("changed: resolver 1 instead of 2") {
  changed(shop, shop_commands, replacing(shop_root, "resolver = \"2\"", "resolver = \"1\""));
  changed(single, all_commands,
          replacing("/single/Cargo.toml", "edition = \"2021\"", "edition = \"2018\""));
}

TEST_CASE("changed: a member leaves the default members") {
  changed(shop, {"build", "test"},
          replacing(shop_root,
                    R"(    "crates/shop-net",
    "crates/shop-store",
    "crates/shop-worker",
)",
                    "    \"crates/shop-net\",\n    \"crates/shop-store\",\n"));
}

TEST_CASE("changed: a crate is patched to git") {
  changed(shop, {"build", "build -p shop-worker"}, [](MemoryTree& tree) {
    append(tree, shop_root,
           "\n[patch.crates-io]\nlog = { git = \"https://github.com/rust-lang/log\" }\n");
    replace(tree, shop_lock,
            R"(name = "log"
version = "0.4.17"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "abb12e687cfb44aa40f41fc3978ef76448f9b6038cad6aef4259d3c095a2382e")",
            R"(name = "log"
version = "0.4.17"
source = "git+https://github.com/rust-lang/log#0123456789abcdef0123456789abcdef01234567")");
  });
}

TEST_CASE("changed: what the environment of prepare says of link-time optimisation and panics") {
  const auto tree = shop.load();
  const auto recipe_with = [&](const std::map<std::string, std::string>& variables) {
    auto request = request_for(shop.root, "build --release");
    request.environment = Environment(variables);
    return recipe::derive(tree, request);
  };
  const auto plain = recipe_with({}).commands[0].assumptions;
  const auto lto = recipe_with({{"CARGO_PROFILE_RELEASE_LTO", plain.lto ? "off" : "fat"}});
  CHECK(lto.commands[0].assumptions.lto != plain.lto);
  CHECK(recipe::write(lto) != recipe::write(recipe_with({})));
  const auto panic =
      recipe_with({{"CARGO_PROFILE_RELEASE_PANIC", plain.panic_abort ? "unwind" : "abort"}});
  CHECK(panic.commands[0].assumptions.panic_abort != plain.panic_abort);
  CHECK(recipe::write(recipe_with({{"CARGO_PROFILE_DEV_LTO", "fat"}})) ==
        recipe::write(recipe_with({})));
  CHECK(recipe::write(recipe_with({{"CARGO_BUILD_TARGET", "a"}})) ==
        recipe::write(recipe_with({})));
}

TEST_CASE("changed: a config file that another one includes (cargo-chef)") {
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

TEST_CASE(
    "changed: config and toolchain file above the directory that prepare runs in (cargo-chef)") {
  const std::string member = "/shop/crates/shop-net";
  const auto recipe_with = [&](const std::function<void(MemoryTree&)>& change) {
    auto tree = shop.load();
    change(tree);
    return recipe_bytes(tree, member, "build");
  };
  const auto before = recipe_with([](MemoryTree&) {});
  CHECK(before != recipe_with(appending("/shop/.cargo/config.toml",
                                        "\n[build]\nrustflags = [\"-Cdebuginfo=1\"]\n")));
  CHECK(before != recipe_with([](MemoryTree& tree) {
          add_file(tree, "/shop/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n");
        }));
}

}  // namespace larder::test
