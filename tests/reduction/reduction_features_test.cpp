#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Features of local packages: what they ask of external packages, and who counts. The features of
// external packages are cargo's business: a request is only passed on.

namespace larder::test {

namespace {
std::string features_table(const MemoryTree& tree, const std::string& command,
                           const std::string& directory = "/w") {
  return skeleton_of(tree, command, directory).table("features", "dependencies");
}

MemoryTree one_package(const std::string& manifest) {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", manifest, {"src/lib.rs", "src/main.rs"});
  return tree;
}
}  // namespace

TEST_CASE("an optional dependency is there when a feature turns it on") {
  const auto tree = one_package(
      R"([features]
default = ["x"]
x = ["dep:a"]
y = ["b"]

[dependencies]
a = { version = "1", optional = true }
b = { version = "1", optional = true }
)");
  CHECK(features_table(tree, "build") == "a[default]");
  CHECK(skeleton_of(tree, "build").table("root", "dependencies") == "a");
  CHECK(features_table(tree, "build --features y") == "a[default] b[default]");
  CHECK(features_table(tree, "build --no-default-features --features y") == "b[default]");
  CHECK(features_table(tree, "build --no-default-features --features b") == "b[default]");
  CHECK(features_table(tree, "build --all-features") == "a[default] b[default]");
  CHECK(features_table(tree, "build --no-default-features").empty());
}

TEST_CASE("an optional dependency named by dep: has no feature of its own") {
  const auto tree = one_package(
      R"([features]
x = ["dep:a"]

[dependencies]
a = { version = "1", optional = true }
)");
  CHECK(features_table(tree, "build --features x") == "a[default]");
  const auto error = error_of([&] { derive(tree, "/w", "build --features a"); });
  CHECK(error.id() == "unknown-feature");
}

TEST_CASE("name/feature turns the dependency on, name?/feature does not") {
  const auto tree = one_package(
      R"([features]
strong = ["a/f"]
weak = ["a?/f"]
use = ["dep:a"]

[dependencies]
a = { version = "1", optional = true, default-features = false }
)");
  CHECK(features_table(tree, "build --features strong") == "a[f]");
  CHECK(features_table(tree, "build --features weak").empty());
  CHECK(skeleton_of(tree, "build --features weak").tables("root").empty());
  CHECK(features_table(tree, "build --features weak,use") == "a[f]");
  CHECK(features_table(tree, "build --features use") == "a");
}

TEST_CASE("a weak feature sees its dependency switched on by another feature later on") {
  auto tree = one_package(
      R"([features]
a-weak = ["a?/f"]
z = ["y"]
y = ["dep:a"]

[dependencies]
a = { version = "1", optional = true }
)");
  CHECK(features_table(tree, "build --features a-weak,z") == "a[default,f]");
}

TEST_CASE("a dependency without default features asks for none") {
  const auto tree = one_package(
      R"([dependencies]
a = { version = "1", default-features = false }
b = { version = "1", default-features = false, features = ["g", "f"] }
)");
  CHECK(features_table(tree, "build") == "a b[f,g]");
}

TEST_CASE("requests of several packages for one crate are joined") {
  auto tree = virtual_workspace({"a"});
  add_package(tree, "one", R"([dependencies]
a = { version = "1", default-features = false, features = ["f"] }
)");
  add_package(tree, "two", "[dependencies]\na = { version = \"1\", features = [\"g\"] }\n");
  CHECK(features_table(tree, "build") == "a[default,f,g]");
  CHECK(features_table(tree, "build -p one") == "a[f]");
}

TEST_CASE("features travel along local edges") {
  auto tree = virtual_workspace({"a", "b"});
  add_package(tree, "app", R"([features]
more = ["lib/y"]

[dependencies]
lib = { path = "../lib", default-features = false, features = ["x"] }
)",
              {"src/main.rs"});
  add_package(tree, "lib", R"([features]
default = ["b"]
x = ["a/f"]
y = ["x", "a/g"]

[dependencies]
a = "1"
b = { version = "1", optional = true }
)");
  CHECK(features_table(tree, "build -p app") == "a[default,f]");
  CHECK(features_table(tree, "build -p app --features more") == "a[default,f,g]");
  CHECK(features_table(tree, "build") == "a[default,f] b[default]");
  CHECK(features_table(tree, "build -p app --features lib/y") == "a[default,f,g]");
}

