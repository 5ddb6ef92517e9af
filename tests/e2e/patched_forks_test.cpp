#include <doctest/doctest.h>

#include <filesystem>

#include "larder/base/files.hpp"
#include "support/stubbed.hpp"

// Packages of another workspace, as of a framework's fork in a submodule, that [patch] and
// [replace] put below external ones.

namespace larder::test {

namespace {

const char* const patch =
    R"([patch.crates-io]
fk = { path = "fork/crates/fk" }
fk-sub = { path = "fork/crates/fk-sub" }
)";

/// `fk` and `fk-sub` inherit all that can be inherited from a root of their own.
Files with_fork(const std::string& root) {
  return {{"Cargo.toml",
           "[workspace]\nmembers = [\"app\"]\nexclude = [\"fork\"]\nresolver = \"2\"\n\n" + root},
          {"app/Cargo.toml", package("app",
                                     R"([dependencies]
plug = "1"
fk-sub = "1"

[dev-dependencies]
dev = "1"
)")},
          {"app/src/main.rs", "fn main() {}\n"},
          {"app/tests/it.rs", ""},
          {"fork/Cargo.toml",
           R"([workspace]
members = ["crates/*"]

[workspace.package]
version = "1.4.0"
edition = "2021"
authors = ["Fork"]
description = "Forked"
readme = "README.md"

[workspace.dependencies]
fk-sub = { path = "crates/fk-sub", version = "1", default-features = false }
leaf = { version = "1", features = ["more"] }
bt = "1"
dev = "1"

[workspace.lints.rust]
unused = "allow"
)"},
          {"fork/README.md", "Fork\n"},
          {"fork/crates/fk/Cargo.toml",
           R"([package]
name = "fk"
version.workspace = true
edition.workspace = true
authors.workspace = true
description = { workspace = true }
readme.workspace = true

[features]
net = ["fk-sub/deep"]

[dependencies]
fk-sub.workspace = true
leaf = { workspace = true, features = ["extra"] }

[build-dependencies]
bt.workspace = true

[target.'cfg(unix)'.dependencies]
only = "1"

[dev-dependencies]
dev.workspace = true

[lints]
workspace = true
)"},
          {"fork/crates/fk/build.rs", "fn main() {}\n"},
          {"fork/crates/fk/src/lib.rs", ""},
          {"fork/crates/fk-sub/Cargo.toml",
           R"([package]
name = "fk-sub"
version.workspace = true
edition.workspace = true

[features]
default = ["wide"]
wide = []
deep = []

[dependencies]
below = "1"
)"},
          {"fork/crates/fk-sub/src/lib.rs", ""}};
}

Files around_fork() {
  return package_files({{"plug", R"([dependencies]
fk = { version = "1", features = ["net"] }
only = "1"
)"},
                        {"fk", "[features]\nnet = []\n"},
                        {"fk-sub", "[features]\ndefault = []\n"},
                        {"leaf", "[features]\nmore = []\nextra = []\n"},
                        {"bt"},
                        {"only"},
                        {"dev"},
                        {"below"}});
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE("members of a fork, patched in, inherit from their own workspace") {
    const StubbedWorkspace workspace(TestDirectory("forks") / "w", with_fork(patch), around_fork());
    date_as_cook(workspace.path() + "/fork");
    for (const auto* command : {"build", "test", "check --release --all-targets"}) {
      const auto recipe = workspace.recipe_for(command);
      CHECK(recipe.commands.at(0).unmerged_reason.empty());
      workspace.check_cooked_as_built({recipe}, command);
    }
    CHECK(recipe::write(workspace.recipe_given_later("test")) ==
          recipe::write(workspace.recipe_for("test")));
    workspace.check_cooked_alone(workspace.recipe_for("build"), "build");
  }

  TEST_CASE("a skeleton that is not merged carries patched packages as well") {
    const TestDirectory directory("forks");
    const StubbedWorkspace patched(directory / "patched", with_fork(patch), around_fork());
    date_as_cook(patched.path() + "/fork");
    patched.check_recipes_for({"build", "test"}, true);

    auto files = with_fork("[replace]\n\"only:1.0.0\" = { path = \"replaced\" }\n");
    files["replaced/Cargo.toml"] = package("only", "[dependencies]\nbelow = \"1\"\n");
    files["replaced/src/lib.rs"] = "";
    const StubbedWorkspace replaced(directory / "replaced", files, around_fork());
    for (const auto* command : {"build", "test"}) {
      const auto recipe = replaced.recipe_for(command);
      CHECK(!recipe.commands.at(0).unmerged_reason.empty());
      replaced.check_cooked_as_built({recipe}, command);
    }
  }
}

}  // namespace larder::test
