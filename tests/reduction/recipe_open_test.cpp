#include <doctest/doctest.h>

#include "larder/base/path.hpp"
#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// A recipe without a command stands for the workspace: any command given later makes of it the
// recipe that it would have made of the workspace.

namespace larder::test {

namespace {

recipe::Recipe open_recipe(const SourceTree& tree, const std::string& directory,
                           const std::string& manifest = "") {
  return recipe::derive(tree, {directory, manifest, {}});
}

/// The recipe for a command, made in two steps: written, read, and then told the command.
std::string in_two_steps(const SourceTree& tree, const std::string& directory,
                         const std::string& command, const std::string& manifest = "") {
  return recipe::write(derive_later(open_recipe(tree, directory, manifest), command));
}

recipe::DeriveRequest whole_lock_for(const std::string& directory, const std::string& command) {
  auto request = request_for(directory, command);
  request.whole_lock = true;
  return request;
}

void same_in_two_steps(const SourceTree& tree, const std::string& directory,
                       const std::vector<std::string>& commands) {
  for (const auto& command : commands) {
    CAPTURE(command);
    CHECK(first_difference(recipe_bytes(tree, directory, command),
                           in_two_steps(tree, directory, command)) == "");
    const auto whole = recipe::derive(tree, whole_lock_for(directory, command));
    const auto later =
        recipe::derive_from(open_recipe(tree, directory), whole_lock_for("/elsewhere", command));
    CHECK(first_difference(recipe::write(whole), recipe::write(later)) == "");
  }
}

}  // namespace

TEST_CASE("without a command the recipe is open") {
  const auto open = open_recipe(shop.load(), shop.root);
  CHECK(open.commands.empty());
  REQUIRE(open.open);
  CHECK(open.open->manifests.size() == 10);
}

TEST_CASE("a command given later makes the same recipe") {
  auto commands = shop_commands;
  commands.insert(
      commands.end(),
      {"clippy --workspace --all-features", "build --no-default-features -p shop-store",
       "test --locked -p shop-core --test orders", "bench -p shop-catalog",
       "build --profile dist --features shop-api/search",
       "check --manifest-path crates/xtask/Cargo.toml", "build --target-dir out --bin shop-api"});
  same_in_two_steps(shop.load(), shop.root, commands);
  same_in_two_steps(single.load(), single.root, all_commands);
}

TEST_CASE("the same under resolver 1, where the current package counts") {
  auto tree = shop.load();
  replace(tree, "/shop/Cargo.toml", "resolver = \"2\"", "resolver = \"1\"");
  same_in_two_steps(tree, shop.root, shop_commands);
  for (const auto& command : {"build", "test -p shop-net", "build --no-default-features"}) {
    CHECK(first_difference(recipe_bytes(tree, "/shop/crates/shop-api", command),
                           in_two_steps(tree, "/shop/crates/shop-api", command)) == "");
  }
}

TEST_CASE("packages outside the root, twins by name, and a root that is a package") {
  auto tree = tiny_workspace({"a", "a 2.0.0", "b"});
  const auto add = [&](const std::string& path, const std::string& text) {
    add_file(tree, path, text);
  };
  add_package(tree, ".", R"([dependencies]
twin = { path = "twin" }
other = { package = "twin", path = "../other" }
a = "1"

[workspace]
members = ["../far"]
default-members = ["../far"]
)",
              {"src/main.rs"});
  add_package(tree, "twin", "[dependencies]\nb = \"1\"\n");
  add("/other/Cargo.toml",
      "[package]\nname = \"twin\"\nversion = \"9.0.0\"\n\n[dependencies]\na = \"2\"\n");
  add("/other/src/lib.rs", "");
  add("/far/Cargo.toml",
      "[package]\nname = \"far\"\nworkspace = \"../w\"\n\n[dependencies]\nb = \"1\"\n");
  add("/far/src/lib.rs", "");
  same_in_two_steps(tree, "/w", {"build", "build --workspace", "build -p app", "test -p twin"});
  const auto open = open_recipe(tree, "/w");
  for (const auto& manifest : open.open->manifests) CHECK(path::stays_inside(manifest.path));
}

TEST_CASE("a workspace below the directory that prepare ran in") {
  auto tree = single.load();
  move_directory(tree, single.root, "/repo/single");
  const auto open = open_recipe(tree, "/repo", "single/Cargo.toml");
  CHECK(open.root == "single");
  CHECK(first_difference(recipe::write(recipe::derive(
                             tree, {"/repo", "single/Cargo.toml", {{"", {"build", "--release"}}}})),
                         in_two_steps(tree, "/repo", "build --release", "single/Cargo.toml")) ==
        "");
}

TEST_CASE("config and toolchain file reach the command that is given later") {
  auto tree = shop.load();
  tree.write("/shop/.cargo/config.toml",
             R"([build]
target = ["x86_64-unknown-linux-musl"]

[profile.release]
lto = false
)");
  tree.write("/shop/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n");
  same_in_two_steps(tree, shop.root, {"build", "build --release"});
}

