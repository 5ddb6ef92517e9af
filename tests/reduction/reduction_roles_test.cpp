#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// The roles of local packages that cargo can tell apart, and the skeleton crates that play them:
// normal, test, host, proc-macro, link-time optimisation, panic strategy.

namespace larder::test {

TEST_CASE("a program and its library are one root that carries edges only") {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", "[dependencies]\na = { version = \"1\", features = [\"f\"] }\nb = \"1\"\n",
              {"src/lib.rs", "src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.selected() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a b");
  CHECK(skeleton.table("features", "dependencies") == "a[default,f] b[default]");
  CHECK(skeleton.targets("features") == "src/main.rs");
  CHECK(skeleton.has_line("features", "required-features = [\"never\"]"));
  CHECK(skeleton.targets("root") == "src/lib.rs");
}

TEST_CASE("a workspace without dependencies still has a root to build") {
  auto tree = tiny_workspace({});
  add_package(tree, ".", "", {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.tables("root").empty());
}

TEST_CASE("a dependency on a package without a library contributes features only") {
  auto tree = virtual_workspace({"a 1.0.0: shared", "b 1.0.0: shared", "shared", "c"});
  add_package(tree, "app", "[dependencies]\na = \"1\"\ntool = { path = \"../tool\" }\n",
              {"src/main.rs"});
  add_package(tree, "tool", R"([dependencies]
a = { version = "1", features = ["f"] }
b = "1"
c = "1"
)",
              {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.table("root", "dependencies") == "a");
  // Nothing that c leads to is compiled.
  CHECK(skeleton.table("features", "dependencies") == "a[default,f] b[default]");
  CHECK(skeleton_of(tree, "build").table("root", "dependencies") == "a b c");
}

TEST_CASE("build dependencies of a package without a build script contribute features only") {
  auto tree = tiny_workspace({"a 1.0.0: shared", "b 1.0.0: shared", "shared"});
  add_package(tree, ".", "[dependencies]\nb = \"1\"\n[build-dependencies]\na = \"1\"\n",
              {"src/main.rs"});
  const auto without = skeleton_of(tree, "build");
  CHECK(without.tables("root") == "dependencies");
  CHECK(without.table("features", "build-dependencies") == "a[default]");
  CHECK(without.targets("features") == "src/main.rs");

  add_file(tree, "/w/build.rs", "");
  const auto with = skeleton_of(tree, "build");
  CHECK(with.table("root", "build-dependencies") == "a");
  CHECK(with.targets("root") == "build.rs src/lib.rs");
  CHECK(with.targets("features") == "src/main.rs");
}

TEST_CASE("a package whose targets do not fit the command asks for nothing") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n", {"tests/t.rs"});
  const auto built = skeleton_of(tree, "build");
  CHECK(built.tables("root").empty());
  CHECK(built.tables("features").empty());
  CHECK(skeleton_of(tree, "test").table("root", "dependencies") == "a");
}

TEST_CASE("development dependencies count for commands with development units only") {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n\n[dev-dependencies]\nb = \"1\"\n",
              {"src/lib.rs", "tests/t.rs"});
  for (const std::string command : {"build", "check", "build --lib"}) {
    CAPTURE(command);
    const auto skeleton = skeleton_of(tree, command);
    CHECK(skeleton.table("root", "dependencies") == "a");
    CHECK(skeleton.table("features", "dependencies") == "a[default]");
  }
  for (const std::string command : {"test", "bench", "check --all-targets", "build --tests"}) {
    CAPTURE(command);
    const auto skeleton = skeleton_of(tree, command);
    CHECK(skeleton.table("root", "dependencies") == "a b");
    CHECK(skeleton.table("features", "dependencies") == "a[default] b[default]");
  }
}

TEST_CASE("without abort all targets of test commands share one root") {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n\n[dev-dependencies]\nb = \"1\"\n",
              {"src/lib.rs", "src/main.rs", "tests/t.rs", "benches/b.rs", "examples/e.rs"});
  for (const std::string command : {"test", "bench", "check --all-targets"}) {
    CAPTURE(command);
    CHECK(skeleton_of(tree, command).crates() == "features root");
  }
}

TEST_CASE("dependencies of build scripts are those of the root's build script") {
  auto tree = virtual_workspace({"a", "b", "c"});
  add_package(tree, "app", "[dependencies]\na = \"1\"\n\n[build-dependencies]\nb = \"1\"\n",
              {"src/main.rs", "build.rs"});
  add_package(tree, "gen", "[dependencies]\nc = \"1\"\n");
  replace(tree, "/w/app/Cargo.toml", "b = \"1\"\n", "b = \"1\"\ngen = { path = \"../gen\" }\n");
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.table("root", "build-dependencies") == "b c");
  CHECK(skeleton.table("features", "dependencies") == "a[default]");
  CHECK(skeleton.table("features", "build-dependencies") == "b[default] c[default]");
}

