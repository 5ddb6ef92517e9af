#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/artifacts.hpp"
#include "support/stubbed.hpp"

// A root package that [patch] puts in the place of a package that external ones depend on: the root
// of the skeleton is that package.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* root_manifest = R"(description.workspace = true

[features]
default = ["std"]
std = ["always/alloc"]
net = ["dep:mio"]
extra = ["always/more"]

[dependencies]
always = { version = "1", default-features = false }
mio = { version = "1", optional = true }
kit-core = { path = "core" }

[build-dependencies]
bt.workspace = true

[dev-dependencies]
plug = "1"
dev = "1"

[lints]
workspace = true

[[example]]
name = "show"
required-features = ["net"]
)";

constexpr const char* workspace_tables = R"(
[workspace]
members = ["app"]

[workspace.package]
description = "the kit"

[workspace.dependencies]
bt = "1"

[workspace.lints.rust]
unused = "allow"

[workspace.metadata.docs]
all = true

[patch.crates-io]
kit = { path = "." }
)";

/// `plug` asks for `net`, which no local package does. The files beside the package's own are what
/// lies in the root of a repository.
Files root_package(const std::string& keys = "", const std::string& tables = "") {
  return {{"Cargo.toml", package("kit", keys + root_manifest) + workspace_tables + tables},
          {"src/lib.rs", "pub fn kit() -> u32 { 5 }\n"},
          {"src/bin/tool.rs", "fn main() {}\n"},
          {"tests/it.rs", ""},
          {"examples/show.rs", "fn main() {}\n"},
          {"features/login.feature", "no package of the skeleton\n"},
          {"README.md", "# kit\n"},
          {"core/Cargo.toml", package("kit-core", "[dependencies]\ndeep = \"1\"\n")},
          {"core/src/lib.rs", ""},
          {"app/Cargo.toml",
           package("app",
                   "[dependencies]\nkit = { path = \"..\" }\nover = \"1\"\n\n[features]\n"
                   "more = [\"kit/extra\"]\n")},
          {"app/src/main.rs", "fn main() { println!(\"{} {}\", over::over(), kit::kit()); }\n"}};
}

/// For a real rustc: what stands in for one would make a script that says nothing of its files.
Files with_script() {
  auto out = root_package();
  out["build.rs"] = "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n";
  return out;
}