TEST_CASE("constructs that cannot be merged fall back in two steps as in one") {
  auto tree = virtual_workspace({"a"});
  add_package(tree, "app",
              "[dependencies]\nlib = { path = \"../lib\", artifact = \"bin:tool\", lib = true }\n",
              {"src/main.rs"});
  add_package(tree, "lib",
              "[dependencies]\na = \"1\"\n\n[[bin]]\nname = \"tool\"\npath = \"src/tool.rs\"\n",
              {"src/lib.rs", "src/tool.rs"});
  CHECK(derive(tree, "/w", "build").commands[0].unmerged_reason != "");
  same_in_two_steps(tree, "/w", {"build", "test", "build -p lib"});
}

/// `a` depends on the member `kit`, and that on `soft`, which is none. `util` is for the tests of
/// `kit` alone.
MemoryTree with_patched() {
  auto tree = tiny_workspace({"a 1.0.0: kit", "b", "d", "e"});
  lock_packages(tree,
                {"kit 0.3.0: d soft util", "soft 0.1.0: b", "util 0.3.0: e", "app 0.1.0: a kit"});
  add_file(tree, "/w/Cargo.toml",
           R"([workspace]
members = ["app", "crates/*"]
resolver = "2"

[workspace.package]
version = "0.3.0"

[workspace.dependencies]
util = { path = "crates/util", version = "0.3" }

[patch.crates-io]
kit = { path = "crates/kit" }
soft = { path = "vendor/soft" }
nobody = { git = "https://h/nobody" }
)");
  add_package(tree, "app",
              "[dependencies]\na = \"1\"\nkit = { version = \"0.3\", features = [\"net\"] }\n",
              {"src/main.rs"});
  add_file(tree, "/w/crates/kit/Cargo.toml",
           R"([package]
name = "kit"
version.workspace = true

[package.metadata.x]
y = 1

[features]
net = []

[dependencies]
soft = "0.1"

[dev-dependencies]
util.workspace = true
d = "1"
)");
  for (const auto* file : {"src/lib.rs", "src/bin/tool.rs", "tests/it.rs", "run.sh"})
    add_file(tree, path::join("/w/crates/kit", file), "");
  tree.set_executable("/w/crates/kit/run.sh");
  add_file(tree, "/w/crates/util/Cargo.toml",
           R"([package]
name = "util"
version.workspace = true

[dependencies]
e = "1"
)");
  add_file(tree, "/w/crates/util/src/lib.rs", "");
  add_package(tree, "vendor/soft", "[dependencies]\nb = \"1\"\n", {"src/lib.rs", "x/y.bin"});
  return tree;
}

TEST_CASE("an open recipe has the files of patched packages, and any command the same as without") {
  const auto tree = with_patched();
  const auto open = open_recipe(tree, "/w");
  std::string files;
  for (const auto& source : open.sources) files += source.path + (source.executable ? "* " : " ");
  CHECK(
      files ==
      "crates/kit/Cargo.toml crates/kit/run.sh* crates/kit/src/bin/tool.rs crates/kit/src/lib.rs "
      "crates/kit/tests/it.rs vendor/soft/Cargo.toml vendor/soft/src/lib.rs vendor/soft/x/y.bin ");
  const SkeletonView skeleton(open.open.value());
  CHECK(skeleton.has_line("", R"(members = ["app", "crates/kit", "crates/util"])"));
  CHECK(skeleton.has_line("", "exclude = [\"vendor/soft\"]"));
  CHECK(skeleton.has_line("app", R"(kit = { path = "../crates/kit", features = ["net"] })"));
  CHECK(open.open->lock_file.find("name = \"kit\"\nversion = \"0.3.0\"") != std::string::npos);
  CHECK(recipe::read("r", recipe::write(open)) == open);
  same_in_two_steps(tree, "/w",
                    {"build", "build -p app", "test", "test -p kit --test it",
                     "check --all-targets", "build -p util", "test -p kit --locked"});
  CHECK(recipe::write(derive_later(open, "")) == recipe::write(open));
}

TEST_CASE(
    "an open recipe has the patches that nothing needs, as cargo asks for them all the same") {
  auto tree = with_patched();
  append(tree, "/w/Cargo.lock",
         R"(
[[patch.unused]]
name = "nobody"
version = "1.0.0"
source = "git+https://h/nobody#0123456789012345678901234567890123456789"
)");
  const auto open = open_recipe(tree, "/w");
  CHECK(SkeletonView(open.open.value()).has_line("", "git = \"https://h/nobody\""));
  CHECK(open.open->lock_file.find("[[patch.unused]]\nname = \"nobody\"") != std::string::npos);
  same_in_two_steps(tree, "/w", {"build", "test --locked"});
  CHECK(recipe_bytes(tree, "/w", "build").find("nobody") == std::string::npos);
}

TEST_CASE("what [patch] names and a recipe does not have is taken from where it is cooked") {
  const auto tree = with_patched();
  auto open = open_recipe(tree, "/w");
  std::erase_if(open.sources, [](const auto& source) { return source.path.starts_with("vendor"); });
  const auto request = request_for("/w", "build");
  const auto error = error_of([&] { recipe::derive_from(open, request); });
  CHECK(error.id() == "source-missing");
  CHECK(error.hint().find("COPY vendor/soft vendor/soft") != std::string::npos);
  CHECK(recipe::write(recipe::derive_from(open, request, nullptr, tree)) ==
        recipe_bytes(tree, "/w", "build"));
}

