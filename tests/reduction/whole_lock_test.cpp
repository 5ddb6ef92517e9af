#include <doctest/doctest.h>

#include <algorithm>

#include "larder/reduce/tables/whole_lock.hpp"
#include "larder/report/recipe_difference.hpp"
#include "recipe_table.hpp"
#include "tiny_workspace.hpp"

// What a recipe has for a build without network. That cargo asks for no more and no less, a real
// one shows: e2e.offline.

namespace larder::test {

namespace {

recipe::Recipe with_whole_lock(const SourceTree& tree, const std::string& directory,
                               const std::string& command) {
  auto request = request_for(directory, command);
  request.whole_lock = true;
  return recipe::derive(tree, request);
}

/// `a` is compiled, `b` is for tests, `c` is of a member that is not selected.
MemoryTree workspace() {
  auto tree = tiny_workspace({"a", "b", "c"});
  add_package(tree, ".", R"([dependencies]
a = "1"
[dev-dependencies]
b = "1"
[workspace]
members = ["other"]
)",
              {"src/main.rs"});
  add_package(tree, "other", "[dependencies]\nc = \"1\"\n");
  return tree;
}

std::vector<std::string> names(const std::string& lock) {
  std::vector<std::string> out;
  for (const auto& package : cargo::parse_lockfile("recipe", lock).packages)
    out.push_back(package.name);
  return out;
}

const std::string build_app = "build -p app";

}  // namespace

TEST_CASE("the whole lock file is in the recipe of those who ask, and changes nothing else") {
  const auto tree = workspace();
  const auto plain = derive(tree, "/w", build_app);
  CHECK(!plain.whole_lock);
  CHECK(plain.commands[0].requests.empty());
  auto whole = with_whole_lock(tree, "/w", build_app);
  REQUIRE(whole.whole_lock);
  CHECK(names(*whole.whole_lock) == std::vector<std::string>{"a", "b", "c"});
  CHECK(names(whole.commands[0].skeleton.lock_file) == std::vector<std::string>{"a"});
  whole.whole_lock.reset();
  whole.commands[0].requests.clear();
  CHECK(whole == plain);
}

TEST_CASE(
    "with it the recipe changes with every external package, and with nothing of the members") {
  const auto before = workspace();
  auto bumped = before;
  replace(bumped, "/w/Cargo.lock", "name = \"b\"\nversion = \"1.0.0\"",
          "name = \"b\"\nversion = \"1.0.1\"");
  CHECK(derive(before, "/w", build_app) == derive(bumped, "/w", build_app));
  const auto differences = report::differences(with_whole_lock(before, "/w", build_app),
                                               with_whole_lock(bumped, "/w", build_app));
  CHECK(differences == std::vector<std::string>{"the whole lock file has changed: `b 1.0.1` is "
                                                "new, `b 1.0.0` was removed"});

  auto edited = before;
  add_file(edited, "/w/src/bin/more.rs", "fn main() {}\n");
  add_file(edited, "/w/tests/it.rs", "");
  append(edited, "/w/other/Cargo.toml", "[features]\nown = []\n");
  CHECK(with_whole_lock(before, "/w", build_app) == with_whole_lock(edited, "/w", build_app));
}

TEST_CASE("what is fetched has every package of the lock file under a key of its own") {
  const auto tree = workspace();
  const auto whole = with_whole_lock(tree, "/w", build_app);
  const auto fetched = reduce::request_workspace(whole.commands[0].requests,
                                                 R"(version = 4

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "a"
version = "2.0.0+meta"
source = "sparse+https://own.example/index/"

[[package]]
name = "g"
version = "1.0.0"
source = "git+https://example.com/g?branch=a%2Fb+c#0123456789012345678901234567890123456789"
)");
  const auto rest = std::find_if(fetched.manifests.begin(), fetched.manifests.end(),
                                 [](const auto& one) { return one.path == "rest/Cargo.toml"; });
  REQUIRE(rest != fetched.manifests.end());
  const auto& text = rest->contents;
  CAPTURE(text);
  const auto has = [&](const std::string& line) { return text.find(line) != std::string::npos; };
  CHECK(has("external0 = { package = \"a\", version = \"=1.0.0\", default-features = false }\n"));
  CHECK(
      has("external1 = { package = \"a\", registry-index = "
          "\"sparse+https://own.example/index/\", version = \"=2.0.0\", default-features = "
          "false }\n"));
  CHECK(
      has("external2 = { package = \"g\", git = \"https://example.com/g\", branch = \"a/b c\", "
          "version = \"=1.0.0\", "
          "default-features = false }\n"));
  const auto& root = fetched.manifests.front();
  CHECK(root.path == "Cargo.toml");
  CHECK(root.contents.find(R"(members = ["requests", "rest"])") != std::string::npos);
}

}  // namespace larder::test
