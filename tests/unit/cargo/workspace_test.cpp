#include "larder/cargo/workspace/workspace.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "../support/workspace_files.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::add_package;
using larder::test::check_error;
using larder::test::default_names;
using larder::test::depends_on;
using larder::test::error_of;
using larder::test::member_names;
using larder::test::outsider_names;
using Texts = std::vector<std::string>;

namespace {

/// The packages a, b and c in /w/crates, and a root manifest with this text.
MemoryTree crates(const std::string& root) {
  auto tree = test::tree_of({{"/w/Cargo.toml", root}});
  for (const std::string name : {"a", "b", "c"}) add_package(tree, "/w/crates/" + name);
  return tree;
}

/// With the path dependencies that are no members.
Workspace load_all(const SourceTree& tree, const std::string& manifest_path) {
  auto workspace = load_workspace(tree, manifest_path, "");
  CHECK(outsider_names(workspace).empty());
  load_path_dependencies(tree, workspace);
  return workspace;
}

}  // namespace

TEST_CASE("members are listed by name or glob, sorted by directory") {
  struct Row {
    std::string entries;
    Texts members;
  };
  for (const auto& row : std::vector<Row>{{"\"crates/*\"", {"a", "b", "c"}},
                                          {R"("crates/c", "./crates/a")", {"a", "c"}},
                                          {"\"crates/[bc]\"", {"b", "c"}},
                                          {R"("crates/*", "crates/a")", {"a", "b", "c"}},
                                          {"\"crates/a/Cargo.toml*\"", {}},
                                          {"", {}}}) {
    CAPTURE(row.entries);
    const auto tree = crates("[workspace]\nmembers = [" + row.entries + "]\n");
    const auto workspace = load_workspace(tree, "/w/Cargo.toml", "");
    CHECK(member_names(workspace) == row.members);
    CHECK(workspace.root_directory == "/w");
    CHECK_FALSE(workspace.root_package);
    CHECK_FALSE(workspace.current_package);
  }
}

TEST_CASE("files that a glob matches are passed over, directories without a manifest are errors") {
  auto tree = crates("[workspace]\nmembers = [\"crates/*\"]\n");
  tree.write("/w/crates/README.md", "");
  CHECK(member_names(load_workspace(tree, "/w/Cargo.toml", "")).size() == 3);
  tree.write("/w/crates/data/x", "");
  check_error([&] { load_workspace(tree, "/w/Cargo.toml", ""); }, "workspace-invalid",
              "/w/Cargo.toml", "2:12");
  tree.write("/w/Cargo.toml",
             "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/data\"]\n");
  CHECK(member_names(load_workspace(tree, "/w/Cargo.toml", "")).size() == 3);
}

TEST_CASE("an entry that matches nothing is an error at the entry") {
  const auto tree = crates("[workspace]\nmembers = [\"crates/a\",\n  \"crates/none\"]\n");
  check_error([&] { load_workspace(tree, "/w/Cargo.toml", ""); }, "workspace-invalid",
              "/w/Cargo.toml", "3:3");
}

TEST_CASE("exclude is a path prefix, and yields to a member entry taken literally") {
  struct Row {
    std::string members;
    std::string exclude;
    Texts expected;
  };
  for (const auto& row : std::vector<Row>{{"\"crates/*\"", "\"crates/b\"", {"a", "c"}},
                                          {"\"crates/*\"", "\"crates\"", {}},
                                          {R"("crates/*", "crates/b")", "\"crates\"", {"b"}},
                                          {"\"crates/b\"", "\"crates/b\"", {"b"}},
                                          {"\"crates/*\"", "\"crates/[b]\"", {"a", "b", "c"}},
                                          {"\"crates/*\"", "\"crat\"", {"a", "b", "c"}}}) {
    CAPTURE(row.members);
    CAPTURE(row.exclude);
    const auto tree =
        crates("[workspace]\nmembers = [" + row.members + "]\nexclude = [" + row.exclude + "]\n");
    CHECK(member_names(load_workspace(tree, "/w/Cargo.toml", "")) == row.expected);
  }
}

TEST_CASE("path dependencies below the root are members, of whatever kind, and theirs too") {
  auto tree = crates("[workspace]\nmembers = [\"app\"]\n");
  add_package(tree, "/w/app",
              R"([dev-dependencies]
a = { path = "../crates/a" }
[target.'cfg(windows)'.build-dependencies]
b = { path = "../crates/b", optional = true }
)");
  add_package(tree, "/w/crates/b", depends_on({"../c"}));
  CHECK(member_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"app", "a", "b", "c"});
}

TEST_CASE("the root package's path dependencies are members; entries nobody inherits are not") {
  auto tree = crates("");
  add_package(tree, "/w",
              R"([workspace]
[workspace.dependencies]
b = { path = "crates/b" }
c = { path = "crates/c" }
[dependencies]
a = { path = "crates/a" }
c.workspace = true
)");
  const auto workspace = load_workspace(tree, "/w/Cargo.toml", "");
  CHECK(member_names(workspace) == Texts{"w", "a", "c"});
  CHECK(workspace.root_package == LocalId(0));
  CHECK(workspace.current_package == LocalId(0));
}

TEST_CASE("path dependencies outside the root are local, but no members, and so are theirs") {
  auto tree = crates("[workspace]\nmembers = [\"crates/a\"]\n");
  add_package(tree, "/w/crates/a", depends_on({"../../../out/x"}));
  add_package(tree, "/out/x",
              depends_on({"../y"}) + "[dev-dependencies]\nz = { path = \"../z\" }\n");
  add_package(tree, "/out/y");
  const auto workspace = load_all(tree, "/w/crates/a/Cargo.toml");
  CHECK(member_names(workspace) == Texts{"a"});
  CHECK(outsider_names(workspace) == Texts{"x", "y"});
  CHECK(workspace.package_in("/out/x") == LocalId(1));
  CHECK_FALSE(workspace.is_member(LocalId(1)));
  CHECK_FALSE(workspace.package_in("/out/z"));
}

TEST_CASE("an excluded path dependency is local, but no member") {
  auto tree = crates("[workspace]\nmembers = [\"app\"]\nexclude = [\"crates\"]\n");
  add_package(tree, "/w/app", depends_on({"../crates/a"}));
  const auto workspace = load_all(tree, "/w/Cargo.toml");
  CHECK(member_names(workspace) == Texts{"app"});
  CHECK(outsider_names(workspace) == Texts{"a"});
}

TEST_CASE("an outsider inherits from the workspace it belongs to") {
  auto tree = crates(R"([workspace]
members = ["crates/a"]
[workspace.package]
version = "1.0.0"
)");
  add_package(tree, "/w/crates/a", depends_on({"../../../other/x"}));
  tree.write("/other/Cargo.toml",
             "[workspace]\nmembers = [\"x\"]\n[workspace.package]\nversion = \"2.0.0\"\n");
  tree.write("/other/x/Cargo.toml", "[package]\nname = \"x\"\nversion.workspace = true\n");
  tree.write("/other/x/src/lib.rs", "");
  const auto workspace = load_all(tree, "/w/Cargo.toml");
  CHECK(outsider_names(workspace) == Texts{"x"});
  CHECK(workspace.packages.back().version.str() == "2.0.0");
}

TEST_CASE("a package without [workspace] is alone: its path dependencies are no members") {
  MemoryTree tree;
  add_package(tree, "/p", depends_on({"sub/x", "../y"}));
  add_package(tree, "/p/sub/x");
  add_package(tree, "/y");
  const auto workspace = load_all(tree, "/p/Cargo.toml");
  CHECK(member_names(workspace) == Texts{"p"});
  CHECK(outsider_names(workspace) == Texts{"x", "y"});
  CHECK(workspace.root_directory == "/p");
  CHECK(workspace.current_package == LocalId(0));
}

TEST_CASE("a path dependency without a manifest is an error") {
  auto tree = crates("[workspace]\nmembers = [\"crates/a\"]\n");
  add_package(tree, "/w/crates/a", depends_on({"../none"}));
  CHECK(error_of([&] { load_workspace(tree, "/w/Cargo.toml", ""); }).id() == "manifest-missing");
  add_package(tree, "/w/crates/a", depends_on({"../../../out/none"}));
  const auto error = error_of([&] { load_workspace(tree, "/w/Cargo.toml", ""); });
  CHECK(error.id() == "manifest-missing");
  CHECK(error.location().file == "/w/crates/a/Cargo.toml");
  CHECK(error.location().line == 6);
}

TEST_CASE("default members: all of a virtual workspace, else the root package, else those listed") {
  auto tree = crates("[workspace]\nmembers = [\"crates/*\"]\n");
  CHECK(default_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"a", "b", "c"});
  tree.write("/w/Cargo.toml",
             "[workspace]\nmembers = [\"crates/*\"]\ndefault-members = [\"crates/[ac]\"]\n");
  CHECK(default_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"a", "c"});
  add_package(tree, "/w", "[workspace]\nmembers = [\"crates/*\"]\n");
  CHECK(default_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"w"});
  add_package(tree, "/w",
              R"([workspace]
members = ["crates/*"]
default-members = [".", "crates/b"]
)");
  CHECK(default_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"w", "b"});
}

TEST_CASE("a default member must be a member, or one that members lists and exclude takes away") {
  const std::string some = "members = [\"crates/a\"]\n";
  const std::string all = "members = [\"crates/*\"]\nexclude = [\"crates/b\"]\n";
  auto tree = crates("");
  for (const auto& body :
       {some + "default-members = [\"crates/b\"]\n", some + "default-members = [\"crates/none\"]\n",
        some + "exclude = [\"crates/b\"]\ndefault-members = [\"crates/b\"]\n"}) {
    CAPTURE(body);
    tree.write("/w/Cargo.toml", "[workspace]\n" + body);
    CHECK(error_of([&] { load_workspace(tree, "/w/Cargo.toml", ""); }).id() == "workspace-invalid");
  }
  tree.write("/w/Cargo.toml",
             "[workspace]\n" + all + "default-members = [\"crates/a\", \"crates/b\"]\n");
  CHECK(default_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"a"});
}

TEST_CASE("the manifest of a directory is its own or the nearest above") {
  const auto tree = crates("[workspace]\n");
  CHECK(find_manifest(tree, "/w/crates/a/src") == "/w/crates/a/Cargo.toml");
  CHECK(find_manifest(tree, "/w/crates") == "/w/Cargo.toml");
  CHECK(error_of([&] { find_manifest(tree, "/elsewhere"); }).id() == "manifest-missing");
}

TEST_CASE("a root that excludes itself stands alone, whatever its default members") {
  auto tree = crates("[workspace]\nexclude = [\"\"]\ndefault-members = [\"crates/a\"]\n");
  const auto workspace = load_workspace(tree, "/w/Cargo.toml", "");
  CHECK(workspace.packages.empty());
  CHECK(default_names(workspace).empty());
}

TEST_CASE("dots of an entry are looked up one by one, and those of a pattern are names") {
  const auto names = [](const std::string& entry) {
    return member_names(load_workspace(crates("[workspace]\nmembers = [\"" + entry + "\"]\n"),
                                       "/w/Cargo.toml", ""));
  };
  CHECK(names("crates/../crates/*") == Texts{"a", "b", "c"});
  CHECK(error_of([&] { names("none/../crates/*"); }).id() == "workspace-invalid");
}

TEST_CASE("a source is known by the spelling that was read first") {
  auto tree = crates("[workspace]\nmembers = [\"crates/b\", \"crates/a\"]\n");
  add_package(tree, "/w/crates/a", "[dependencies]\nx = { git = \"https://h/x\" }\n");
  add_package(tree, "/w/crates/b", "[dependencies]\nx = { git = \"https://h/x.git\" }\n");
  const auto workspace = load_workspace(tree, "/w/Cargo.toml", "");
  CHECK(workspace.first_spellings ==
        std::map<std::string, std::string>{{"git+https://h/x?=", "https://h/x.git"}});
}

TEST_CASE("a directory named Cargo.toml is found as a manifest, and cannot be read") {
  const auto tree = test::tree_of({{"/w/Cargo.toml", ""}, {"/w/a/Cargo.toml/x", ""}});
  CHECK(find_manifest(tree, "/w/a/b") == "/w/a/Cargo.toml");
}

namespace {

/// A tree that one thread reads, so that nothing is read ahead.
class OneByOne : public MemoryTree {
 public:
  using MemoryTree::MemoryTree;
  bool is_shareable() const override { return false; }
};

/// The packages with their versions, or what was thrown.
std::string outcome(const SourceTree& tree) {
  try {
    std::string out;
    for (const auto& package : load_all(tree, "/w/Cargo.toml").packages)
      out += package.name + " " + package.version.str() + "\n";
    return out;
  } catch (const Error& error) {
    return error.id() + " " + error.what() + " " + error.location().file;
  }
}

}  // namespace

TEST_CASE("manifests that several threads read come out as if read one by one") {
  const std::string root =
      "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nversion = \"3.0.0\"\n";
  const std::string broken = "[package]\nname = 1\n";
  const std::string member = "[package]\nname = \"x\"\nversion.workspace = true\n";
  for (const auto& extra : std::vector<std::map<std::string, std::string>>{
           {},
           {{"/w/crates/p11/Cargo.toml", broken}, {"/w/crates/p05/Cargo.toml", broken + "a ="}},
           {{"/w/crates/p05/Cargo.toml", member + "[workspace]\n"}},
           {{"/w/crates/p05/Cargo.toml", member + "workspace = \"../..\"\n"}},
           {{"/w/crates/p05/Cargo.toml", member + "workspace = \"../p06\"\n"},
            {"/w/crates/p06/Cargo.toml", "[workspace.package]\nversion = \"4.0.0\"\n"}},
           {{"/w/crates/p00/Cargo.toml",
             member + "[dependencies]\nin = {path = \"../p09/in\"}\nx = {path = \"..\"}\n"},
            {"/w/crates/Cargo.toml", member + "[workspace.package]\nversion = \"4.0.0\"\n"},
            {"/w/crates/p09/in/Cargo.toml", "[package]\nname = \"in\"\n"}}}) {
    auto files = extra;
    files.emplace("/w/Cargo.toml", root);
    files.emplace("/w/crates/src/lib.rs", "");
    for (int i = 0; i < 20; ++i) {
      const auto number = std::to_string(100 + i).substr(1);
      const auto directory = "/w/crates/p" + number;
      files.emplace(directory + "/src/lib.rs", "");
      files.emplace(directory + "/Cargo.toml",
                    "[package]\nname = \"p" + number + "\"\nversion.workspace = true\n");
    }
    CHECK(outcome(MemoryTree(files)) == outcome(OneByOne(files)));
  }
}