TEST_CASE("resolver 2 keeps features for the host apart, resolver 1 joins them") {
  for (const std::string resolver : {"1", "2"}) {
    CAPTURE(resolver);
    auto tree = virtual_workspace({"a", "b"}, "resolver = \"" + resolver + "\"\n");
    add_package(tree, "app", R"([dependencies]
lib = { path = "../lib" }

[build-dependencies]
lib = { path = "../lib", features = ["x"] }
)",
                {"src/main.rs", "build.rs"});
    add_package(tree, "lib", R"([features]
x = ["a/f", "dep:b"]

[dependencies]
a = "1"
b = { version = "1", optional = true }
)");
    const auto skeleton = skeleton_of(tree, "build -p app");
    CHECK(skeleton.has_line("", "resolver = \"" + resolver + "\""));
    CHECK(skeleton.table("root", "build-dependencies") == "a b");
    if (resolver == "1") {
      CHECK(skeleton.table("root", "dependencies") == "a b");
      CHECK(skeleton.table("features", "dependencies") == "a[default,f] b[default]");
    } else {
      CHECK(skeleton.table("root", "dependencies") == "a");
      CHECK(skeleton.table("features", "dependencies") == "a[default]");
      CHECK(skeleton.table("features", "build-dependencies") == "a[default,f] b[default]");
    }
  }
}

namespace {
MemoryTree two_members(const std::string& resolver) {
  // What they share is why the features of one can matter to another.
  auto tree = virtual_workspace({"a 1.0.0: shared", "b 1.0.0: shared", "d 1.0.0: shared", "shared"},
                                "resolver = \"" + resolver + "\"\n");
  add_package(tree, "one", "[dependencies]\na = \"1\"\n");
  add_package(tree, "two", R"([dependencies]
a = { version = "1", features = ["f"] }
b = "1"

[dev-dependencies]
d = "1"
)");
  return tree;
}
}  // namespace

TEST_CASE("resolver 1 counts the current package, with its development dependencies") {
  const auto current = skeleton_of(two_members("1"), "build -p one", "/w/two");
  CHECK(current.table("root", "dependencies") == "a");
  CHECK(current.table("features", "dependencies") == "a[default,f] b[default] d[default]");

  const auto from_root = skeleton_of(two_members("1"), "build -p one");
  CHECK(from_root.table("features", "dependencies") == "a[default]");
}

TEST_CASE("--manifest-path makes a package the current one") {
  CHECK(features_table(two_members("1"), "build -p one --manifest-path two/Cargo.toml") ==
        "a[default,f] b[default] d[default]");
}

TEST_CASE("resolver 2 does not look at the current package") {
  CHECK(features_table(two_members("2"), "build -p one", "/w/two") == "a[default]");
}

TEST_CASE("resolver 1 counts development dependencies in a plain build") {
  CHECK(features_table(two_members("1"), "build -p two") == "a[default,f] b[default] d[default]");
  CHECK(features_table(two_members("2"), "build -p two") == "a[default,f] b[default]");
  CHECK(skeleton_of(two_members("1"), "build -p two").table("root", "dependencies") == "a b");
}

