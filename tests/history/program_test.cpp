#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "../unit/support/temporary_directory.hpp"
#include "../unit/support/values.hpp"
#include "larder/base/process.hpp"
#include "repository_builder.hpp"
#include "sample_tree.hpp"

// diff and history as one calls them.

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;
using Words = std::vector<std::string>;

struct Run {
  int code = -1;
  std::string output;
  std::string errors;
};

Run larder(const std::string& directory, const Words& words) {
  Words all{LARDER_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  // No git program, no configuration of it, and another HOME.
  const auto environment = test::environment_of({{"HOME", directory}, {"PATH", "/nowhere"}});
  auto captured = capture_process({all, directory, environment});
  const auto* exited = std::get_if<Exited>(&captured.status);
  return {exited == nullptr ? -1 : exited->code, std::move(captured.output),
          std::move(captured.errors)};
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Words build{"--", "build", "--release"};
Words with_build(Words words) {
  words.insert(words.end(), build.begin(), build.end());
  return words;
}

/// The sample below `shop`, and four commits: the sample, an edit, a bump, a feature.
struct Shop {
  Shop() : builder(directory / "repository") {
    auto tree = load_directory(std::string(LARDER_FIXTURES) + "/shop", "/shop");
    const auto add = [&](const std::string& message) {
      commits.push_back(
          builder.commit(tree, message, commits.empty() ? Words{} : Words{commits.back()}));
    };
    add("The shop");
    append(tree, "/shop/crates/shop-core/src/lib.rs", "// edited\n");
    append(tree, "/shop/Cargo.toml", "# edited\n");
    add("<script>alert(\"&\")</script> \x1b[31m");
    replace(tree, "/shop/Cargo.lock", "version = \"2.5.0\"", "version = \"2.5.1\"");
    add("Bump memchr");
    replace(tree, "/shop/crates/shop-api/Cargo.toml", R"(features = ["derive", "std"])",
            R"(features = ["derive", "rc", "std"])");
    add("A feature");
    builder.check_out(commits.back(), root());
  }
  std::string root() const { return directory / "repository"; }
  std::string shop() const { return root() + "/shop"; }

  test::TemporaryDirectory directory;
  RepositoryBuilder builder;
  std::vector<std::string> commits;
};

}  // namespace

TEST_CASE("diff ends with 0 for the same recipe and with 1 for another, of whatever sides") {
  const Shop shop;
  REQUIRE(larder(shop.shop(), with_build({"prepare", "--recipe-path", "../new.json"})).code == 0);
  struct Row {
    std::string before;
    std::string after;
    int code;
  };
  for (const auto& row : std::vector<Row>{{"HEAD", ".", 0},
                                          {"HEAD~3", "HEAD~2", 0},
                                          {"HEAD~3", ".", 1},
                                          {".", shop.commits[1], 1},
                                          {"HEAD~1", "main", 1}}) {
    CAPTURE(row.before);
    CAPTURE(row.after);
    const auto run = larder(shop.shop(), with_build({"diff", row.before, row.after}));
    CAPTURE(run.errors);
    CHECK(run.code == row.code);
    CHECK(run.output.empty() == (row.code == 0));
  }
  // A recipe's own command is that of the other side.
  CHECK(larder(shop.shop(), {"diff", "../new.json", "HEAD"}).code == 0);
  CHECK(larder(shop.shop(), {"diff", ".", "../new.json"}).code == 0);
  CHECK(larder(shop.shop(), {"diff", "HEAD~3", "../new.json"}).code == 1);
  CHECK(larder(shop.shop(), {"diff", "../new.json", "../new.json"}).code == 0);
  // From a directory below, and by manifest.
  CHECK(larder(shop.shop() + "/crates/shop-net", with_build({"diff", "HEAD~3", "HEAD~2"})).code ==
        0);
  CHECK(
      larder(shop.root(), with_build({"diff", "HEAD~3", ".", "--manifest-path", "shop/Cargo.toml"}))
          .code == 1);
}

TEST_CASE("diff tells what differs, where it stands and what is compiled again") {
  const Shop shop;
  const auto run =
      larder(shop.shop(), with_build({"diff", "HEAD~3", ".", "--message-format", "json"}));
  CAPTURE(run.errors);
  REQUIRE(run.code == 1);
  const auto document = json::parse(run.output);
  CHECK(document.at("same") == false);
  REQUIRE(document.at("commands").size() == 1);
  const auto& command = document["commands"][0];
  CHECK(command.at("command") == "build --release");
  REQUIRE(command.at("changes").size() == 2);
  const auto& bump = command["changes"][0];
  CHECK(bump.at("kind") == "bump");
  CHECK(bump.at("subject") == "memchr");
  CHECK(bump.at("causes")[0].at("file") == "shop/Cargo.lock");
  CHECK(bump.at("recompiled") == json{"memchr 2.5.1"});
  const auto& features = command["changes"][1];
  CHECK(features.at("kind") == "features");
  CHECK(features.at("causes")[0].at("file") == "shop/crates/shop-api/Cargo.toml");
  CHECK(features.at("causes")[0].at("gone") == false);
  CHECK(command.at("recompiled").size() == 4);
  CHECK(command.at("external_packages") == 35);

  const auto text = larder(shop.shop(), with_build({"diff", "HEAD~3", "."}));
  for (const auto* words : {"4 of 35 external packages", "memchr 2.5.1", "added rc",
                            "shop/crates/shop-api/Cargo.toml:"})
    CHECK(text.output.find(words) != std::string::npos);
}

TEST_CASE(
    "history is the same as text, JSON and a page, and its page holds no markup of a commit") {
  const Shop shop;
  const auto text = larder(shop.shop(), with_build({"history"}));
  CAPTURE(text.errors);
  REQUIRE(text.code == 0);
  CHECK(text.output.find("4 commits, 2 changed the recipe") != std::string::npos);
  CHECK(text.output.find("1 changed manifests or the lock file, but not") != std::string::npos);
  CHECK(text.output.find("<script>") == std::string::npos);
  const auto all = larder(shop.shop(), with_build({"history", "-v"}));
  CHECK(all.output.find("<script>") != std::string::npos);
  CHECK(all.output.find('\x1b') == std::string::npos);

  const auto run = larder(shop.shop(), with_build({"history", "--message-format", "json"}));
  const auto document = json::parse(run.output);
  CHECK(document.at("totals").at("recipe_changes") == 2);
  CHECK(document.at("totals").at("changes_avoided") == 1);
  CHECK(document.at("commits").size() == 4);
  CHECK(document["commits"][0].at("verdict") == "changed");
  CHECK(document["commits"][3].at("verdict") == "first");

  const auto page = larder(shop.shop(), with_build({"history", "--html", "page.html"}));
  CHECK(page.code == 0);
  CHECK(page.output.empty());
  const auto html = text_of(shop.shop() + "/page.html");
  CHECK(html.find("<script>alert") == std::string::npos);
  CHECK(html.find("http") == std::string::npos);
  CHECK(html.find("id=\"c" + shop.commits[3]) != std::string::npos);
  CHECK(html.find("href=\"#c" + shop.commits[2]) != std::string::npos);
  CHECK(html.find("id=\"c" + shop.commits[1]) == std::string::npos);
}

TEST_CASE("history counts, ranges and the commands of the manifest") {
  const Shop shop;
  const auto commits = [&](const Words& words) {
    Words all{"history", "--message-format", "json"};
    all.insert(all.end(), words.begin(), words.end());
    return json::parse(larder(shop.shop(), all).output);
  };
  CHECK(commits({"-n", "2"}).at("commits").size() == 2);
  CHECK(commits({"HEAD~2..", "--"}).at("commits").size() == 2);
  CHECK(commits({"HEAD~1"}).at("commits").size() == 3);
  CHECK(commits({}).at("commands") == json{"cargo build --release"});
  CHECK(commits({"--", "check"}).at("commands") == json{"cargo check"});
  // Stated in the newest commit, it is that of the older ones as well.
  auto tree = load_directory(shop.shop(), "/shop");
  append(tree, "/shop/Cargo.toml", "\n[workspace.metadata.larder]\ncommands = [\"test\"]\n");
  auto builder = RepositoryBuilder(shop.root());
  builder.commit(tree, "State a command", {shop.commits.back()});
  const auto stated = commits({});
  CHECK(stated.at("commands") == json{"cargo test"});
  CHECK(stated["commits"][0].at("verdict") == "same");
}

TEST_CASE("wrong usage, wrong revisions and damaged repositories end with an error") {
  const Shop shop;
  test::TemporaryDirectory elsewhere;
  const auto fails = [](const Run& run, int code, const std::string& id) {
    CAPTURE(run.errors);
    CHECK(run.code == code);
    CHECK(run.output.empty());
    CHECK(run.errors.find("error" + (id.empty() ? "" : "[" + id + "]")) != std::string::npos);
  };
  fails(larder(shop.shop(), {"diff", "HEAD"}), 2, "");
  fails(larder(shop.shop(), {"diff", "HEAD", ".", "--message-format", "xml"}), 2, "");
  fails(larder(shop.shop(), {"diff", "HEAD", ".", "--", "frobnicate"}), 2, "command-unsupported");
  fails(larder(shop.shop(), {"history", "-n", "0"}), 2, "");
  fails(larder(shop.shop(), {"diff", "no-such", "."}), 2, "git-revision");
  fails(larder(elsewhere.path(), {"history"}), 1, "git-repository");
  fails(larder(shop.shop(), {"history", "a...b"}), 1, "git-revision");

  auto builder = RepositoryBuilder(shop.root());
  auto tree = load_directory(shop.shop(), "/shop");
  tree.write("/shop/Cargo.toml", "[workspace] # " + std::string(std::size_t{17} << 20U, 'x'));
  const auto large = builder.commit(tree, "Too large", {shop.commits.back()});
  const auto too_large = larder(shop.shop(), with_build({"history"}));
  fails(too_large, 1, "file-too-large");
  CHECK(too_large.errors.find(large.substr(0, 8) + ":shop/Cargo.toml") != std::string::npos);
  CHECK(too_large.errors.find("Too large") != std::string::npos);

  tree.write("/shop/Cargo.toml", "[workspace]\nmembers = [\"member\"]\n");
  builder.commit(tree, "Missing", {shop.commits.back()});
  fs::remove(builder.path_of(builder.blob("[workspace]\nmembers = [\"member\"]\n")));
  fails(larder(shop.shop(), with_build({"history"})), 1, "git-object");
  fails(larder(shop.shop(), with_build({"diff", "HEAD", "HEAD~1"})), 2, "git-object");
}

TEST_CASE("a submodule that lacks a commit is told in the line of that commit") {
  const Shop shop;
  auto builder = RepositoryBuilder(shop.root());
  auto tree = load_directory(shop.shop(), "/shop");
  // The repository of the submodule is this one.
  fs::create_directories(shop.root() + "/.git/modules");
  fs::create_directory_symlink("..", shop.root() + "/.git/modules/member");
  tree.write("/.gitmodules", "[submodule \"member\"]\n path = shop/member\n");
  append(tree, "/shop/crates/shop-core/Cargo.toml",
         "\n[dependencies.member]\npath = \"../../member\"\n");
  builder.submodules = {{"shop/member", std::string(40, '1')}};
  const auto lacking = builder.commit(tree, "Lacking", {shop.commits.back()});
  builder.submodules = {};
  builder.commit(load_directory(shop.shop(), "/shop"), "Without", {lacking});
  const auto run = larder(shop.shop(), with_build({"history", "--message-format", "json"}));
  CAPTURE(run.errors);
  CHECK(run.code == 0);
  const auto commits = json::parse(run.output).at("commits");
  CHECK(commits.size() == 6);
  CHECK(commits[1].dump().find("git-submodule") != std::string::npos);
  CHECK(commits[0].at("verdict") == "same");
  CHECK(larder(shop.shop(), with_build({"diff", "HEAD", "HEAD~1"})).code == 2);
}

TEST_CASE("a workspace's odd file names are no reason to crash") {
  const Shop shop;
  auto builder = RepositoryBuilder(shop.root());
  auto tree = load_directory(shop.shop(), "/shop");
  tree.write("/shop/crates/shop-worker/src/bin/\xff\xfe.rs", "fn main() {}\n");
  tree.write("/shop/crates/\xff/Cargo.toml", "[package]\nname = \"odd\"\n");
  builder.commit(tree, "Odd \xff", {shop.commits.back()});
  const auto run = larder(shop.shop(), with_build({"history", "--message-format", "json"}));
  CAPTURE(run.errors);
  CHECK(run.code == 0);
  CHECK(json::parse(run.output).at("commits").size() == 5);
}

}  // namespace larder::test
