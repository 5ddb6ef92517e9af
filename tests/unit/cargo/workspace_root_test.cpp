#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "../support/workspace_files.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::add_package;
using larder::test::error_of;
using larder::test::member_names;
using Texts = std::vector<std::string>;

TEST_CASE("from a member the root above is found, past manifests that are no roots") {
  auto tree = test::tree_of(
      {{"/w/Cargo.toml", "[workspace]\nmembers = [\"group/a\"]\nexclude = [\"group/off\"]\n"}});
  add_package(tree, "/w/group/a");
  const auto workspace = load_workspace(tree, "/w/group/a/Cargo.toml");
  CHECK(workspace.root_directory == "/w");
  CHECK(workspace.current_package == 0U);
  CHECK_FALSE(workspace.root_package);
}

TEST_CASE("an excluding root is passed over and the search goes on above it") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"inner/x\"]\n"},
                             {"/w/inner/Cargo.toml", "[workspace]\nexclude = [\"x\"]\n"}});
  add_package(tree, "/w/inner/x");
  CHECK(load_workspace(tree, "/w/inner/x/Cargo.toml").root_directory == "/w");
}

TEST_CASE("an excluded package is a workspace of its own") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nexclude = [\"x\"]\n"}});
  add_package(tree, "/w/x");
  const auto workspace = load_workspace(tree, "/w/x/Cargo.toml");
  CHECK(workspace.root_directory == "/w/x");
  CHECK(member_names(workspace) == Texts{"x"});
}

TEST_CASE("package.workspace names the root, also from outside it") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"../out\"]\n"}});
  add_package(tree, "/out", "workspace = \"../w\"\n");
  const auto workspace = load_workspace(tree, "/out/Cargo.toml");
  CHECK(workspace.root_directory == "/w");
  CHECK(member_names(workspace) == Texts{"out"});
}

TEST_CASE("a path dependency outside the root that points to it is a member") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"}});
  add_package(tree, "/w/a", test::depends_on({"../../out"}));
  add_package(tree, "/out", "workspace = \"../w\"\n");
  CHECK(member_names(load_workspace(tree, "/w/Cargo.toml")) == Texts{"out", "a"});
}

TEST_CASE("constellations that cargo rejects") {
  struct Row {
    std::string what;
    std::map<std::string, std::string> roots;
    std::string start;
    std::string id;
    std::string file;
  };
  const std::string own_workspace = "[workspace]\n";
  for (const auto& row : std::vector<Row>{
           {"a nested root that is a member",
            {{"/w", "[workspace]\nmembers = [\"in\"]\n"}, {"/w/in", own_workspace}},
            "/w",
            "workspace-invalid",
            "/w/in/Cargo.toml"},
           {"a nested root that is a path dependency",
            {{"/w", "[workspace]\n" + test::depends_on({"in"})}, {"/w/in", own_workspace}},
            "/w",
            "workspace-invalid",
            "/w/in/Cargo.toml"},
           {"a member that points to another root",
            {{"/w", "[workspace]\nmembers = [\"in\"]\n"},
             {"/w/in", "workspace = \"../../other\"\n"},
             {"/other", "[workspace]\n"}},
            "/w",
            "workspace-invalid",
            "/w/in/Cargo.toml"},
           {"a package that no entry lists",
            {{"/w", "[workspace]\n"}, {"/w/in", ""}},
            "/w/in",
            "workspace-invalid",
            "/w/in/Cargo.toml"},
           {"a pointer to a root that does not list the package",
            {{"/w", "[workspace]\n"}, {"/out", "workspace = \"../w\"\n"}},
            "/out",
            "workspace-invalid",
            "/out/Cargo.toml"},
           {"a pointer to nothing",
            {{"/w", "workspace = \"../none\"\n"}},
            "/w",
            "manifest-missing",
            "/none/Cargo.toml"},
           {"a root that points to a root",
            {{"/w", "workspace = \"..\"\n[workspace]\n"}},
            "/w",
            "manifest-invalid",
            "/w/Cargo.toml"},
           {"two members of one name",
            {{"/w", "[workspace]\nmembers = [\"a/x\", \"b/x\"]\n"}, {"/w/a/x", ""}, {"/w/b/x", ""}},
            "/w",
            "workspace-invalid",
            "/w/b/x/Cargo.toml"},
           {"a manifest above that is no TOML",
            {{"/w/in", ""}, {"/w", "= broken\n"}},
            "/w/in",
            "manifest-parse",
            "/w/Cargo.toml"},
           {"a resolver nobody knows",
            {{"/w", "[workspace]\nresolver = \"9\"\n"}},
            "/w",
            "workspace-invalid",
            "/w/Cargo.toml"}}) {
    CAPTURE(row.what);
    MemoryTree tree;
    for (const auto& [directory, text] : row.roots) add_package(tree, directory, text);
    const auto error = error_of([&] { load_workspace(tree, row.start + "/Cargo.toml"); });
    CHECK(error.id() == row.id);
    CHECK(error.location().file == row.file);
  }
}

TEST_CASE("the resolver follows key, then the root package's edition, else 1") {
  struct Row {
    std::string root;
    std::string resolver;
  };
  const auto package = [](const std::string& edition, const std::string& rest) {
    return "[package]\nname = \"w\"\nedition = \"" + edition + "\"\n" + rest;
  };
  for (const auto& row :
       std::vector<Row>{{"[workspace]\nmembers = [\"a\"]\n", "1"},
                        {"[workspace]\nmembers = [\"a\"]\nresolver = \"3\"\n", "3"},
                        {package("2015", "[workspace]\n"), "1"},
                        {package("2018", "[workspace]\n"), "1"},
                        {package("2021", "[workspace]\n"), "2"},
                        {package("2024", "[workspace]\n"), "3"},
                        {package("2021", "[workspace]\nresolver = \"1\"\n"), "1"},
                        {package("2015", "resolver = \"2\"\n"), "2"}}) {
    CAPTURE(row.root);
    MemoryTree tree({{"/w/Cargo.toml", row.root}, {"/w/src/lib.rs", ""}});
    add_package(tree, "/w/a", "resolver = \"2\"\n", "2024");
    CHECK(load_workspace(tree, "/w/Cargo.toml").resolver == row.resolver);
  }
}

TEST_CASE("a resolver in both places is an error at the workspace's") {
  const auto tree =
      test::tree_of({{"/w/Cargo.toml",
                      "[package]\nname = \"w\"\nresolver = \"2\"\n[workspace]\nresolver = \"2\"\n"},
                     {"/w/src/lib.rs", ""}});
  const auto error = error_of([&] { load_workspace(tree, "/w/Cargo.toml"); });
  CHECK(error.id() == "manifest-invalid");
  CHECK(test::position_of(error) == "5:12");
}

TEST_CASE("tables of the root only are taken from the root manifest") {
  auto tree = test::tree_of(
      {{"/w/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n[profile.release]\nlto = true\n"}});
  add_package(tree, "/w/a", "[profile.dev]\nopt-level = 3\n");
  const auto workspace = load_workspace(tree, "/w/a/Cargo.toml");
  CHECK(workspace.root_table("profile").contains("release"));
  CHECK_FALSE(workspace.root_table("profile").contains("dev"));
  CHECK(workspace.root_table("patch").empty());
}