// ---------------------------------------------------------------------------------------------
// proc-macros

namespace {
MemoryTree with_macro() {
  auto tree = virtual_workspace({"a", "m", "d"});
  add_package(tree, "app", "[dependencies]\na = \"1\"\nmac = { path = \"../mac\" }\n",
              {"src/main.rs"});
  add_package(tree, "mac", R"([lib]
proc-macro = true

[dependencies]
m = "1"

[dev-dependencies]
d = "1"
)");
  return tree;
}
}  // namespace

TEST_CASE("what a proc-macro needs is for the host") {
  const auto skeleton = skeleton_of(with_macro(), "build -p app");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.table("root", "build-dependencies") == "m");
  CHECK(skeleton.table("features", "build-dependencies") == "m[default]");
}

TEST_CASE("a selected proc-macro is a selected crate of its own and counts on both sides") {
  const auto skeleton = skeleton_of(with_macro(), "check -p mac");
  CHECK(skeleton.crates() == "features macro root");
  CHECK(skeleton.selected() == "features macro root");
  CHECK(skeleton.has_line("macro", "proc-macro = true"));
  CHECK(skeleton.has_line("macro", "test = false"));
  CHECK(skeleton.table("macro", "dependencies") == "m");
  CHECK(skeleton.tables("root").empty());
  CHECK(skeleton.table("features", "dependencies") == "m[default]");
  CHECK(skeleton.table("features", "build-dependencies") == "m[default]");
}

TEST_CASE("a proc-macro both selected and depended on is checked and built") {
  const auto skeleton = skeleton_of(with_macro(), "check");
  CHECK(skeleton.table("macro", "dependencies") == "m");
  CHECK(skeleton.table("root", "build-dependencies") == "m");
  CHECK(skeleton.table("root", "dependencies") == "a");
}

TEST_CASE("a proc-macro's library and its unit test share a crate") {
  const auto all = skeleton_of(with_macro(), "check -p mac --all-targets");
  CHECK(all.table("macro", "dependencies") == "d m");
  CHECK(all.tables("macro") == "dependencies");
  CHECK(all.has_line("macro", "test = false"));
}

TEST_CASE("only check can tell a selected proc-macro from one that is depended on") {
  const auto test = skeleton_of(with_macro(), "test -p mac --lib");
  CHECK(test.crates() == "features root");
  CHECK(test.tables("root") == "build-dependencies");
  CHECK(test.table("root", "build-dependencies") == "d m");
  CHECK(test.table("features", "dependencies") == "d[default] m[default]");
  CHECK(test.table("features", "build-dependencies") == "d[default] m[default]");

  const auto build = skeleton_of(with_macro(), "build -p mac");
  CHECK(build.crates() == "features root");
  CHECK(build.table("root", "build-dependencies") == "m");
}

namespace {
/// A feature that only a dependent asks of a proc-macro: it has it for the host alone.
MemoryTree with_macro_feature(const std::string& more) {
  auto tree = virtual_workspace({"a", "m", "d"});
  add_package(tree, "app",
              "[dependencies]\na = \"1\"\nmac = { path = \"../mac\", features = [\"full\"] }\n",
              {"src/main.rs"});
  add_package(tree, "mac", R"([lib]
proc-macro = true

[features]
full = ["dep:m"]

[dependencies]
m = { version = "1", optional = true }
)" + more);
  return tree;
}
}  // namespace

TEST_CASE("what a checked proc-macro has by a feature of the host does not count for the target") {
  // `m` on the target side would switch on the features that `m` asks of its dependencies.
  const auto skeleton = skeleton_of(with_macro_feature(""), "check");
  CHECK(skeleton.crates() == "features macro macro-host0 root");
  CHECK(skeleton.selected() == "features macro root");
  CHECK(skeleton.tables("macro") == "dependencies");
  CHECK(skeleton.has_line("macro", "host0 = [\"dep:larder-macro-host0\"]"));
  CHECK(skeleton.has_line("macro",
                          "larder-macro-host0 = { path = \"../macro-host0\", optional = true }"));
  CHECK(skeleton.table("macro-host0", "dependencies") == "m");
  CHECK(skeleton.has_line("features",
                          R"(larder-macro = { path = "../macro", features = ["host0"] })"));
  CHECK(skeleton.table("features", "dependencies") == ">macro a[default]");
  CHECK(skeleton.table("root", "build-dependencies") == "m");
}

