#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "../support/workspace_files.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::add_package;
using larder::test::check_error;
using larder::test::error_of;
using larder::test::member_names;
using Texts = std::vector<std::string>;

TEST_CASE("from a member the root above is found, past manifests that are no roots") {
  auto tree = test::tree_of(
      {{"/w/Cargo.toml", "[workspace]\nmembers = [\"group/a\"]\nexclude = [\"group/off\"]\n"}});
  add_package(tree, "/w/group/a");
  const auto workspace = load_workspace(tree, "/w/group/a/Cargo.toml", "");
  CHECK(workspace.root_directory == "/w");
  CHECK(workspace.current_package == LocalId(0));
  CHECK_FALSE(workspace.root_package);
}

TEST_CASE("an excluding root is passed over and the search goes on above it") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"inner/x\"]\n"},
                             {"/w/inner/Cargo.toml", "[workspace]\nexclude = [\"x\"]\n"}});
  add_package(tree, "/w/inner/x");
  CHECK(load_workspace(tree, "/w/inner/x/Cargo.toml", "").root_directory == "/w");
}

TEST_CASE("an excluded package is a workspace of its own") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nexclude = [\"x\"]\n"}});
  add_package(tree, "/w/x");
  const auto workspace = load_workspace(tree, "/w/x/Cargo.toml", "");
  CHECK(workspace.root_directory == "/w/x");
  CHECK(member_names(workspace) == Texts{"x"});
}

TEST_CASE("package.workspace names the root, also from outside it") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"../out\"]\n"}});
  add_package(tree, "/out", "workspace = \"../w\"\n");
  const auto workspace = load_workspace(tree, "/out/Cargo.toml", "");
  CHECK(workspace.root_directory == "/w");
  CHECK(member_names(workspace) == Texts{"out"});
}

TEST_CASE("a path dependency outside the root that points to it is a member") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"}});
  add_package(tree, "/w/a", test::depends_on({"../../out"}));
  add_package(tree, "/out", "workspace = \"../w\"\n");
  CHECK(member_names(load_workspace(tree, "/w/Cargo.toml", "")) == Texts{"out", "a"});
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
            "manifest-invalid",
            "/w/Cargo.toml"},
           {"an optional dependency of the workspace table",
            {{"/w",
              R"([workspace]
[workspace.dependencies]
x = { version = "1", optional = true }
)"}},
            "/w",
            "manifest-invalid",
            "/w/Cargo.toml"}}) {
    CAPTURE(row.what);
    MemoryTree tree;
    for (const auto& [directory, text] : row.roots) add_package(tree, directory, text);
    const auto error = error_of([&] { load_workspace(tree, row.start + "/Cargo.toml", ""); });
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
    CHECK(load_workspace(tree, "/w/Cargo.toml", "").resolver == row.resolver);
  }
}

TEST_CASE("a resolver in both places is an error at the workspace's") {
  const auto tree =
      test::tree_of({{"/w/Cargo.toml",
                      "[package]\nname = \"w\"\nresolver = \"2\"\n[workspace]\nresolver = \"2\"\n"},
                     {"/w/src/lib.rs", ""}});
  check_error([&] { load_workspace(tree, "/w/Cargo.toml", ""); }, "manifest-invalid",
              "/w/Cargo.toml", "5:12");
}

TEST_CASE("tables of the root only are taken from the root manifest") {
  auto tree = test::tree_of(
      {{"/w/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n[profile.release]\nlto = true\n"}});
  add_package(tree, "/w/a", "[profile.dev]\nopt-level = 3\n");
  const auto workspace = load_workspace(tree, "/w/a/Cargo.toml", "");
  CHECK(workspace.root_table("profile").contains("release"));
  CHECK_FALSE(workspace.root_table("profile").contains("dev"));
  CHECK(workspace.root_table("patch").empty());
}

TEST_CASE("the search for a root does not leave CARGO_HOME, nor a directory target/package") {
  MemoryTree tree;
  tree.write("/w/Cargo.toml", "[workspace]\nmembers = [\"home/in\", \"target/package/x\"]\n");
  add_package(tree, "/w/home/src/in");
  add_package(tree, "/w/target/package/x");
  const auto alone = load_workspace(tree, "/w/home/src/in/Cargo.toml", "/w/home");
  CHECK(alone.root_directory == "/w/home/src/in");
  CHECK(load_workspace(tree, "/w/target/package/x/Cargo.toml", "").root_directory ==
        "/w/target/package/x");
}

TEST_CASE("an excluded prefix is one of components, in which .. is not resolved") {
  MemoryTree tree;
  tree.write("/w/Cargo.toml",
             "[workspace]\nmembers = [\"*\"]\nexclude = [\"./a\", \"x/../b\", \"c/\"]\n");
  for (const std::string name : {"a", "b", "c", "cc"}) add_package(tree, "/w/" + name);
  const auto workspace = load_workspace(tree, "/w/Cargo.toml", "");
  CHECK(workspace.packages.size() == 2);
  CHECK(workspace.package_in("/w/b"));
  CHECK(workspace.package_in("/w/cc"));
}

TEST_CASE("manifests that point at each other are an error") {
  MemoryTree tree;
  for (const std::string name : {"p", "q"}) {
    const std::string other = name == "p" ? "../q" : "../p";
    tree.write("/" + name + "/Cargo.toml", "[package]\nname = \"" + name + "\"\nworkspace = \"" +
                                               other + "\"\nversion.workspace = true\n");
    tree.write("/" + name + "/src/lib.rs", "");
  }
  CHECK(error_of([&] { load_workspace(tree, "/p/Cargo.toml", ""); }).id() == "workspace-invalid");
}

TEST_CASE("a manifest path names a Cargo.toml") {
  MemoryTree tree;
  add_package(tree, "/w/a");
  CHECK(start_manifest(tree, "/w/a/src", "") == "/w/a/Cargo.toml");
  CHECK(start_manifest(tree, "/w", "a/Cargo.toml") == "/w/a/Cargo.toml");
  CHECK(error_of([&] { start_manifest(tree, "/w", "a"); }).id() == "manifest-missing");
}

TEST_CASE(
    "a root that is known is found past the boundaries of the search, and before what is not") {
  auto tree = test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"target/package/a\"]\n"}});
  add_package(tree, "/w/target/package/a");
  CHECK(load_workspace(tree, "/w/Cargo.toml", "").packages.size() == 1);
  CHECK(load_workspace(tree, "/w/Cargo.toml", "/w/target/package").packages.size() == 1);
  // Started from below, the search ends before the root is read.
  CHECK(load_workspace(tree, "/w/target/package/a/Cargo.toml", "").root_directory ==
        "/w/target/package/a");
  // What lies between is not even looked at.
  tree.write("/w/target/Cargo.toml", "no manifest");
  CHECK(load_workspace(tree, "/w/Cargo.toml", "").packages.size() == 1);
}

TEST_CASE("a root that excludes itself cannot be pointed to") {
  auto tree =
      test::tree_of({{"/w/Cargo.toml", "[workspace]\nmembers = [\"a\"]\nexclude = [\".\"]\n"}});
  add_package(tree, "/w/a", "workspace = \"..\"\n");
  CHECK(error_of([&] { load_workspace(tree, "/w/a/Cargo.toml", ""); }).id() == "workspace-invalid");
}
