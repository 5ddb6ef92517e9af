#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Platform conditions stay symbolic: every request carries the conditions on its path, written for
// the platform that cargo evaluates them for.

namespace larder::test {

namespace {
/// `app` depends on `lib` behind one condition, `lib` on the external a behind another.
MemoryTree chain(const std::string& outer, const std::string& inner,
                 const std::string& library = "") {
  auto tree = virtual_workspace({"a", "b"});
  const auto table = [](const std::string& platform) {
    return platform.empty() ? "[dependencies]\n" : "[target.'" + platform + "'.dependencies]\n";
  };
  add_package(tree, "app", table(outer) + "lib = { path = \"../lib\" }\n", {"src/main.rs"});
  add_package(tree, "lib", library + table(inner) + "a = \"1\"\n");
  return tree;
}
}  // namespace

TEST_CASE("a request keeps its platform condition") {
  const auto skeleton = skeleton_of(chain("", "cfg(unix)"), "build -p app");
  CHECK(skeleton.tables("root") == "cfg(unix).dependencies");
  CHECK(skeleton.table("root", "cfg(unix).dependencies") == "a");
  CHECK(skeleton.table("features", "cfg(unix).dependencies") == "a[default]");
}

TEST_CASE("conditions on the way are joined") {
  const auto skeleton =
      skeleton_of(chain("cfg(unix)", "cfg(target_os = \"linux\")"), "build -p app");
  CHECK(skeleton.tables("root") == "cfg(all(target_os = \"linux\", unix)).dependencies");
  CHECK(skeleton.table("root", "cfg(all(target_os = \"linux\", unix)).dependencies") == "a");
}

TEST_CASE("the same condition twice on the way counts once") {
  const auto skeleton = skeleton_of(chain("cfg(unix)", "cfg(unix)"), "build -p app");
  CHECK(skeleton.tables("root") == "cfg(unix).dependencies");
}

TEST_CASE("a weaker condition absorbs a stronger one") {
  auto tree = chain("cfg(windows)", "cfg(unix)");
  CHECK(skeleton_of(tree, "build -p app").tables("root") == "cfg(all(unix, windows)).dependencies");
  // Selected, the library is there without a condition.
  CHECK(skeleton_of(tree, "build").tables("root") == "cfg(unix).dependencies");
  append(tree, "/w/app/Cargo.toml", "\n[dependencies]\na = \"1\"\n");
  CHECK(skeleton_of(tree, "build").tables("root") == "dependencies");
}

TEST_CASE("conditions that do not imply one another stand side by side") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", R"([target.'cfg(unix)'.dependencies]
a = "1"

[target.'cfg(windows)'.dependencies]
a = { version = "1", features = ["f"] }
)",
              {"src/main.rs"});
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.tables("root") == "cfg(unix).dependencies cfg(windows).dependencies");
  CHECK(skeleton.table("features", "cfg(unix).dependencies") == "a[default]");
  CHECK(skeleton.table("features", "cfg(windows).dependencies") == "a[default,f]");
}

TEST_CASE("a feature turned on behind a condition asks behind that condition") {
  auto tree = virtual_workspace({"a", "b"});
  add_package(tree, "app", R"([dependencies]
lib = { path = "../lib" }

[target.'cfg(windows)'.dependencies]
lib = { path = "../lib", features = ["x"] }
)",
              {"src/main.rs"});
  add_package(tree, "lib", R"([features]
x = ["dep:b", "a/f"]

[dependencies]
a = "1"
b = { version = "1", optional = true }
)");
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.table("root", "cfg(windows).dependencies") == "b");
  CHECK(skeleton.table("features", "dependencies") == "a[default]");
  CHECK(skeleton.table("features", "cfg(windows).dependencies") == "a[f] b[default]");
}

TEST_CASE("dependency/feature turns on the dependency's own feature where it applies") {
  for (const std::string resolver : {"1", "2"}) {
    CAPTURE(resolver);
    auto tree = virtual_workspace({"a", "b"}, "resolver = \"" + resolver + "\"\n");
    add_package(tree, "app", R"([features]
default = ["b/f"]

[[bin]]
name = "app"
required-features = ["b"]

[dependencies]
a = "1"

[target.'cfg(windows)'.dependencies]
b = { version = "1", optional = true }
)",
                {"src/main.rs"});
    const auto skeleton = skeleton_of(tree, "build -p app");
    CHECK(skeleton.table("root", "cfg(windows).dependencies") == (resolver == "1" ? "b" : "a b"));
    CHECK(skeleton.table("root", "dependencies") == (resolver == "1" ? "a" : ""));
  }
}

TEST_CASE("resolver 1 turns features on without their condition") {
  auto tree = virtual_workspace({"a", "b"}, "resolver = \"1\"\n");
  add_package(tree, "app", R"([dependencies]
lib = { path = "../lib" }

[target.'cfg(windows)'.dependencies]
lib = { path = "../lib", features = ["x"] }
)",
              {"src/main.rs"});
  add_package(tree, "lib", R"([features]
x = ["dep:b"]

[dependencies]
a = "1"
b = { version = "1", optional = true }
)");
  CHECK(skeleton_of(tree, "build -p app").table("root", "dependencies") == "a b");
}