Files root_externals() {
  auto out = package_files({{"mio"},
                            {"bt"},
                            {"dev"},
                            {"deep"},
                            {"kit", "[features]\nnet = []\n"},
                            {"always", "[features]\nalloc = []\nmore = []\n"},
                            {"plug", R"([dependencies]
kit = { version = "1", default-features = false, features = ["net"] }
)"},
                            {"over", "[dependencies]\nplug = \"1\"\n"}});
  out["plug/src/lib.rs"] = "pub fn plug() -> u32 { kit::kit() + 1 }\n";
  out["over/src/lib.rs"] = "pub fn over() -> u32 { plug::plug() }\n";
  return out;
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE("a patched root package is cooked with what depends on it") {
    const StubbedWorkspace workspace(TestDirectory("root") / "plain", root_package(),
                                     root_externals());
    workspace.check_recipes_for(
        {"build -p app", "build --workspace", "build -p app --features app/more", "test",
         "build --workspace --release --all-targets", "test --workspace", "test --lib",
         "test --test it", "test --no-default-features", "test --features extra",
         "bench --workspace", "build --examples --features net", "check --workspace --all-targets",
         "clippy --workspace --all-features"});
    CHECK(workspace.recipe_for("build").sources.empty());
    const auto recipe = workspace.recipe_for("build -p app");
    std::set<std::string> files;
    for (const auto& source : recipe.sources) files.insert(source.path);
    CHECK(files.contains("features/login.feature"));
    CHECK(files.contains("core/src/lib.rs"));
    for (const auto* other :
         {"Cargo.lock", "recipe.json", "app/Cargo.toml", "vendor/plug/src/lib.rs"})
      CHECK_FALSE(files.contains(other));
    workspace.check_cooked_alone(recipe, "build -p app");
    const auto unmerged = workspace.recipe_for("build -p app", true);
    CHECK(unmerged.sources == recipe.sources);
    workspace.check_cooked_as_built({unmerged}, "build -p app");
  }

  TEST_CASE("a patched root package under abort on panic, LTO and the first resolver") {
    const TestDirectory directory("root");
    const StubbedWorkspace strict(
        directory / "strict", root_package("", "\n[profile.dev]\npanic = \"abort\"\nlto = true\n"),
        root_externals());
    strict.check_recipes_for({"build --workspace", "test", "test --lib", "check --tests"});
    const StubbedWorkspace old(directory / "old", root_package("resolver = \"1\"\n"),
                               root_externals());
    old.check_recipes_for({"build -p app", "build --workspace", "test",
                           "test --no-default-features", "build -p app --no-default-features",
                           "build -p app --features extra", "build --workspace --all-features",
                           "check --workspace --all-targets"});
  }

  TEST_CASE("a patched root package that the command builds, in a skeleton that is not merged") {
    const TestDirectory directory("root");
    for (const std::string resolver : {"1", "2"}) {
      const StubbedWorkspace workspace(directory / ("w" + resolver),
                                       root_package("resolver = \"" + resolver + "\"\n"),
                                       root_externals());
      workspace.check_recipes_for(
          {"build --workspace", "test", "test --no-default-features", "test --features extra",
           "test --lib --no-default-features --features std", "check --workspace --all-targets"},
          true);
    }
  }

  TEST_CASE("a package alone, on which its development dependencies depend") {
    const TestDirectory directory("root");
    const Files files{
        {"Cargo.toml", package("kit",
                               "\n[dependencies]\nalways = \"1\"\n\n"
                               "[features]\nnet = []\n\n[dev-dependencies]\nplug = \"1\"\n"
                               "\n[patch.crates-io]\nkit = { path = \".\" }\n")},
        {"src/lib.rs", ""},
        {"tests/it.rs", ""}};
    StubbedWorkspace workspace(directory / "plain", files, root_externals());
    workspace.check_recipes_for({"test", "test --test it", "check --all-targets", "bench"});
    workspace.check_cooked_alone(workspace.recipe_for("test"), "test");
    // Nothing that this compiles depends on it.
    CHECK(workspace.recipe_for("build").sources.empty());
    workspace.leave_out("kit");
    workspace.check_recipes_for({"build"});
  }

  TEST_CASE("what was cooked of a root package is reused by a build with its sources") {
    for (const auto* prepare :
         {"prepare -- build --workspace", "prepare", "prepare --whole-lock -- build --workspace"}) {
      CAPTURE(std::string(prepare));
      const TestDirectory directory("root");
      const auto plan = directory / "plan";
      const auto app = directory / "app";
      const StubbedWorkspace sources(plan, with_script(), root_externals());
      copy_tree(plan + "/vendor", app + "/vendor");
      copy_tree(plan + "/.cargo", app + "/.cargo");
      must(larder(split(prepare), plan));
      const auto recipe = read_file(plan + "/recipe.json");
      // The one that lies there now changes nothing.
      must(larder(split(prepare), plan));
      CHECK(read_file(plan + "/recipe.json") == recipe);
      write_file(app + "/recipe.json", recipe);
      const bool open = std::string(prepare) == "prepare";
      must(larder(open ? split("cook -- build --workspace") : Words{"cook"}, app));
      fs::remove(app + "/Cargo.lock");
      copy_tree(plan, app);
      const auto messages =
          must_reuse_all(larder({"build", "--strict", "--message-format", "json"}, app));
      CHECK(messages.external.size() >= 5);
      for (const auto& artifact : messages.local) {
        CAPTURE(artifact.unit);
        const bool is_program = artifact.unit.find("[\"bin\"]") != std::string::npos;
        CHECK(artifact.fresh != is_program);
      }
      CHECK(run_in(app, {app + "/target/debug/app"}).output == "6 5\n");
      must(larder({"verify"}, app));
    }
  }

  TEST_CASE("by the name of cargo-chef, a patched root package is left with its own sources") {
    const TestDirectory directory("root");
    const auto plan = directory / "plan";
    const auto app = directory / "app";
    const StubbedWorkspace sources(plan, with_script(), root_externals());
    copy_tree(plan + "/vendor", app + "/vendor");
    copy_tree(plan + "/.cargo", app + "/.cargo");
    must(chef({"prepare", "--recipe-path", app + "/recipe.json"}, plan));
    must(chef({"cook", "--workspace"}, app));
    CHECK(read_file(app + "/src/lib.rs") == root_package()["src/lib.rs"]);
    copy_tree(plan + "/app", app + "/app");
    must_reuse_all(cargo({"build", "-p", "app", "--message-format", "json"}, app));
  }

  TEST_CASE("a recipe by cargo-chef has no files of a root package, and is refused") {
    const TestDirectory directory("root");
    const StubbedWorkspace sources(directory / "plan", root_package(), root_externals());
    const auto recipe = directory / "app/recipe.json";
    must(larder({"prepare", "--recipe-path", recipe}, sources.path()));
    auto document = nlohmann::json::parse(read_file(recipe));
    document.erase("larder");
    write_file(recipe, document.dump());
    check_error(chef({"cook"}, directory / "app"), 1, "unsupported",
                {"external packages depend on the root package `kit`"});
  }
}

}  // namespace larder::test
