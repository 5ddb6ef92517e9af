#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "larder/cargo/manifest/manifest.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::check_error;
using Texts = std::vector<std::string>;

namespace {

/// The dependencies of the member /w/a, below the workspace root /w.
std::vector<Dependency> read(const std::string& tables, const std::string& workspace = "",
                             const std::string& edition = "2021") {
  const auto tree = test::tree_of(
      {{"/w/a/Cargo.toml", "[package]\nname = \"a\"\nedition = \"" + edition + "\"\n" + tables},
       {"/w/a/src/lib.rs", ""},
       {"/w/Cargo.toml", "[workspace]\n" + workspace}});
  const auto root = Manifest::load(tree, "/w/Cargo.toml");
  return read_package(tree, Manifest::load(tree, "/w/a/Cargo.toml"), [&] { return &root; })
      .dependencies;
}

Dependency read_one(const std::string& tables, const std::string& workspace = "",
                    const std::string& edition = "2021") {
  auto all = read(tables, workspace, edition);
  REQUIRE(all.size() == 1);
  return all[0];
}

}  // namespace

TEST_CASE("dependency tables are read in cargo's order, with kind and platform") {
  const auto all = read(
      R"([target.'cfg(unix)'.dev-dependencies]
g = "1"
[target.'cfg(unix)'.build-dependencies]
f = "1"
[target.wasm32-unknown-unknown.dependencies]
h = "1"
[build-dependencies]
d = "1"
[dev-dependencies]
c = "1"
[dependencies]
b = "1"
a = "1"
[target.'cfg(unix)'.dependencies]
e = "1"
)");
  std::string order;
  for (const auto& dependency : all) order += dependency.key;
  CHECK(order == "abcdefgh");
  CHECK(all[0].kind == DependencyKind::Normal);
  CHECK_FALSE(all[0].platform);
  CHECK(all[2].kind == DependencyKind::Development);
  CHECK(all[3].kind == DependencyKind::Build);
  CHECK(all[5].kind == DependencyKind::Build);
  CHECK(all[5].platform == "cfg(unix)");
  CHECK(all[5].condition == std::vector<PlatformPart>{{true, "unix"}});
  CHECK(all[6].kind == DependencyKind::Development);
  CHECK(all[7].condition == std::vector<PlatformPart>{{false, "wasm32-unknown-unknown"}});
}

TEST_CASE("underscored tables are read, but not beside the ones with a hyphen") {
  CHECK(read_one("[dev_dependencies]\nx = \"1\"\n").kind == DependencyKind::Development);
  CHECK(read_one("[build_dependencies]\nx = \"1\"\n").kind == DependencyKind::Build);
  CHECK(read_one("[dev_dependencies]\nx = \"1\"\n[dev-dependencies]\ny = \"1\"\n").key == "y");
}

TEST_CASE("a dependency from a registry") {
  const auto plain = read_one("[dependencies]\nx = \"1.2\"\n");
  CHECK(plain.package_name == "x");
  CHECK(plain.requirement.str() == "^1.2");
  CHECK(plain.has_version);
  CHECK(plain.default_features);
  CHECK_FALSE(plain.optional);
  CHECK(std::get<RegistrySource>(plain.source).name == std::nullopt);
  const auto full = read_one(
      R"([dependencies]
x = { package = "real", version = "=1.0.0", registry = "mine", optional = true, default-features = false, features = ["b", "a"] }
)");
  CHECK(full.package_name == "real");
  CHECK(full.key == "x");
  CHECK(full.optional);
  CHECK_FALSE(full.default_features);
  CHECK(full.features == Texts{"b", "a"});
  CHECK(std::get<RegistrySource>(full.source).name == "mine");
  CHECK_FALSE(read_one("[dependencies]\nx = { version = \"1\", default_features = false }\n")
                  .default_features);
}

TEST_CASE("a dependency from git or a path") {
  const auto git = read_one("[dependencies]\nx = { git = \"https://h/x\", tag = \"v1\" }\n");
  CHECK(std::get<GitSource>(git.source).url == "https://h/x");
  CHECK(std::get<GitSource>(git.source).reference_kind == "tag");
  CHECK(std::get<GitSource>(git.source).reference == "v1");
  const auto branchless = read_one("[dependencies]\nx = { git = \"https://h/x\" }\n");
  CHECK(std::get<GitSource>(branchless.source).reference_kind.empty());
  const auto path = read_one("[dependencies]\nx = { path = \"../x\", version = \"1\" }\n");
  CHECK(std::get<PathSource>(path.source).directory == "/w/x");
  CHECK(path.has_version);
}

TEST_CASE(
    "an inherited dependency takes everything but optional and more features from the workspace") {
  const auto dependency =
      read_one("[dependencies]\nx = { workspace = true, optional = true, features = [\"own\"] }\n",
               R"([workspace.dependencies]
x = { package = "real", version = "1.5", features = ["shared"] }
)");
  CHECK(dependency.key == "x");
  CHECK(dependency.package_name == "real");
  CHECK(dependency.requirement.str() == "^1.5");
  CHECK(dependency.optional);
  CHECK(dependency.features == Texts{"shared", "own"});
  const auto dotted =
      read_one("[dev-dependencies]\nx.workspace = true\n", "[workspace.dependencies]\nx = \"2\"\n");
  CHECK(dotted.requirement.str() == "^2");
  CHECK(dotted.kind == DependencyKind::Development);
  CHECK_FALSE(dotted.optional);
}