TEST_CASE(
    "what a checked proc-macro has by a feature for some targets stays behind their condition") {
  auto tree = with_macro_feature("");
  replace(tree, "/w/app/Cargo.toml", "[dependencies]\na = \"1\"\n",
          "[dependencies]\na = \"1\"\n\n[target.'cfg(windows)'.dependencies]\n");
  const auto skeleton = skeleton_of(tree, "check");
  CHECK(skeleton.table("macro-host0", "dependencies") == "m");
  CHECK(skeleton.table("features", "cfg(windows).dependencies") == ">features-host0 >macro");

  replace(tree, "/w/app/Cargo.toml", "'cfg(windows)'", "x86_64-pc-windows-gnu");
  CHECK(skeleton_of(tree, "check").table("features", "x86_64-pc-windows-gnu.dependencies") ==
        ">features-host0 >macro");
}

TEST_CASE("a proc-macro's unit test depends on what its features for the host say") {
  auto tree = with_macro_feature("\n[dev-dependencies]\napp-lib = { path = \"../app-lib\" }\n");
  add_package(tree, "app-lib",
              "[dependencies]\nmac = { path = \"../mac\", features = [\"full\"] }\n");
  const auto skeleton = skeleton_of(tree, "check -p mac --tests");
  CHECK(skeleton.table("macro-host0", "dependencies") == "m");
}

TEST_CASE("a proc-macro's integration test is an ordinary root above it") {
  auto tree = with_macro();
  add_file(tree, "/w/mac/tests/t.rs", "");
  const auto skeleton = skeleton_of(tree, "test -p mac --test t");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "d m");
  CHECK(skeleton.table("root", "build-dependencies") == "m");
}

TEST_CASE("the unit test of a proc-macro needs no --all-targets") {
  const auto recipe = derive(with_macro(), "/w", "check --all-targets");
  CHECK(recipe.commands.at(0).cook_line.arguments() == std::vector<std::string>{"check"});
}

// ---------------------------------------------------------------------------------------------
// link-time optimisation

namespace {
MemoryTree with_library(const std::string& crate_types) {
  auto tree = virtual_workspace({"a", "b"}, "resolver = \"2\"\n\n[profile.release]\nlto = true\n");
  add_package(tree, "app", "[dependencies]\na = \"1\"\nlib = { path = \"../lib\" }\n",
              {"src/main.rs"});
  add_package(tree, "lib",
              "[lib]\ncrate-type = [" + crate_types + "]\n\n[dependencies]\nb = \"1\"\n");
  return tree;
}
}  // namespace

TEST_CASE("with link-time optimisation the root is a binary, and plain libraries keep its state") {
  const auto skeleton = skeleton_of(with_library("\"rlib\""), "build --release -p app");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.targets("root") == "src/main.rs");
  CHECK(skeleton.table("root", "dependencies") == "a b");
}

TEST_CASE("below a mixed library crates are compiled as object and bitcode") {
  for (const std::string types : {R"("cdylib", "rlib")", R"("staticlib", "rlib")"}) {
    CAPTURE(types);
    const auto skeleton = skeleton_of(with_library(types), "build --release -p app");
    CHECK(skeleton.crates() == "features root root-mixed");
    CHECK(skeleton.selected() == "features root");
    CHECK(skeleton.table("root", "dependencies") == ">root-mixed a");
    CHECK(skeleton.table("root-mixed", "dependencies") == "b");
    CHECK(skeleton.has_line("root-mixed", R"(crate-type = ["cdylib", "rlib"])"));
  }
}

TEST_CASE("below a dylib crates are compiled as object") {
  const auto skeleton = skeleton_of(with_library("\"dylib\""), "build --release -p app");
  CHECK(skeleton.crates() == "features root root-dylib");
  CHECK(skeleton.table("root", "dependencies") == ">root-dylib a");
  CHECK(skeleton.table("root-dylib", "dependencies") == "b");
  CHECK(skeleton.has_line("root-dylib", "crate-type = [\"dylib\"]"));
}

TEST_CASE("without link-time optimisation crate types make no difference") {
  for (const std::string types : {R"("cdylib", "rlib")", "\"dylib\""}) {
    CAPTURE(types);
    const auto skeleton = skeleton_of(with_library(types), "build -p app");
    CHECK(skeleton.crates() == "features root");
    CHECK(skeleton.table("root", "dependencies") == "a b");
  }
}

