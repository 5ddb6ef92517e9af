#include <doctest/doctest.h>

#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// `cargo chef prepare --bin`: an open recipe of what one member has a use for.

namespace larder::test {

namespace {

recipe::Recipe recipe_for_bin(const SourceTree& tree, const std::string& bin) {
  return derive_open(tree, "/w", bin);
}

std::string bytes(const SourceTree& tree, const std::string& bin) {
  return recipe::write(recipe_for_bin(tree, bin));
}

/// The manifests of an open recipe, joined by one space.
std::string manifest_paths(const recipe::Recipe& recipe) {
  std::string out;
  for (const auto& manifest : recipe.open.value().manifests)
    out += (out.empty() ? "" : " ") + manifest.path;
  return out;
}

/// `app` with binary `app_cli` → `lib`; `helper` is for tests of `app`; `other` is by itself.
MemoryTree workspace() {
  auto tree = virtual_workspace({"a", "b", "c", "d"});
  add_package(tree, "app", R"([[bin]]
name = "app_cli"
path = "src/main.rs"
[dependencies]
lib = { path = "../lib" }
[dev-dependencies]
helper = { path = "../helper" }
)",
              {"src/main.rs"});
  add_package(tree, "lib", "[dependencies]\na = \"1\"\n");
  add_package(tree, "helper", "[dependencies]\nb = \"1\"\n");
  add_package(tree, "other", "[dependencies]\nc = \"1\"\n", {"src/main.rs"});
  return tree;
}

}  // namespace

TEST_CASE("with --bin the recipe has the member and what is below it, by package or binary") {
  for (const auto* bin : {"app", "app_cli"}) {
    CAPTURE(bin);
    const auto recipe = recipe_for_bin(workspace(), bin);
    CHECK(manifest_paths(recipe) == "Cargo.toml app/Cargo.toml helper/Cargo.toml lib/Cargo.toml");
    const auto& lock = recipe.open->lock_file;
    CHECK(lock.find("name = \"a\"") != std::string::npos);
    CHECK(lock.find("name = \"b\"") != std::string::npos);
    CHECK(lock.find("name = \"c\"") == std::string::npos);
  }
}

TEST_CASE("with --bin what other members do leaves the recipe alone") {
  const auto tree = workspace();
  auto changed = tree;
  append(changed, "/w/other/Cargo.toml", "d = \"1\"\n");
  add_file(changed, "/w/other/tests/it.rs", "");
  add_package(changed, "new", "[dependencies]\nd = \"1\"\n");
  CHECK(first_difference(bytes(tree, "app"), bytes(changed, "app")) == "");
}

TEST_CASE("with --bin what a needed member does changes the recipe") {
  const auto tree = workspace();
  auto changed = tree;
  append(changed, "/w/lib/Cargo.toml", "d = \"1\"\n");
  CHECK(bytes(tree, "app") != bytes(changed, "app"));
}

TEST_CASE("with --bin a command makes the recipe that -p makes of the whole workspace") {
  const auto tree = workspace();
  const auto open = recipe_for_bin(tree, "app_cli");
  for (const std::string command : {"build", "build --release", "check --bin app_cli", "test"}) {
    CAPTURE(command);
    const auto whole = derive(tree, "/w", command + " -p app");
    const auto made = recipe::read("recipe.json", recipe::write(derive_later(open, command)));
    CHECK(whole.commands.at(0).skeleton == made.commands.at(0).skeleton);
  }
}

TEST_CASE("with --bin a root package that is not needed leaves a virtual root") {
  auto tree = workspace();
  tree.write("/w/Cargo.toml",
             R"([package]
name = "top"
version = "1.0.0"

[dependencies]
d = "1"

[workspace]
members = ["app", "lib", "helper", "other"]
)");
  add_file(tree, "/w/src/lib.rs", "");
  const auto recipe = recipe_for_bin(tree, "app");
  CHECK(manifest_paths(recipe) == "Cargo.toml app/Cargo.toml helper/Cargo.toml lib/Cargo.toml");
  CHECK(recipe.open->manifests[0].contents.find("[package]") == std::string::npos);
  CHECK_NOTHROW(derive_later(recipe, "build"));
}

TEST_CASE("with --bin a local package that [patch] puts below is kept") {
  auto tree = virtual_workspace(
      {}, "resolver = \"2\"\n[patch.crates-io]\nforked = { path = \"forked\" }\n");
  add_package(tree, "app", "[dependencies]\nforked = \"1\"\n", {"src/main.rs"});
  add_package_named(tree, "forked", "forked 1.0.0");
  lock_packages(tree, {"app 0.1.0: forked", "forked 1.0.0"});
  CHECK(manifest_paths(recipe_for_bin(tree, "app")) ==
        "Cargo.toml app/Cargo.toml forked/Cargo.toml");
}

TEST_CASE("with --bin a name that nobody has is an error") {
  CHECK(error_of([] { recipe_for_bin(workspace(), "nobody"); }).id() == "unknown-package");
}

TEST_CASE("an open recipe can be asked for although the manifest states commands") {
  auto tree = workspace();
  append(tree, "/w/Cargo.toml", "[workspace.metadata.larder]\ncommands = [\"build\"]\n");
  CHECK(recipe::derive(tree, {"/w", "", {}}).commands.size() == 1);
  CHECK(derive_open(tree, "/w").open.has_value());
}

TEST_CASE("an open recipe read as a workspace gives itself") {
  for (const auto& tree : {workspace(), shop.load()}) {
    const std::string root = tree.is_directory("/w") ? "/w" : shop.root;
    recipe::DeriveRequest request{root, "", {}};
    request.open = true;
    const auto open = recipe::derive(tree, request);
    request.directory = "/elsewhere";
    const auto again = recipe::derive_from(open, request);
    CHECK(first_difference(recipe::write(open), recipe::write(again)) == "");
  }
}

}  // namespace larder::test