TEST_CASE("below a root package, resolver 1 applies feature flags to that package only") {
  for (const std::string resolver : {"1", "2"}) {
    CAPTURE(resolver);
    auto tree = tiny_workspace({"a", "b"});
    add_package(tree, ".",
                "\n[workspace]\nmembers = [\"two\"]\nresolver = \"" + resolver +
                    R"("

[features]
default = ["dep:a"]

[dependencies]
a = { version = "1", optional = true }
)",
                {"src/main.rs"});
    add_package(tree, "two", R"([features]
default = ["dep:b"]

[dependencies]
b = { version = "1", optional = true }
)");
    CHECK(features_table(tree, "build -p two --no-default-features") ==
          (resolver == "1" ? "b[default]" : ""));
    CHECK(features_table(tree, "build --workspace --no-default-features") ==
          (resolver == "1" ? "b[default]" : ""));
  }
}

TEST_CASE("a feature of a dependency on the command line is a request") {
  const auto tree =
      one_package("[dependencies]\na = { version = \"1\", default-features = false }\n");
  CHECK(features_table(tree, "build --features a/f") == "a[f]");
}

TEST_CASE("a git dependency is asked for where its manifest has it, in the locked version") {
  auto tree = tiny_workspace({});
  lock_packages(tree, {"a"},
                "git+https://example.org/a?rev=0123abc#0123abc" + std::string(33, '0'));
  add_package(tree, ".",
              "[dependencies]\na = { git = \"https://example.org/a\", rev = \"0123abc\" }\n",
              {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.table("root", "dependencies") == "a git https://example.org/a rev 0123abc");
  CHECK(skeleton.has_line("root",
                          "a = { git = \"https://example.org/a\", rev = \"0123abc\", version = "
                          "\"=1.0.0\", default-features = false }"));
  CHECK(skeleton.table("features", "dependencies") ==
        "a git https://example.org/a rev 0123abc[default]");
}

TEST_CASE("the lock file may have another spelling of a repository") {
  auto tree = tiny_workspace({});
  lock_packages(tree, {"a"}, "git+https://github.com/Org/a#0123abc456");
  add_package(tree, ".", "[dependencies]\na = { git = \"HTTPS://github.com/org/a.git/\" }\n",
              {"src/main.rs"});
  CHECK(skeleton_of(tree, "build").table("root", "dependencies") ==
        "a git HTTPS://github.com/org/a.git/");
}

TEST_CASE("one version from git and from a registry: each dependency means its own kind") {
  auto tree = tiny_workspace({});
  lock_packages(tree, {"a"}, "git+https://example.org/a#abc");
  lock_packages(tree, {"a"}, "registry+https://github.com/rust-lang/crates.io-index");
  add_package(tree, ".", R"([dependencies]
a = "1"
b = { package = "a", git = "https://example.org/a" }
)");
  CHECK(skeleton_of(tree, "build").table("root", "dependencies") ==
        "a_1_0_0=a git https://example.org/a a_1_0_0_=a");
}

TEST_CASE("a target whose required features are off is not built") {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", R"([features]
extra = []

[[bin]]
name = "app"
required-features = ["extra"]

[dependencies]
a = "1"
)",
              {"src/main.rs"});
  const auto off = skeleton_of(tree, "build");
  CHECK(off.tables("root").empty());
  CHECK(off.tables("features").empty());
  CHECK(skeleton_of(tree, "build --features extra").table("root", "dependencies") == "a");
}

TEST_CASE("required features of a development dependency hold only where there are units for it") {
  for (const std::string resolver : {"1", "2"}) {
    CAPTURE(resolver);
    auto tree = virtual_workspace({"a"}, "resolver = \"" + resolver + "\"\n");
    add_package(tree, "app", R"([[bin]]
name = "app"
required-features = ["lib/f"]

[dependencies]
a = "1"

[dev-dependencies]
lib = { path = "../lib" }
)",
                {"src/main.rs"});
    add_package(tree, "lib", "[features]\ndefault = [\"f\"]\nf = []\n");
    CHECK(skeleton_of(tree, "build -p app").tables("root").empty());
    CHECK(skeleton_of(tree, "build -p app --all-targets").table("root", "dependencies") == "a");
  }
}