TEST_CASE("the unit test of a mixed library is an executable, its doctest uses it as it is") {
  auto tree = with_library(R"("cdylib", "rlib")");
  CHECK(skeleton_of(tree, "test --release --lib -p lib").table("root", "dependencies") == "b");
  const auto whole = skeleton_of(tree, "test --release -p lib");
  CHECK(whole.table("root", "dependencies") == ">root-mixed b");
  CHECK(whole.table("root-mixed", "dependencies") == "b");
}

TEST_CASE("a library of the host that is only linked starts again at bitcode") {
  auto tree = virtual_workspace({"a"}, "resolver = \"2\"\n\n[profile.release]\nlto = true\n");
  add_package(tree, "app", "[build-dependencies]\ngen = { path = \"../gen\" }\n",
              {"src/main.rs", "build.rs"});
  add_package(tree, "gen", "[lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\na = \"1\"\n");
  const auto linked = skeleton_of(tree, "build --release -p app");
  CHECK(linked.crates() == "features host-linked root");
  CHECK(linked.table("root", "build-dependencies") == ">host-linked");
  CHECK(linked.table("host-linked", "dependencies") == "a");
  CHECK(linked.has_line("host-linked", "crate-type = [\"cdylib\"]"));

  replace(tree, "/w/gen/Cargo.toml", "crate-type = [\"cdylib\"]\n", "");
  const auto plain = skeleton_of(tree, "build --release -p app");
  CHECK(plain.crates() == "features root");
  CHECK(plain.table("root", "build-dependencies") == "a");
}

TEST_CASE("where LTO is off, a library of the host that is only linked has none at all") {
  auto tree =
      virtual_workspace({"a", "b"}, "resolver = \"2\"\n\n[profile.release]\nlto = \"off\"\n");
  add_package(tree, "app", R"([dependencies]
lib = { path = "../lib" }

[build-dependencies]
b = "1"
gen = { path = "../gen" }
)",
              {"src/main.rs", "build.rs"});
  add_package(tree, "gen", "[lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\na = \"1\"\n");
  add_package(tree, "lib",
              "[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n\n[dependencies]\na = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build --release -p app");
  CHECK(skeleton.crates() == "features host-linked root");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.table("root", "build-dependencies") == ">host-linked b");
  CHECK(skeleton.table("host-linked", "dependencies") == "a");
  CHECK(skeleton.targets("root") == "build.rs src/lib.rs");
}

// ---------------------------------------------------------------------------------------------
// panic = "abort"

namespace {
MemoryTree aborting(const std::vector<std::string>& files) {
  auto tree = tiny_workspace({"a", "b"});
  add_package(tree, ".", R"([dependencies]
a = "1"

[dev-dependencies]
b = "1"

[profile.dev]
panic = "abort"
)",
              files);
  return tree;
}
}  // namespace

TEST_CASE("with abort, test units of check unwind beside roots that do not") {
  const auto skeleton = skeleton_of(aborting({"src/main.rs", "tests/t.rs"}), "check --all-targets");
  CHECK(skeleton.crates() == "features root test");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.has_line("root", "test = false"));
  CHECK(skeleton.has_line("root", "bench = false"));
  CHECK(skeleton.table("test", "dependencies") == "a b");
  CHECK(skeleton.targets("test") == "src/test.rs");
  CHECK(skeleton.has_line("test", "bench = true"));
}

TEST_CASE("with abort, examples of check abort with their development dependencies") {
  const auto skeleton = skeleton_of(aborting({"src/lib.rs", "examples/e.rs"}), "check --examples");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a b");
}

TEST_CASE("with abort, only binaries beside integration tests abort under test") {
  const auto both = skeleton_of(aborting({"src/main.rs", "tests/t.rs"}), "test");
  CHECK(both.crates() == "bin-test features root");
  CHECK(both.table("bin-test", "dependencies") == "a");
  CHECK(both.targets("bin-test") == "src/main.rs src/test.rs");
  CHECK(both.table("root", "dependencies") == "a b");

  CHECK(skeleton_of(aborting({"src/main.rs"}), "test").crates() == "features root");
  CHECK(skeleton_of(aborting({"src/lib.rs", "tests/t.rs"}), "test").crates() == "features root");
}

TEST_CASE("with abort, a plain build has one panic strategy") {
  const auto skeleton = skeleton_of(aborting({"src/main.rs", "tests/t.rs"}), "build");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a");
}

}  // namespace larder::test