TEST_CASE("resolver 1 does not look at whose platform a feature is asked for") {
  auto tree = virtual_workspace({"a"}, "resolver = \"1\"\n");
  // Behind the same condition for the host and, with another one, for the target.
  add_package(tree, "app", R"([target.'cfg(unix)'.build-dependencies]
a = "1"

[target.'cfg(unix)'.dependencies]
lib = { path = "../lib" }
)",
              {"src/main.rs", "build.rs"});
  add_package(tree, "lib", "[target.'cfg(windows)'.dependencies]\na = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.tables("features") == "cfg(unix).dependencies");
  CHECK(skeleton.table("features", "cfg(unix).dependencies") == "a[default]");
}

TEST_CASE("a triple alone is a table of its own") {
  const auto skeleton = skeleton_of(chain("", "x86_64-unknown-linux-gnu"), "build -p app");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "x86_64-unknown-linux-gnu.dependencies") == "a");
}

TEST_CASE("a triple and a cfg on one way are nested") {
  for (const bool triple_outside : {true, false}) {
    CAPTURE(triple_outside);
    const std::string triple = "x86_64-unknown-linux-gnu";
    const auto skeleton = skeleton_of(
        triple_outside ? chain(triple, "cfg(unix)") : chain("cfg(unix)", triple), "build -p app");
    CHECK(skeleton.crates() == "features features-nest0 root root-nest0");
    CHECK(skeleton.selected() == "features root");
    CHECK(skeleton.table("root", triple + ".dependencies") == ">root-nest0");
    CHECK(skeleton.table("root-nest0", "cfg(unix).dependencies") == "a");
    CHECK(skeleton.table("features", triple + ".dependencies") == ">features-nest0");
    CHECK(skeleton.table("features-nest0", "cfg(unix).dependencies") == "a[default]");
  }
}

TEST_CASE("nested crates of one triple hold all their conditions") {
  auto tree = chain("x86_64-unknown-linux-gnu", "cfg(unix)");
  append(tree, "/w/lib/Cargo.toml", "\n[target.'cfg(foo)'.dependencies]\nb = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build -p app");
  std::string below;
  for (const std::string crate : {"root-nest0", "root-nest1"}) {
    if (skeleton.crates().find(crate) != std::string::npos) below += skeleton.tables(crate) + " ";
  }
  CHECK(below.find("cfg(unix).dependencies") != std::string::npos);
  CHECK(below.find("cfg(foo).dependencies") != std::string::npos);
}

TEST_CASE("a proc-macro behind a condition on the target is entered through a proc-macro") {
  const auto skeleton =
      skeleton_of(chain("cfg(windows)", "", "[lib]\nproc-macro = true\n\n"), "build -p app");
  CHECK(skeleton.crates() == "features features-host0 root root-host0");
  CHECK(skeleton.selected() == "features root");
  CHECK(skeleton.table("root", "cfg(windows).dependencies") == ">root-host0");
  CHECK(skeleton.table("root-host0", "dependencies") == "a");
  CHECK(skeleton.has_line("root-host0", "proc-macro = true"));
  CHECK(skeleton.table("features-host0", "dependencies") == "a[default]");
}

TEST_CASE("below the entry into the host conditions are those of the host") {
  const auto skeleton = skeleton_of(
      chain("cfg(windows)", "cfg(unix)", "[lib]\nproc-macro = true\n\n"), "build -p app");
  CHECK(skeleton.table("root", "cfg(windows).dependencies") == ">root-host0");
  CHECK(skeleton.tables("root-host0") == "cfg(unix).dependencies");
}

TEST_CASE("a build script behind a condition on the target is entered through a proc-macro") {
  auto tree = chain("cfg(windows)", "");
  add_file(tree, "/w/lib/build.rs", "");
  append(tree, "/w/lib/Cargo.toml", "\n[build-dependencies]\nb = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.table("root", "cfg(windows).dependencies") == ">root-host0 a");
  CHECK(skeleton.table("root-host0", "dependencies") == "b");
}

TEST_CASE("the host is entered behind a triple and a cfg through a library and a proc-macro") {
  auto tree = virtual_workspace({"a"});
  add_package(tree, "app",
              "[target.x86_64-pc-windows-gnu.dependencies]\nlib = { path = \"../lib\" }\n",
              {"src/main.rs"});
  add_package(tree, "lib", "[target.'cfg(foo)'.dependencies]\nmac = { path = \"../mac\" }\n");
  add_package(tree, "mac", "[lib]\nproc-macro = true\n\n[dependencies]\na = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.table("root", "x86_64-pc-windows-gnu.dependencies") == ">root-host0");
  CHECK_FALSE(skeleton.has_line("root-host0", "proc-macro = true"));
  CHECK(skeleton.table("root-host0", "cfg(foo).dependencies") == ">root-host0-host0");
  CHECK(skeleton.has_line("root-host0-host0", "proc-macro = true"));
  CHECK(skeleton.table("root-host0-host0", "dependencies") == "a");
  CHECK(skeleton.selected() == "features root");
}

TEST_CASE("behind build dependencies all conditions are those of the host") {
  auto tree = virtual_workspace({"a"});
  add_package(tree, "app",
              "[target.'cfg(windows)'.build-dependencies]\ngen = { path = \"../gen\" }\n",
              {"src/main.rs", "build.rs"});
  add_package(tree, "gen", "[target.'cfg(foo)'.dependencies]\na = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build -p app");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.tables("root") == "cfg(all(foo, windows)).build-dependencies");
}

TEST_CASE("with one --target conditions on local edges are merged as without") {
  const auto tree = chain("cfg(windows)", "cfg(unix)");
  const auto one = skeleton_of(tree, "build -p app --target x86_64-pc-windows-gnu");
  CHECK(one.skeleton() == skeleton_of(tree, "build -p app").skeleton());
}

}  // namespace larder::test