TEST_CASE("an artifact dependency says what it wants") {
  const auto one = read_one(
      R"([dependencies]
a = { version = "1", artifact = ["bin:x", "cdylib"], lib = true, target = "t" }
)");
  REQUIRE(one.artifact);
  CHECK(one.artifact->kinds == Texts{"bin:x", "cdylib"});
  CHECK(one.artifact->lib);
  CHECK(one.artifact->target == "t");
  const auto plain = read_one("[dependencies]\na = { version = \"1\", artifact = \"bin\" }\n");
  REQUIRE(plain.artifact);
  CHECK(plain.artifact->kinds == Texts{"bin"});
  CHECK_FALSE(plain.artifact->lib);
  CHECK_FALSE(read_one("[dependencies]\na = \"1\"\n").artifact);
}

TEST_CASE("an inherited path starts at the workspace root") {
  const auto dependency = read_one("[dependencies]\nx.workspace = true\n",
                                   "[workspace.dependencies]\nx = { path = \"libs/x\" }\n");
  CHECK(std::get<PathSource>(dependency.source).directory == "/w/libs/x");
}

TEST_CASE("default features of an inherited dependency") {
  struct Row {
    std::string shared;
    std::string own;
    bool expected;
  };
  for (const auto& row :
       std::vector<Row>{{"", "", true},
                        {", default-features = false", "", false},
                        {", default-features = false", ", default-features = true", true},
                        {", default-features = false", ", default-features = false", false},
                        {", default-features = true", ", default-features = true", true},
                        // ignored with a warning before edition 2024
                        {"", ", default-features = false", true},
                        {", default-features = true", ", default-features = false", true}}) {
    CAPTURE(row.shared);
    CAPTURE(row.own);
    const auto dependency =
        read_one("[dependencies]\nx = { workspace = true" + row.own + " }\n",
                 "[workspace.dependencies]\nx = { version = \"1\"" + row.shared + " }\n");
    CHECK(dependency.default_features == row.expected);
  }
}

TEST_CASE("in edition 2024 a member cannot turn inherited default features off") {
  const auto read_2024 = [](const std::string& shared) {
    return read("[dependencies]\nx = { workspace = true, default-features = false }\n",
                "[workspace.dependencies]\nx = " + shared + "\n", "2024");
  };
  for (const std::string shared :
       {"\"1\"", "{ version = \"1\" }", "{ version = \"1\", default-features = true }"}) {
    CAPTURE(shared);
    check_error([&] { read_2024(shared); }, "manifest-invalid", "/w/a/Cargo.toml", "5:44");
  }
  CHECK_FALSE(read_2024("{ version = \"1\", default-features = false }").at(0).default_features);
}

TEST_CASE("dependencies that cargo rejects are errors at the cause") {
  struct Row {
    std::string tables;
    std::string position;
    std::string workspace = "";
  };
  for (const auto& row : std::vector<Row>{
           {"[dependencies]\nx = \"one\"\n", "5:5"},
           {"[dependencies]\nx = { version = \"1 2\" }\n", "5:17"},
           {"[dependencies]\nx = 1\n", "5:5"},
           {"[dependencies]\nx = {}\n", "5:5"},
           {"[dependencies]\nx = { features = [\"a\"] }\n", "5:5"},
           {"[dependencies]\nx = { version = \"1\", features = \"a\" }\n", "5:33"},
           {"[dependencies]\nx = { git = \"https://h/u\", path = \"p\" }\n", "5:5"},
           {"[dependencies]\nx = { git = \"https://h/u\", tag = \"t\", rev = \"r\" }\n", "5:5"},
           {"[dev-dependencies]\nx = { version = \"1\", optional = true }\n", "5:5"},
           {"[target.'cfg(a'.dependencies]\nx = \"1\"\n", "4:1"},
           {"[dependencies]\nx.workspace = true\n", "5:1"},
           {"[dependencies]\nx = { workspace = false }\n", "5:19",
            "[workspace.dependencies]\nx = \"1\"\n"},
           {"[dependencies]\nx = { git = \"git@h:u\" }\n", "5:13"},
           {"[dependencies]\nx = { version = \"1\", rev = \"r\" }\n", "5:28"},
           {"[dependencies]\nx = { version = \"1\", features = [\"a/b\"] }\n", "5:33"},
           {"[dependencies]\nx = { version = \"1\", lib = true }\n", "5:28"},
           {"[dependencies]\n\"1x\" = \"1\"\n", "5:8"},
           {R"([dependencies]
x = "1"
[build-dependencies]
x = { path = "x" }
)",
            "7:5"}}) {
    CAPTURE(row.tables);
    check_error([&] { read(row.tables, row.workspace); }, "manifest-invalid", "/w/a/Cargo.toml",
                row.position);
  }
}

TEST_CASE("sources of one name agree when cargo takes them for the same") {
  const auto agree = [](const std::string& one, const std::string& other) {
    return test::error_id_of([&] {
             read("[dependencies]\nx = " + one + "\n[build-dependencies]\nx = " + other + "\n");
           })
        .empty();
  };
  CHECK(agree("\"1\"", R"({ version = "2", registry = "crates-io" })"));
  CHECK(agree("\"1\"",
              "{ version = \"2\", registry-index = "
              "\"https://github.com/Rust-lang/crates.io-index.git\" }"));
  CHECK(agree("{ git = \"https://h/x\" }", "{ git = \"HTTPS://h/y/../x.git/\" }"));
  CHECK(agree("{ path = \"x\" }", "{ path = \"./y/../x\" }"));
  CHECK_FALSE(agree("{ git = \"https://h/x\" }", "{ git = \"https://h/X\" }"));
  CHECK_FALSE(agree("{ git = \"https://h/x\" }", R"({ git = "https://h/x", branch = "master" })"));
  CHECK_FALSE(agree("\"1\"", R"({ version = "1", registry = "mine" })"));
}
