#include <doctest/doctest.h>

#include <filesystem>

#include "support/artifacts.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// Where a rustc wrapper is set, the empty crates of a skeleton are really compiled, whatever their
// dependencies are called.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Packages of rustc's own names, and one whose library alone has such a name.
Files named_externals() {
  std::vector<PackageFiles> packages{
      {"oxide", "[lib]\nname = \"core\"\n[features]\nx = []\ny = []\n"}, {"plain"}};
  for (const auto* name : {"alloc", "core", "proc-macro", "std", "test"})
    packages.push_back({name, "[features]\nx = []\ny = []\n[dependencies]\nplain = \"1\"\n"});
  return Files{{"oxide/src/lib.rs", "pub fn oxide() {}\n"}} + package_files(packages);
}

/// Its sources compile: they call no dependency by a name that they need themselves.
Files workspace() {
  return workspace_files({{"app",
                           R"([features]
default = ["extra"]
extra = ["core/x", "dep:alloc"]
more = ["core?/y", "oxide/y"]
[dependencies]
glue = { path = "../glue" }
core = { version = "1", optional = true }
alloc = { version = "1", optional = true }
oxide = { version = "1", features = ["x"] }
[target.'cfg(unix)'.dependencies]
test_ = { package = "test", version = "1" }
[dev-dependencies]
my-std = { package = "std", version = "1" }
[build-dependencies]
my-std = { package = "std", version = "1" }
)",
                           {"build.rs", "src/main.rs"}},
                          {"glue", R"([lib]
proc-macro = true
[dependencies]
macros = { package = "proc-macro", version = "1" }
oxide = "1"
my-std = { package = "std", version = "1" }
)"}});
}

}  // namespace

TEST_SUITE("externs") {
  TEST_CASE("dependencies may have the names of rustc's own libraries") {
    const TestDirectory directory("externs");
    const StubbedWorkspace laid_out(directory / "work", workspace(), named_externals());
    for (const auto* command :
         {"build", "test", "check --all-targets", "build --features more --workspace",
          "build --no-default-features --features core/x", "build --no-default-features"}) {
      laid_out.check_cooked_as_built(
          {laid_out.recipe_for(command), laid_out.recipe_for(command, true)}, command);
    }
    // As sccache: the empty crates are compiled too.
    write_script(directory / "wrapper", "exec \"$@\"\n");
    auto environment = laid_out.environment();
    environment.set("RUSTC_WRAPPER", directory / "wrapper");
    fs::remove(laid_out.path() + "/recipe.json");
    auto commands = std::vector<std::string>{"build", "build --release", "test --no-run",
                                             "check --all-targets --workspace"};
    if (has_clippy()) commands.emplace_back("clippy --workspace");
    for (const auto& command : commands) {
      for (const bool unmerged : {false, true}) {
        CAPTURE(command);
        CAPTURE(unmerged);
        fs::remove_all(laid_out.path() + "/target");
        write_file(laid_out.path() + "/recipe.json",
                   recipe::write(laid_out.recipe_for(command, unmerged)));
        must(larder({"cook", "--offline"}, laid_out.path(), environment));
        const auto messages =
            must_reuse_all(cargo(split(command) + split("--offline --message-format json"),
                                 laid_out.path(), environment));
        CHECK(messages.external.size() >= 5);
      }
    }
  }
}

}  // namespace larder::test
