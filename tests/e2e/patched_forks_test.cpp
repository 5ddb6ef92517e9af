#include <doctest/doctest.h>

#include <filesystem>

#include "larder/base/files.hpp"
#include "support/stubbed.hpp"

// Packages of another workspace, as of a framework's fork in a submodule, that [patch] and
// [replace] put below external ones.

namespace larder::e2e {

namespace {

using Files = std::map<std::string, std::string>;

const char* const patch =
    "[patch.crates-io]\nfk = { path = \"fork/crates/fk\" }\nfk-sub = { path = "
    "\"fork/crates/fk-sub\" }\n";

/// `fk` and `fk-sub` inherit all that can be inherited from a root of their own.
Files with_fork(const std::string& root) {
  return {
      {"Cargo.toml",
       "[workspace]\nmembers = [\"app\"]\nexclude = [\"fork\"]\nresolver = \"2\"\n\n" + root},
      {"app/Cargo.toml", package("app",
                                 "[dependencies]\nplug = \"1\"\nfk-sub = \"1\"\n\n"
                                 "[dev-dependencies]\ndev = \"1\"\n")},
      {"app/src/main.rs", "fn main() {}\n"},
      {"app/tests/it.rs", ""},
      {"fork/Cargo.toml",
       "[workspace]\nmembers = [\"crates/*\"]\n\n[workspace.package]\nversion = \"1.4.0\"\nedition "
       "= "
       "\"2021\"\nauthors = [\"Fork\"]\ndescription = \"Forked\"\nreadme = \"README.md\"\n\n"
       "[workspace.dependencies]\nfk-sub = { path = \"crates/fk-sub\", version = \"1\", "
       "default-features = false }\nleaf = { version = \"1\", features = [\"more\"] }\nbt = \"1\"\n"
       "dev = \"1\"\n\n[workspace.lints.rust]\nunused = \"allow\"\n"},
      {"fork/README.md", "Fork\n"},
      {"fork/crates/fk/Cargo.toml",
       "[package]\nname = \"fk\"\nversion.workspace = true\nedition.workspace = true\n"
       "authors.workspace = true\ndescription = { workspace = true }\nreadme.workspace = true\n\n"
       "[features]\nnet = [\"fk-sub/deep\"]\n\n[dependencies]\nfk-sub.workspace = true\nleaf = { "
       "workspace = true, features = [\"extra\"] }\n\n[build-dependencies]\nbt.workspace = true\n\n"
       "[target.'cfg(unix)'.dependencies]\nonly = \"1\"\n\n[dev-dependencies]\ndev.workspace = "
       "true\n\n[lints]\nworkspace = true\n"},
      {"fork/crates/fk/build.rs", "fn main() {}\n"},
      {"fork/crates/fk/src/lib.rs", ""},
      {"fork/crates/fk-sub/Cargo.toml",
       "[package]\nname = \"fk-sub\"\nversion.workspace = true\nedition.workspace = true\n\n"
       "[features]\ndefault = [\"wide\"]\nwide = []\ndeep = []\n\n[dependencies]\nbelow = \"1\"\n"},
      {"fork/crates/fk-sub/src/lib.rs", ""}};
}

Files around_fork() {
  Files out;
  const auto add = [&](const std::string& name, const std::string& rest = "") {
    add_library(name, rest, out);
  };
  add("plug",
      "[dependencies]\nfk = { version = \"1\", features = [\"net\"] }\nonly = "
      "\"1\"\n");
  add("fk", "[features]\nnet = []\n");
  add("fk-sub", "[features]\ndefault = []\n");
  add("leaf", "[features]\nmore = []\nextra = []\n");
  for (const auto* name : {"bt", "only", "dev", "below"}) add(name);
  return out;
}

/// The build script names no file, so its unit goes by the newest date of them all.
void date_as_cook(const std::string& directory) {
  constexpr std::int64_t date = 123456789'000'000'000;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) REQUIRE(set_modified(entry.path(), date));
  }
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE("members of a fork, patched in, inherit from their own workspace") {
    const TestDirectory directory("forks");
    const StubbedWorkspace workspace(directory / "w", with_fork(patch), around_fork());
    date_as_cook(workspace.path() + "/fork");
    for (const auto* command : {"build", "test", "check --release --all-targets"}) {
      const auto recipe = workspace.recipe_for(command);
      CHECK(recipe.commands.at(0).unmerged_reason.empty());
      workspace.check_cooked_as_built({recipe}, command);
    }
    recipe::DeriveRequest request{workspace.path(), "", {{"", {"test"}}}};
    request.environment = workspace.environment();
    CHECK(recipe::write(recipe::derive_from(workspace.open_recipe(), request)) ==
          recipe::write(workspace.recipe_for("test")));
    workspace.check_cooked_alone(workspace.recipe_for("build"), "build");
  }

  TEST_CASE("a skeleton that is not merged carries patched packages as well") {
    const TestDirectory directory("forks");
    const StubbedWorkspace patched(directory / "patched", with_fork(patch), around_fork());
    date_as_cook(patched.path() + "/fork");
    for (const auto* command : {"build", "test"})
      patched.check_cooked_as_built({patched.recipe_for(command, true)}, command);

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

}  // namespace larder::e2e