TEST_CASE("--locked is judged later as it would have been") {
  auto tree = shop.load();
  same_in_two_steps(tree, shop.root, {"build --locked"});
  replace(tree, "/shop/crates/shop-net/Cargo.toml", "[package]", "[package]\n# bumped");
  auto outdated = tree;
  lock_edge(outdated, "/shop/Cargo.lock", "shop-net", "regex");
  const auto error = error_of([&] { in_two_steps(outdated, shop.root, "build --locked"); });
  CHECK(error.id() == "lock-outdated");
}

TEST_CASE("what no command can tell leaves an open recipe alone") {
  const auto tree = shop.load();
  auto changed = tree;
  append(changed, "/shop/crates/shop-net/Cargo.toml",
         "\n[package.metadata.docs]\nall = true\n\n[lints.rust]\nunused = \"allow\"\n");
  add_file(changed, "/shop/crates/shop-net/NOTES", "");
  CHECK(recipe::write(open_recipe(changed, shop.root)) ==
        recipe::write(open_recipe(tree, shop.root)));
}

TEST_CASE("what tools that call cargo read of metadata is in an open recipe, and nowhere else") {
  auto tree = shop.load();
  append(tree, "/shop/crates/shop-net/Cargo.toml",
         R"(
[package.metadata.leptos]
output-name = "shop"
bin-features = ["ssr"]
)");
  append(tree, "/shop/Cargo.toml",
         "\n[[workspace.metadata.leptos]]\nname = \"shop\"\nbin-package = \"shop-api\"\n");
  const auto open = recipe::write(open_recipe(tree, shop.root));
  CHECK(open.find(R"(metadata.leptos = { bin-features = [\"ssr\"], output-name = \"shop\" })") !=
        std::string::npos);
  CHECK(open.find(R"(metadata.leptos = [{ bin-package = \"shop-api\", name = \"shop\" }])") !=
        std::string::npos);
  CHECK(first_difference(recipe_bytes(tree, shop.root, "build"),
                         recipe_bytes(shop.load(), shop.root, "build")) == "");
  CHECK(recipe::write(derive_later(recipe::read("recipe.json", open), "")) == open);
}

TEST_CASE("what a command can name changes an open recipe") {
  const auto tree = shop.load();
  auto changed = tree;
  add_file(changed, "/shop/crates/shop-net/tests/new.rs", "");
  CHECK(recipe::write(open_recipe(changed, shop.root)) !=
        recipe::write(open_recipe(tree, shop.root)));
}

TEST_CASE("a recipe by cargo-chef is reduced like an open one") {
  const auto text =
      R"({"skeleton":{"manifests":[{"relative_path":"Cargo.toml","contents":"[workspace]\nmembers = [\"app\", \"util\"]\nresolver = \"2\"\n","targets":[]},{"relative_path":"app/Cargo.toml","contents":"[package]\nname = \"app\"\nedition = \"2021\"\nversion = \"0.0.1\"\n\n[dependencies]\nitoa = \"1\"\n\n[dependencies.util]\nversion = \"0.0.1\"\npath = \"../util\"\n\n[[bin]]\npath = \"src/main.rs\"\nname = \"app\"\nedition = \"2021\"\nrequired-features = []\n","targets":[{"path":"src/main.rs","kind":"Bin","name":"app"}]},{"relative_path":"util/Cargo.toml","contents":"[package]\nname = \"util\"\nedition = \"2021\"\nversion = \"0.0.1\"\nbuild = \"build.rs\"\n\n[lib]\npath = \"src/lib.rs\"\nname = \"util\"\nedition = \"2021\"\nrequired-features = []\ncrate-type = [\"lib\"]\n","targets":[{"path":"build.rs","kind":"BuildScript","name":"build-script-build"},{"path":"src/lib.rs","kind":{"Lib":{"is_proc_macro":false}},"name":"util"}]}],"config_file":null,"lock_file":"version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.0.1\"\ndependencies = [\"itoa\", \"util\"]\n\n[[package]]\nname = \"itoa\"\nversion = \"1.0.17\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"92ecc6618181def0457392ccd0ee51198e065e016d1d527a7ac1b6dc7c1f09d2\"\n\n[[package]]\nname = \"util\"\nversion = \"0.0.1\"\n","rust_toolchain_file":["Toml","[toolchain]\nchannel = \"1.95.0\"\n"]}})";
  const auto open = recipe::read("recipe.json", text);
  const auto recipe = recipe::derive_from(open, request_for("/w", "build --release"));
  const SkeletonView skeleton(recipe.commands.at(0).skeleton);
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "itoa 1.0.17");
  CHECK(skeleton.skeleton().toolchain->contents == "[toolchain]\nchannel = \"1.95.0\"\n");
}

}  // namespace larder::test
