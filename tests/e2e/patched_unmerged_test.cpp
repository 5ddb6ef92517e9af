#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/stubbed.hpp"

// A member that [patch] puts in the place of a package that external ones depend on, and that the
// command builds itself, in a skeleton that is not merged.

namespace larder::test {

namespace {

constexpr const char* unmerged_kit = R"([features]
default = ["std"]
std = ["always/alloc"]
net = ["dep:mio"]
sync = ["lot"]
extra = ["always/more"]
more-dev = ["extra"]

[dependencies]
always = { version = "1", default-features = false }
mio = { version = "1", optional = true }
lot = { version = "1", optional = true }
kit-core = { path = "../kit-core" }

[build-dependencies]
bt = "1"

[dev-dependencies]
plug = "1"
dev = "1"
help = { path = "../help" }

[[example]]
name = "show"
required-features = ["net"]

[[bin]]
name = "synced"
required-features = ["sync"]
)";

/// `plug` asks for `net`, which no local package does.
Files unmerged_members(const std::string& resolver, const std::string& profile) {
  return workspace_files({{"app",
                           R"([dependencies]
kit = { path = "../kit", features = ["sync"] }
over = "1"

[build-dependencies]
kit = { path = "../kit", default-features = false }

[features]
more = ["kit/extra"]
)",
                           {"src/main.rs", "build.rs"}},
                          {"help", "[dependencies]\nlot = \"1\"\n"},
                          {"kit-core", "[dependencies]\ndeep = \"1\"\n"},
                          {"kit",
                           unmerged_kit,
                           {"build.rs", "src/lib.rs", "src/bin/tool.rs", "src/bin/synced.rs",
                            "tests/it.rs", "benches/fast.rs", "examples/show.rs"}}},
                         profile + R"(
[patch.crates-io]
kit = { path = "kit" }
kit-core = { path = "kit-core" }
)",
                         resolver);
}

Files unmerged_externals() {
  return package_files(
      {{"plug", R"([dependencies]
kit = { version = "1", default-features = false, features = ["net"] }
)"},
       {"over", "[dependencies]\nplug = \"1\"\nkit-core = \"1\"\n"},
       {"always", "[features]\nalloc = []\nmore = []\n\n[dependencies]\ndeep = \"1\"\n"},
       {"lot", "[features]\nx = []\n"},
       // What the members patch.
       {"kit", "[features]\nnet = []\n"},
       {"kit-core"},
       {"mio"},
       {"bt"},
       {"dev"},
       {"deep"}});
}

constexpr const char* abort_profile = "[profile.dev]\npanic = \"abort\"\n\n";
constexpr const char* lto_profile = "[profile.dev]\nlto = true\n\n";

StubbedWorkspace workspace_at(const std::string& directory, const std::string& resolver = "2",
                              const std::string& profile = "") {
  StubbedWorkspace out(directory, unmerged_members(resolver, profile), unmerged_externals());
  for (const auto* package : {"kit", "kit-core"}) date_as_cook(directory + "/" + package);
  return out;
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE("a patched member that the command builds, in a skeleton that is not merged") {
    const auto workspace = workspace_at(TestDirectory("parts") / "plain");
    workspace.check_recipes_for(
        {"build", "build -p kit -p app --bins", "build -p kit --tests", "build --features app/more",
         "build --target x86_64-unknown-linux-gnu --all-targets", "test",
         "test -p kit --lib --features extra", "test -p kit --test it",
         "test -p kit --no-default-features --features always/more", "bench --workspace",
         "check --all-targets", "clippy --workspace --all-features"},
        true);
    const auto recipe = workspace.recipe_for("test", true);
    // A recipe has its files once, for every command.
    CHECK(recipe.sources == workspace.recipe_for("build -p app", true).sources);
    CHECK_FALSE(recipe.sources.empty());
  }

  TEST_CASE("the same with the whole lock file, and from a recipe without a command") {
    const auto workspace = workspace_at(TestDirectory("parts") / "plain");
    recipe::DeriveRequest request{workspace.path(), "", {{"", {"test"}}}};
    request.environment = workspace.environment();
    request.unmerged = true;
    CHECK(recipe::write(workspace.recipe_given_later("test", true)) ==
          recipe::write(workspace.recipe_for("test", true)));
    request.whole_lock = true;
    const auto whole = recipe::derive(DiskTree(), request);
    CHECK(whole.whole_lock);
    workspace.check_cooked_as_built({whole}, "test");
  }

  TEST_CASE("the same under abort on panic, LTO and the first resolver") {
    const TestDirectory directory("parts");
    for (const auto* resolver : {"1", "2"}) {
      for (const std::string profile : {abort_profile, lto_profile}) {
        const auto name = fmt::format("w{}-{}", resolver, profile.size());
        CAPTURE(name);
        const auto workspace = workspace_at(directory / name, resolver, profile);
        workspace.check_recipes_for({"test", "check --all-targets"}, true);
      }
    }
  }
}

}  // namespace larder::test