TEST_CASE("a feature flag of a package's own name means a dependency of that name first") {
  for (const std::string dependency : {"", "\n[dev-dependencies]\napp = { path = \".\" }\n"}) {
    CAPTURE(dependency);
    auto tree = virtual_workspace({"a"});
    add_package(tree, "app", R"([features]
f = ["dep:a"]

[dependencies]
a = { version = "1", optional = true }
)" + dependency);
    CHECK(features_table(tree, "build --features app/f") ==
          (dependency.empty() ? "a[default]" : ""));
  }
}

TEST_CASE("under resolver 1 a flag for another selected member is for that member alone") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", R"(
[workspace]
members = ["two"]
resolver = "1"

[[bin]]
name = "app"
required-features = ["two"]

[dependencies]
two = { path = "two", optional = true }
a = "1"
)",
              {"src/main.rs"});
  add_package(tree, "two", "[features]\nf = []\n");
  CHECK(skeleton_of(tree, "build -p app --features two/f").table("root", "dependencies") == "a");
  CHECK(skeleton_of(tree, "build -p app -p two --features two/f").tables("root").empty());
}

TEST_CASE("two versions of one crate are told apart by name") {
  auto tree = tiny_workspace({"a", "a 2.0.0"});
  add_package(tree, ".", R"([dependencies]
a = "1"
new = { package = "a", version = "2", features = ["f"] }
)",
              {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.table("root", "dependencies") == "a_1_0_0=a a_2_0_0=a 2.0.0");
  CHECK(skeleton.table("features", "dependencies") ==
        "a_1_0_0=a[default] a_2_0_0=a 2.0.0[default,f]");
}

TEST_CASE("only versions that the command asks for are told apart by name") {
  auto tree = virtual_workspace({"a", "a 2.0.0"});
  add_package(tree, "one", "[dependencies]\na = \"1\"\n");
  add_package(tree, "two", "[dependencies]\na = \"2\"\n");
  CHECK(skeleton_of(tree, "build -p two").table("root", "dependencies") == "a 2.0.0");
}

TEST_CASE("an external name that begins like ours makes ours give way") {
  auto tree = tiny_workspace({"larder-root"});
  add_package(tree, ".", "[dependencies]\nlarder-root = \"1\"\n", {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.has_line("root", "name = \"xlarder-root\""));
  CHECK(skeleton.has_line("root",
                          "larder-root = { version = \"=1.0.0\", default-features = false }"));
}

TEST_CASE("build metadata of a version does not enter the request") {
  auto tree = tiny_workspace({"a 1.2.0+zip.7"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n", {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.table("root", "dependencies") == "a 1.2.0");
  CHECK(skeleton.skeleton().lock_file.find("version = \"1.2.0+zip.7\"") != std::string::npos);
}

TEST_CASE("the lock file holds what the requests reach, and no local package") {
  auto tree = tiny_workspace({"a 1.0.0: b", "b", "c 1.0.0: b", "d"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n\n[dev-dependencies]\nd = \"1\"\n",
              {"src/main.rs"});
  lock_packages(tree, {"app 0.1.0: a d"});
  const auto names = [&](const std::string& command) {
    const auto lock =
        cargo::parse_lockfile("Cargo.lock", skeleton_of(tree, command).skeleton().lock_file);
    std::string out;
    for (const auto& package : lock.packages) out += package.name;
    return out;
  };
  CHECK(names("build") == "ab");
  CHECK(names("test") == "abd");
}

// cargo 1.95 with bitflags 1.3.2 and 2.13.2 for a and a 2.0.0.
TEST_CASE("of two locked versions that a requirement accepts, cargo takes the older one") {
  auto tree = tiny_workspace({"a", "a 2.0.0"});
  add_package(tree, ".", R"([dependencies]
a = "1"

[build-dependencies]
a = ">=1"
)",
              {"src/lib.rs", "build.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.skeleton().lock_file.find("2.0.0") == std::string::npos);
}

}  // namespace larder::test
