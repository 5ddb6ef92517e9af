#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>

#include "support/stubbed.hpp"

// A member that [patch] puts in the place of a package that external ones depend on, and that the
// command builds itself: its library is cooked with them, its other targets are local.

namespace larder::test {

namespace {

constexpr const char* kit_manifest = R"([features]
default = ["std"]
std = ["always/alloc"]
net = ["dep:mio"]
sync = ["lot"]
extra = ["always/more"]

[dependencies]
always = { version = "1", default-features = false }
mio = { version = "1", optional = true }
lot = { version = "1", optional = true }

[build-dependencies]
bt = "1"

[dev-dependencies]
plug = "1"
dev = "1"

[[example]]
name = "show"
required-features = ["net"]
)";

/// `plug` asks for `net`, which no local package does.
Files members(const std::string& root = "", const std::string& resolver = "2") {
  return workspace_files(
      {{"app",
        R"([dependencies]
kit = { path = "../kit", features = ["sync"] }
over = "1"

[features]
more = ["kit/extra"]
)",
        {"src/main.rs"}},
       {"kit", kit_manifest, {"src/lib.rs", "src/bin/tool.rs", "tests/it.rs", "examples/show.rs"}},
       {"kit-macros",
        R"([lib]
proc-macro = true

[features]
full = ["dep:syn"]

[dependencies]
quote = "1"
syn = { version = "1", optional = true }

[dev-dependencies]
plug = "1"

[[example]]
name = "full"
required-features = ["full"]
)",
        {"src/lib.rs", "tests/it.rs", "src/main.rs", "examples/full.rs"}}},
      root + R"(
[patch.crates-io]
kit = { path = "kit" }
kit-macros = { path = "kit-macros" }
)",
      resolver);
}

