#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// What goes wrong on the way to a recipe, by id and by the file and line that is to blame.

namespace larder::test {

namespace {

Error derive_error(const MemoryTree& tree, const std::string& directory,
                   const std::string& command) {
  return error_of([&] { derive(tree, directory, command); });
}

/// The error of a command in the shop after a change.
Error shop_error(const std::string& command, const Change& change) {
  auto tree = shop.load();
  change(tree);
  return derive_error(tree, shop.root, command);
}

Error shop_error(const std::string& command) {
  return shop_error(command, [](MemoryTree&) {});
}

}  // namespace

TEST_CASE("error: there is no manifest") {
  MemoryTree tree;
  tree.write("/empty/readme.md", "");
  CHECK(derive_error(tree, "/empty", "build").id() == "manifest-missing");
}

TEST_CASE("error: the manifest is not TOML") {
  const auto error = shop_error(
      "build", replacing("/shop/crates/shop-net/Cargo.toml", "[features]\ndefault = [\"trace\"]",
                         "[features]\ndefault = = [\"trace\"]"));
  CHECK(error.id() == "manifest-parse");
  CHECK(error.location().file == "/shop/crates/shop-net/Cargo.toml");
  CHECK(error.location().line == 11);
  CHECK(error.location().column == 11);
  CHECK(error.location().source_line == "default = = [\"trace\"]");
}

TEST_CASE("error: the manifest of a path dependency is missing") {
  const auto error =
      shop_error("build", replacing("/shop/crates/xtask/Cargo.toml", "pico-args = \"0.5\"",
                                    "pico-args = \"0.5\"\nlost = { path = \"../../lost\" }"));
  CHECK(error.id() == "manifest-missing");
  CHECK(error.location().file == "/shop/crates/xtask/Cargo.toml");
  CHECK(error.location().source_line == "lost = { path = \"../../lost\" }");
}

TEST_CASE("error: an inherited dependency that the workspace does not have") {
  const auto error = shop_error(
      "build", replacing("/shop/Cargo.toml",
                         "log = { version = \"0.4.17\", default-features = false }\n", ""));
  CHECK(error.id() == "manifest-invalid");
  CHECK(error.location().line > 0);
}

TEST_CASE("error: there is no lock file") {
  const auto error = shop_error("build", [](MemoryTree& tree) { tree.remove("/shop/Cargo.lock"); });
  CHECK(error.id() == "lock-missing");
  CHECK(error.location().file == "/shop/Cargo.lock");
  CHECK(error.hint().find("cargo generate-lockfile") != std::string::npos);
  CHECK(error.hint().find(".dockerignore") != std::string::npos);
}

TEST_CASE("error: the lock file is not TOML") {
  const auto error =
      shop_error("build", replacing("/shop/Cargo.lock", "\nversion = 3\n", "\nversion = \n"));
  CHECK(error.id() == "lock-parse");
  CHECK(error.location().file == "/shop/Cargo.lock");
  CHECK(error.location().line == 3);
}

TEST_CASE("error: a new dependency is not in the lock file, with --locked or without") {
  for (const std::string command : {"build", "build --locked", "build -p shop-worker"}) {
    CAPTURE(command);
    const auto error =
        shop_error(command, replacing("/shop/crates/shop-net/Cargo.toml", "httparse = \"1.8\"",
                                      "httparse = \"1.8\"\nhex = \"0.4\""));
    CHECK(error.id() == "lock-outdated");
    CHECK(error.location().file == "/shop/crates/shop-net/Cargo.toml");
    CHECK(error.location().source_line == "hex = \"0.4\"");
  }
}

TEST_CASE("error: the locked version does not satisfy the requirement") {
  const auto error = shop_error("build", replacing("/shop/crates/shop-net/Cargo.toml",
                                                   "httparse = \"1.8\"", "httparse = \"2\""));
  CHECK(error.id() == "lock-outdated");
  CHECK(error.location().source_line == "httparse = \"2\"");
}

TEST_CASE("error: with --locked the lock file must say what the manifests say") {
  const std::vector<std::pair<std::string, Change>> stale{
      {"a member's version",
       replacing("/shop/crates/xtask/Cargo.toml", "version = \"0.0.0\"", "version = \"0.1.0\"")},
      {"an edge that the lock file lacks",
       replacing("/shop/crates/shop-worker/Cargo.toml", "shop-store = { workspace = true }",
                 "shop-store = { workspace = true }\nshop-net.workspace = true")},
      {"an edge that the manifest lacks",
       replacing("/shop/crates/shop-store/Cargo.toml", "itoa = \"1.0\"\n", "")},
      {"an entry that nothing needs", appending("/shop/Cargo.lock",
                                                R"(
[[package]]
name = "zz"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
)")}};
  for (const auto& [what, change] : stale) {
    CAPTURE(what);
    CHECK(shop_error("build --locked", change).id() == "lock-outdated");
    CHECK(shop_error("build --frozen -p shop-api", change).id() == "lock-outdated");
    auto tree = shop.load();
    change(tree);
    CHECK(derive(tree, shop.root, "build").commands.size() == 1);
  }
}

TEST_CASE("a local package that is gone may stay in the lock file") {
  // cargo leaves entries of unknown local packages out of the comparison.
  auto tree = shop.load();
  append(tree, "/shop/Cargo.lock", "\n[[package]]\nname = \"zz-old\"\nversion = \"0.4.0\"\n");
  CHECK(recipe_bytes(tree, shop.root, "build --locked") ==
        recipe_bytes(shop.load(), shop.root, "build --locked"));
}

TEST_CASE("--locked does not ask for what cargo does not use of a package that is no member") {
  const auto with = [](const std::string& dependency) {
    auto tree = virtual_workspace({"a", "e"}, "resolver = \"2\"\nexclude = [\"out\"]\n");
    add_package(tree, "app", "[dependencies]\nout = { path = \"../out\" }\na = \"1\"\ne = \"1\"\n",
                {"src/main.rs"});
    add_package(tree, "out", dependency);
    lock_packages(tree, {"app 0.1.0: a e out", "out 0.1.0"});
    return tree;
  };
  CHECK_NOTHROW(derive(with("[dev-dependencies]\na = \"1\"\n"), "/w", "build --locked"));
  CHECK_NOTHROW(derive(with("[dependencies]\na = { version = \"1\", optional = true }\n"), "/w",
                       "build --locked"));
  const auto error =
      error_of([&] { derive(with("[dependencies]\na = \"1\"\n"), "/w", "build --locked"); });
  CHECK(error.id() == "lock-outdated");
}

TEST_CASE("error: the command switches on what cargo did not lock of a package that is no member") {
  for (const std::string resolver : {"1", "2"}) {
    auto tree = virtual_workspace({"a"}, "resolver = \"" + resolver + "\"\nexclude = [\"out\"]\n");
    add_package(tree, "app", "[dependencies]\nout = { path = \"../out\" }\n", {"src/main.rs"});
    add_package(tree, "out", R"([dependencies]
a = { version = "1", optional = true }
b = { version = "1", optional = true }
)");
    CHECK_NOTHROW(derive(tree, "/w", "build"));
    CHECK_NOTHROW(derive(tree, "/w", "build --features out/a"));
    const auto error = error_of([&] { derive(tree, "/w", "build --features out/b"); });
    CHECK(error.id() == "lock-outdated");
    CHECK(error.message().find("`b`, an optional dependency of `out`") == 0);
    CHECK(error.location().file == "/w/out/Cargo.toml");
  }
}

TEST_CASE("the samples' own lock files pass --locked") {
  CHECK(derive(shop.load(), shop.root, "build --locked").commands.size() == 1);
  CHECK(derive(single.load(), single.root, "build --locked").commands.size() == 1);
}

TEST_CASE("error: names that the workspace does not have") {
  CHECK(shop_error("build -p shop-cart").id() == "unknown-package");
  CHECK(shop_error("build --workspace --exclude shop-cart").id() == "unknown-package");
  CHECK(shop_error("build -p shop-core@9.9.9").id() == "unknown-package");
  CHECK(shop_error("build --bin shop-cart").id() == "unknown-target");
  CHECK(shop_error("build -p shop-api --bin shop-worker").id() == "unknown-target");
  CHECK(shop_error("test --test nothing").id() == "unknown-target");
  CHECK(shop_error("build --example nothing").id() == "unknown-target");
  CHECK(shop_error("build --features nothing").id() == "unknown-feature");
  CHECK(shop_error("build -p shop-core --features filter").id() == "unknown-feature");
  CHECK(shop_error("build -p shop-worker --features nothing/filter").id() == "unknown-feature");
  CHECK(shop_error("build -p shop-cart").location().file == "/shop/Cargo.toml");
}

TEST_CASE("error: a command that cargo or we do not know") {
  CHECK(shop_error("").id() == "command-invalid");
  CHECK(shop_error("build extra").id() == "command-invalid");
  CHECK(shop_error("build --exclude xtask").id() == "command-invalid");
  CHECK(shop_error("frobnicate").id() == "command-unsupported");
  CHECK(shop_error("build -p 'a b'").id() == "command-invalid");
}

TEST_CASE("error: broken config and toolchain files") {
  const auto config = shop_error("build", appending("/shop/.cargo/config.toml", "[build\n"));
  CHECK(config.id() == "config-parse");
  CHECK(config.location().file == "/shop/.cargo/config.toml");
  CHECK(config.location().line > 0);
  const auto toolchain = shop_error("build", [](MemoryTree& tree) {
    add_file(tree, "/shop/rust-toolchain.toml", "channel = \"1.80\"\n");
  });
  CHECK(toolchain.id() == "toolchain-file");
  CHECK(toolchain.location().file == "/shop/rust-toolchain.toml");
}

// ---------------------------------------------------------------------------------------------
// where the command is stated

TEST_CASE("the manifest states the commands") {
  auto tree = shop.load();
  append(tree, "/shop/Cargo.toml",
         R"(
[workspace.metadata.larder]
commands = ["cargo build --release", "test -p shop-core"]
)");
  const auto recipe = recipe::derive(tree, {shop.root, "", {}});
  REQUIRE(recipe.commands.size() == 2);
  CHECK(recipe.commands[0].line.arguments() == std::vector<std::string>{"build", "--release"});
  CHECK(recipe.commands[1].name == "test");

  auto package = single.load();
  append(package, "/single/Cargo.toml",
         "\n[package.metadata.larder]\ncommands = [\"check --all-targets\"]\n");
  CHECK(recipe::write(recipe::derive(package, {single.root, "", {}})) ==
        recipe_bytes(single.load(), single.root, "check --all-targets"));
}

TEST_CASE("a command given overrides those of the manifest") {
  auto tree = shop.load();
  append(tree, "/shop/Cargo.toml",
         "\n[workspace.metadata.larder]\ncommands = [\"build --release\"]\n");
  CHECK(recipe_bytes(tree, shop.root, "test") == recipe_bytes(shop.load(), shop.root, "test"));
}

TEST_CASE("error: commands of the manifest that are no list of strings") {
  for (const std::string value : {"\"build\"", "[1]", "{}"}) {
    CAPTURE(value);
    auto tree = shop.load();
    append(tree, "/shop/Cargo.toml", "\n[workspace.metadata.larder]\ncommands = " + value + "\n");
    const auto error = error_of([&] { recipe::derive(tree, {shop.root, "", {}}); });
    CHECK(error.id() == "manifest-invalid");
    CHECK(error.location().file == "/shop/Cargo.toml");
    CHECK(error.location().line > 0);
  }
}

}  // namespace larder::test
