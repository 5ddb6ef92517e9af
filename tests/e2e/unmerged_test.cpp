#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "support/stubbed.hpp"

// Unmerged skeletons and the open recipe against a real cargo: the external units that cargo
// makes for the workspace itself, and no other.

namespace larder::test {

namespace {

/// Externals of several kinds: with features and an optional dependency, a second version, a
/// proc-macro, a build script, a crate for one platform.
Files all_externals() {
  return Files{{"a2/Cargo.toml", package("a", "", "2.0.0")}, {"a2/src/lib.rs", ""}} +
         package_files({{"a", R"([features]
default = ["std"]
std = []
f = ["dep:e"]
g = ["b?/h"]

[dependencies]
e = { version = "1", optional = true }
b = { version = "1", optional = true }
)"},
                        {"b", "[features]\nh = []\n\n[dependencies]\ne = \"1\"\n"},
                        {"c", "[lib]\nproc-macro = true\n\n[dependencies]\ne = \"1\"\n"},
                        {"d",
                         "[features]\nx = []\n\n[build-dependencies]\na = \"1\"\n",
                         {"src/lib.rs", "build.rs"}},
                        {"e", "[features]\ny = []\n"},
                        {"w", "[dependencies]\ne = { version = \"1\", features = [\"y\"] }\n"}});
}

/// A workspace with most of what a manifest can say about dependencies.
Files shop(const std::string& resolver) {
  return {
      {"Cargo.toml",
       package("shop",
               R"(default-run = "serve"

[features]
default = ["fast"]
fast = ["core/speed"]
extra = ["dep:b", "b?/h"]
tools = []

[dependencies]
core = { path = "crates/core" }
b = { version = "1", optional = true }
old = { package = "a", version = "1", default-features = false }

[target.'cfg(unix)'.dependencies]
plugin = { path = "crates/plugin" }

[target.'cfg(windows)'.dependencies]
w = "1"

[dev-dependencies]
d = { version = "1", features = ["x"] }
kit = { path = "crates/kit" }

[[bin]]
name = "serve"
path = "src/serve.rs"

[[bin]]
name = "tool"
path = "src/tool.rs"
required-features = ["tools"]
)") +
           "\n[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/outside\"]\nresolver = "
           "\"" +
           resolver +
           "\"\n\n[profile.release]\nlto = true\npanic = \"abort\"\n\n[profile.release.package.e]\n"
           "opt-level = 1\n\n[profile.release.package.shop]\nopt-level = 2\n\n"
           "[profile.dev.build-override]\nopt-level = 1\n"},
      {"src/serve.rs", "fn main() {}\n"},
      {"src/tool.rs", "fn main() {}\n"},
      {"src/lib.rs", ""},
      {"tests/it.rs", ""},
      {"examples/show.rs", "fn main() {}\n"},
      {"benches/fast.rs", ""},
      {"crates/core/Cargo.toml", package("core",
                                         R"(links = "core"

[lib]
crate-type = ["cdylib", "rlib"]

[features]
speed = ["a/f"]
implicit = ["new"]

[dependencies]
a = "1"
new = { package = "a", version = "2", optional = true }
mac = { path = "../mac" }
outside = { path = "../outside" }

[build-dependencies]
d = "1"
kit = { path = "../kit" }
)")},
      {"crates/core/src/lib.rs", ""},
      {"crates/core/build.rs", "fn main() {}\n"},
      {"crates/mac/Cargo.toml", package("mac",
                                        R"([lib]
proc-macro = true

[dependencies]
b = "1"
c = "1"

[dev-dependencies]
e = { version = "1", features = ["y"] }
)")},
      {"crates/mac/src/lib.rs", ""},
      {"crates/plugin/Cargo.toml", package("plugin",
                                           R"([lib]
crate-type = ["dylib"]

[features]
more = []

[target.'cfg(target_os = "linux")'.dependencies]
e = "1"

[target.'cfg( target_os="linux" )'.build-dependencies]
b = "1"
)")},
      {"crates/plugin/src/lib.rs", ""},
      {"crates/kit/Cargo.toml",
       package("kit", "[dependencies]\nb = { version = \"1\", features = [\"h\"] }\n")},
      {"crates/kit/src/lib.rs", ""},
      {"crates/kit/src/main.rs", "fn main() {}\n"},
      {"crates/outside/Cargo.toml", package("outside",
                                            R"([features]
z = ["dep:w"]

[dependencies]
e = "1"
w = { version = "1", optional = true }

[dev-dependencies]
never = "1"
)")},
      {"crates/outside/src/lib.rs", ""},
  };
}

const std::vector<std::string> shop_commands{
    "build",
    "build --release",
    "build --release --workspace",
    "check --all-targets",
    "check --workspace --all-targets --release",
    "test --workspace",
    "test --release",
    "bench -p core",
    "build --no-default-features --features extra,core/implicit",
    "build -p core -p kit --features core/implicit",
    "build --bin serve --bin tool --features tools",
    "build --example show",
    "build -p plugin --all-features",
    "test -p mac",
    "test --test it",
    "build --manifest-path crates/core/Cargo.toml",
    "test --manifest-path crates/mac/Cargo.toml -p kit",
};

/// `app` depends on `lib`; more lines for the dependencies of the one and the manifest of the
/// other.
Files app_and_lib(const std::string& app_dependencies, const std::string& lib) {
  return workspace_files({{"app",
                           R"([dependencies]
lib = { path = "../lib" }
a = { version = "1", default-features = false }
)" + app_dependencies + "\n[dev-dependencies]\nd = \"1\"\n",
                           {"src/main.rs"}},
                          {"lib", R"([features]
more = ["a/f", "dep:c"]

[dependencies]
a = "1"
b = "1"
c = { version = "1", optional = true }

)" + lib}});
}

/// With a cargo that takes unstable features.
StubbedWorkspace nightly(const std::string& directory, const Files& files) {
  auto environment = test_environment();
  environment.set("RUSTC_BOOTSTRAP", "1");
  return {directory, files, all_externals(), environment};
}

void check_unmerged(const StubbedWorkspace& workspace, const std::vector<std::string>& commands) {
  for (const auto& command : commands) {
    CAPTURE(command);
    const auto recipe = workspace.recipe_for(command);
    CHECK(!recipe.commands[0].unmerged_reason.empty());
    workspace.check_cooked_as_built({recipe}, command);
    CHECK(recipe::write(workspace.recipe_given_later(command)) == recipe::write(recipe));
  }
}

void git(const std::string& directory, const std::string& arguments) {
  must(run_in(directory, Words{"git"} + split(arguments)));
}

}  // namespace

TEST_SUITE("unmerged") {
  TEST_CASE("every form of a recipe cooks what cargo builds") {
    for (const std::string resolver : {"1", "2"}) {
      const StubbedWorkspace workspace(TestDirectory("unmerged-shop") / resolver, shop(resolver),
                                       all_externals());
      for (const auto& command : shop_commands) {
        CAPTURE(resolver);
        CAPTURE(command);
        const auto merged = workspace.recipe_for(command);
        CHECK(merged.commands[0].unmerged_reason.empty());
        workspace.check_cooked_as_built({merged, workspace.recipe_for(command, true)}, command);
        CHECK(recipe::write(workspace.recipe_given_later(command)) == recipe::write(merged));
      }
    }
  }

  TEST_CASE("a feature of a development dependency on the command line") {
    for (const std::string resolver : {"1", "2"}) {
      const StubbedWorkspace workspace(TestDirectory("unmerged-features") / resolver,
                                       workspace_files({{"app",
                                                         R"([dependencies]
b = "1"

[dev-dependencies]
tool = { path = "../tool" }
a = "1"
)",
                                                         {"src/main.rs"}},
                                                        {"tool", R"([features]
more = ["a/f"]

[dependencies]
a = { version = "1", default-features = false }
)"}},
                                                       "", resolver),
                                       all_externals());
      for (const std::string command :
           {"build --workspace --features tool/more", "test --workspace --features tool/more",
            "build -p app --features a/f", "test -p app --features a/f,tool/more"}) {
        CAPTURE(resolver);
        CAPTURE(command);
        workspace.check_cooked_as_built(
            {workspace.recipe_for(command), workspace.recipe_for(command, true)}, command);
      }
    }
  }

  TEST_CASE("a package replaced by one from a git repository") {
    const TestDirectory directory("unmerged-replace");
    const auto repository = directory / "mine";
    write_file(repository + "/Cargo.toml",
               package("a", "[features]\nstd = []\nf = []\n\n[dependencies]\ne = \"1\"\n"));
    write_file(repository + "/src/lib.rs", "");
    git(repository, "init -q");
    git(repository, "add -A");
    git(repository, "-c user.name=t -c user.email=t@example.org commit -q -m first");
    auto files = app_and_lib("", "");
    files["Cargo.toml"] +=
        fmt::format("\n[replace]\n\"a:1.0.0\" = {{ git = \"file://{}\" }}\n", repository);
    const StubbedWorkspace workspace(directory / "w", files, all_externals());
    // A later commit is not taken: the lock file says which.
    write_file(repository + "/Cargo.toml", package("a", "[dependencies]\nb = \"1\"\n"));
    git(repository, "-c user.name=t -c user.email=t@example.org commit -q -a -m second");
    check_unmerged(workspace, {"build", "test --release"});
  }

  TEST_CASE("artifact dependencies") {
    const TestDirectory directory("unmerged-artifact");
    for (const std::string keys :
         {"artifact = [\"bin:helper\"], lib = true", "artifact = \"bin\", optional = true",
          R"(artifact = "bin:helper", target = "x86_64-unknown-linux-musl")"}) {
      CAPTURE(keys);
      auto files = app_and_lib("",
                               R"([[bin]]
name = "helper"
path = "src/helper.rs"

[[bin]]
name = "idle"
path = "src/idle.rs"
)");
      auto& app = files["app/Cargo.toml"];
      const std::string_view plain = "path = \"../lib\"";
      app.replace(app.find(plain), plain.size(), std::string(plain) + ", " + keys);
      files["lib/src/helper.rs"] = files["lib/src/idle.rs"] = "fn main() {}\n";
      files[".cargo/config.toml"] = "[unstable]\nbindeps = true\n";
      check_unmerged(nightly(directory / std::to_string(keys.size()), files),
                     {"build -p app", "build -p app --all-features --release", "test"});
    }
  }

  TEST_CASE("packages with a target platform of their own") {
    const TestDirectory directory("unmerged-platform");
    auto files = app_and_lib("", "");
    auto& lib = files["lib/Cargo.toml"];
    lib = "cargo-features = [\"per-package-target\"]\n\n" + lib;
    lib.insert(lib.find("edition"), "forced-target = \"x86_64-unknown-linux-musl\"\n");
    check_unmerged(nightly(directory / "w", files), {"build", "build -p lib", "test --workspace"});
  }

  TEST_CASE("several target platforms and a condition between local packages") {
    const TestDirectory directory("unmerged-targets");
    auto files = app_and_lib("", "");
    files["app/Cargo.toml"] +=
        R"(
[target.'cfg(windows)'.dependencies]
w = "1"
lib = { path = "../lib", features = ["more"] }
)";
    const StubbedWorkspace workspace(directory / "w", files, all_externals());
    check_unmerged(workspace, {"build --target x86_64-unknown-linux-gnu --target "
                               "x86_64-pc-windows-gnu"});
  }

  TEST_CASE("a feature about which cargo's two resolvers disagree") {
    const TestDirectory directory("unmerged-unsound");
    const auto files =
        workspace_files({{"app",
                          "[dependencies]\nlib = { path = \"../lib\", features = [\"x\"] }\n",
                          {"src/main.rs"}},
                         {"lib", "[features]\nx = [\"a/f\"]\n\n[dev-dependencies]\na = \"1\"\n"}});
    const StubbedWorkspace workspace(directory / "w", files, all_externals());
    check_unmerged(workspace, {"test", "check --all-targets"});
  }

  TEST_CASE("with LTO, a dylib beside a library that is only linked, below a build script") {
    const TestDirectory directory("unmerged-dylib");
    const auto files = workspace_files(
        {{"app",
          R"([build-dependencies]
dynamic = { path = "../dynamic" }
linked = { path = "../linked" }
)",
          {"src/main.rs", "build.rs"}},
         {"dynamic", "[lib]\ncrate-type = [\"dylib\"]\n\n[dependencies]\nb = \"1\"\n"},
         {"linked", R"([lib]
crate-type = ["staticlib"]

[dependencies]
dynamic = { path = "../dynamic" }
a = "1"
)"}},
        "\n[profile.release]\nlto = true\n");
    const StubbedWorkspace workspace(directory / "w", files, all_externals());
    check_unmerged(workspace, {"build --release"});
  }

  TEST_CASE("cargo-features of profiles need no unmerged skeleton") {
    const TestDirectory directory("unmerged-profiles");
    auto files = app_and_lib("", "");
    auto& root = files["Cargo.toml"];
    root = "cargo-features = [\"profile-rustflags\", \"trim-paths\"]\n\n" + root +
           "\n[profile.dev]\nrustflags = [\"-Cdebuginfo=1\"]\ntrim-paths = \"all\"\n";
    const auto workspace = nightly(directory / "w", files);
    for (const auto& command : {"build", "build --release", "test"}) {
      const auto recipe = workspace.recipe_for(command);
      CHECK(recipe.commands[0].unmerged_reason.empty());
      workspace.check_cooked_as_built({recipe, workspace.recipe_for(command, true)}, command);
    }
  }

  TEST_CASE("an open recipe is cooked for the command given to cook") {
    const StubbedWorkspace workspace(TestDirectory("unmerged-open") / "w", shop("2"),
                                     all_externals());
    const auto run = [&](const Words& words) {
      return larder(words, workspace.path(), workspace.environment());
    };
    const auto prepared = run({"prepare"});
    CHECK(prepared.code() == 0);
    CHECK(prepared.says("note: no cargo command was given"));
    const auto without = run({"cook", "--offline"});
    CHECK(without.code() == 1);
    CHECK(without.error_id() == "no-command");
    CHECK(run({"deps"}).error_id() == "no-command");
    CHECK(run({"cook", "--offline", "--", "build", "--release"}).code() == 0);
    // The build finds the command that was cooked.
    CHECK(read_file(workspace.path() + "/target/larder/recipe.json") ==
          recipe::write(workspace.recipe_for("build --release")));
    const auto disagrees = run({"cook", "--release", "--", "build"});
    CHECK(disagrees.error_id() == "flag-disagrees");
    CHECK(run({"prepare", "--", "build"}).code() == 0);
    CHECK(run({"cook", "--", "build"}).error_id() == "command-invalid");
  }
}

}  // namespace larder::test