Files externals() {
  return package_files(
      {{"plug", R"([dependencies]
kit = { version = "1", default-features = false, features = ["net"] }
kit-macros = { version = "1", features = ["full"] }
)"},
       {"over", "[dependencies]\nplug = \"1\"\n"},
       {"always", "[features]\nalloc = []\nmore = []\n\n[dependencies]\ndeep = \"1\"\n"},
       // What the members patch.
       {"kit", "[features]\nnet = []\n"},
       {"kit-macros", "[lib]\nproc-macro = true\n\n[features]\nfull = []\n"},
       {"lot", "[features]\ncold = []\n"},
       {"mio"},
       {"bt"},
       {"dev"},
       {"deep"},
       {"quote"},
       {"syn"}});
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE("a patched member that the command builds is cooked with what depends on it") {
    const StubbedWorkspace workspace(TestDirectory("members") / "plain", members(), externals());
    workspace.check_recipes_for(
        {"build", "build -p app", "build --features app/more", "build --release --all-targets",
         "build --no-default-features", "test", "test -p kit", "test -p kit --lib",
         "test -p kit --test it", "test -p kit-macros", "test -p kit --features extra",
         "test -p kit --no-default-features --features always/more", "bench --workspace",
         "build -p kit --examples", "check -p app", "check -p kit --all-targets"});
  }

  TEST_CASE("a feature of a patched member's dependency may be asked for on the command line") {
    const TestDirectory directory("members");
    for (const std::string resolver : {"1", "2"}) {
      const StubbedWorkspace workspace(directory / ("resolver-" + resolver), members("", resolver),
                                       externals());
      for (const std::string command :
           {"build -p kit -p app --features lot/cold", "test -p kit --features lot/cold",
            "check -p kit --all-targets --features lot/cold",
            "build -p kit -p app --features always/more",
            "test -p kit -p app --features lot/cold"}) {
        CAPTURE(resolver);
        CAPTURE(command);
        workspace.check_cooked_as_built(
            {workspace.recipe_for(command), workspace.recipe_for(command, true)}, command);
      }
      workspace.check_recipes_for(
          {"build --features always/more,kit-macros/full", "test --features lot/cold"});
    }
  }

  TEST_CASE("what an unmerged skeleton cannot represent is compiled again, and nothing else") {
    StubbedWorkspace workspace(TestDirectory("members") / "plain", members(), externals());
    // The proc-macro and what is above it; under `check`, also what it alone depends on.
    for (const auto* package : {"kit-macros", "plug", "over"}) workspace.leave_out(package);
    workspace.check_recipes_for({"build --workspace", "build -p kit-macros", "test"}, true);
    workspace.leave_out("syn");
    workspace.check_recipes_for({"check --all-targets"}, true);
    recipe::DeriveRequest request{workspace.path(), "", {{"", {"build"}}}};
    request.environment = workspace.environment();
    reduce::ReductionNotes notes;
    recipe::derive(DiskTree(), request, &notes);
    CHECK(notes.inexact.empty());
    request.unmerged = true;
    recipe::derive(DiskTree(), request, &notes);
    CHECK(notes.inexact == std::map<std::string, std::string>{{"kit-macros", "is a proc-macro"}});
  }

  TEST_CASE("only the library of a patched proc-macro is cooked, whatever the next command is") {
    const StubbedWorkspace workspace(TestDirectory("members") / "plain", members(), externals());
    recipe::DeriveRequest request{workspace.path(), "", {}};
    // The proc-macro is selected in the skeleton of the first command, but not in the second one.
    for (const std::string command : {"build --workspace --all-targets", "build -p app"})
      request.commands.push_back({"", split(command)});
    request.environment = workspace.environment();
    write_file(workspace.path() + "/recipe.json",
               recipe::write(recipe::derive(DiskTree(), request)));
    must(larder({"cook", "--offline"}, workspace.path(), workspace.environment()));
    std::set<std::string> units;
    for (const auto& entry :
         std::filesystem::directory_iterator(workspace.path() + "/target/debug/.fingerprint")) {
      if (!entry.path().filename().string().starts_with("kit-macros-")) continue;
      for (const auto& file : std::filesystem::directory_iterator(entry.path()))
        units.insert(file.path().filename());
    }
    CHECK(units.contains("lib-kit_macros"));
    for (const auto* other :
         {"bin-kit-macros", "test-bin-kit-macros", "test-integration-test-it", "example-full"}) {
      CAPTURE(other);
      CHECK_FALSE(units.contains(other));
    }
  }

  TEST_CASE("local packages of one name are told apart by their versions") {
    const TestDirectory directory("members");
    const Files files{
        {"Cargo.toml",
         R"([workspace]
members = ["kit"]
exclude = ["forks"]
resolver = "2"

[patch.crates-io]
kit = { path = "forks/kit-1" }
older = { package = "kit", path = "forks/kit-0.5" }
)"},
        {"kit/Cargo.toml",
         R"([package]
name = "kit"
version = "3.0.0"

[dependencies]
plug = "1"
own = { package = "kit", version = "0.5" }
)"},
        {"kit/src/main.rs", "fn main() {}\n"},
        {"forks/kit-1/Cargo.toml", package("kit", "[dependencies]\nalways = \"1\"\n")},
        {"forks/kit-1/src/lib.rs", ""},
        {"forks/kit-0.5/Cargo.toml", package("kit", "[dependencies]\ndeep = \"1\"\n", "0.5.0")},
        {"forks/kit-0.5/src/lib.rs", ""}};
    const StubbedWorkspace workspace(
        directory / "plain", files,
        package_files({{"plug", "[dependencies]\nkit = \"1\"\nover = \"1\"\n"},
                       {"over", "[dependencies]\nkit = \"0.5\"\n"},
                       {"kit"},
                       {"always"},
                       {"deep"}}));
    workspace.check_recipes_for({"build", "check --all-targets", "test"});
    // Whose version was changed since is clear.
    edit_file(workspace.path() + "/kit/Cargo.toml", "3.0.0", "3.1.0");
    workspace.check_cooked_alone(workspace.recipe_for("build"), "build");
  }

  TEST_CASE("where nothing external needs a patched member, it is not cooked") {
    StubbedWorkspace workspace(TestDirectory("members") / "plain", members(), externals());
    workspace.leave_out("kit");
    workspace.check_recipes_for({"build -p kit", "check -p kit", "build -p kit --bin tool"});
    CHECK(workspace.recipe_for("build -p kit").sources.empty());
  }

  TEST_CASE("a patched member under abort on panic, LTO and the first resolver") {
    const TestDirectory directory("members");
    const std::string profile = "[profile.dev]\npanic = \"abort\"\nlto = true\n\n";
    const StubbedWorkspace strict(directory / "strict", members(profile), externals());
    strict.check_recipes_for({"build", "test", "test -p kit --lib", "check -p kit --tests"});
    const StubbedWorkspace old(directory / "old", members("", "1"), externals());
    old.check_recipes_for({"build -p app -p kit", "check -p kit --tests", "build", "test", "check",
                           "check --all-targets", "bench --workspace",
                           "build --release --all-targets",
                           "build --target x86_64-unknown-linux-gnu --all-targets"});
    // External packages alone ask for what its tests then have for the target as well.
    old.check_recipes_for({"build -p kit-macros --all-targets",
                           "build -p kit-macros --features full", "test -p kit-macros",
                           "test -p kit-macros --lib", "test -p kit-macros --test it",
                           "check -p kit-macros --tests"});
  }

  TEST_CASE("patched proc-macros are cooked as they are checked") {
    const TestDirectory directory("members");
    const std::string profile = "[profile.dev]\npanic = \"abort\"\n\n";
    for (const auto& root : {std::string(), profile}) {
      const StubbedWorkspace workspace(directory / ("w" + std::to_string(root.size())),
                                       members(root), externals());
      workspace.check_recipes_for(
          {"check", "check -p kit --all-targets", "clippy --workspace --all-features"});
      if (root.empty()) workspace.check_recipes_for({"check --all-targets"});
    }
  }
}

}  // namespace larder::test
