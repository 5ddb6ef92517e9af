#include <doctest/doctest.h>

#include "support/files.hpp"
#include "support/stubbed.hpp"

// Config keys that reach units, in a recipe that is cooked before the sources and their config
// come. Cargo says what they do to units.

namespace larder::test {

namespace {

/// `a` has a build script that needs `b`, and is needed as it is and by a proc-macro.
Files externals() {
  return package_files(
      {{"a", "[build-dependencies]\nb = \"1\"\n", {"src/lib.rs", "build.rs"}}, {"b"}});
}

Files app(const std::string& config) {
  return Files{{".cargo/config.toml", config}} +
         workspace_files({{"app",
                           R"([dependencies]
a = "1"
b = "1"
macros = { path = "../macros" }

[build-dependencies]
b = "1"
)",
                           {"src/main.rs", "build.rs"}},
                          {"macros", "[lib]\nproc-macro = true\n\n[dependencies]\na = \"1\"\n"}});
}

const std::string flags = "[build]\nrustflags = [\"--cfg=for_target\"]\n";

}  // namespace

TEST_SUITE("config") {
  TEST_CASE("what is for build scripts and proc-macros alone reaches the units of cook") {
    auto environment = test_environment();
    environment.set("RUSTC_BOOTSTRAP", "1");  // unstable keys
    const std::string unstable = "[unstable]\ntarget-applies-to-host = true\nhost-config = true\n";
    const std::string own_flags = "[host]\nrustflags = [\"--cfg=for_host\"]\n";
    const std::vector<std::string> configs{
        "target-applies-to-host = false\n" + unstable + flags,
        "target-applies-to-host = false\n" + unstable + flags + own_flags,
        // -Zhost-config makes `false` the default.
        unstable + own_flags, "target-applies-to-host = true\n" + unstable + flags + own_flags,
        // Cargo does not look at either.
        "target-applies-to-host = false\n" + flags + own_flags};
    const TestDirectory directory("config-host");
    for (std::size_t i = 0; i < configs.size(); ++i) {
      CAPTURE(configs[i]);
      const StubbedWorkspace workspace(directory / std::to_string(i), app(configs[i]), externals(),
                                       environment);
      for (const std::string command :
           {"build", "check", "test --workspace", "build --target x86_64-unknown-linux-gnu"}) {
        const auto recipe = workspace.recipe_for(command);
        CHECK(recipe.commands[0].unmerged_reason.empty());
        workspace.check_cooked_alone(recipe, command);
        workspace.check_cooked_alone(workspace.recipe_for(command, true), command);
      }
    }
  }

  TEST_CASE("the same by flags of the command") {
    auto environment = test_environment();
    environment.set("RUSTC_BOOTSTRAP", "1");
    const StubbedWorkspace workspace(TestDirectory("config-host-flags") / "w", app(flags),
                                     externals(), environment);
    const std::string command =
        "build -Zhost-config -Ztarget-applies-to-host --config target-applies-to-host=false "
        "--config host.rustflags=\"--cfg=for_host\"";
    const auto quoted =
        "build -Zhost-config -Ztarget-applies-to-host --config "
        "target-applies-to-host=false --config 'host.rustflags=\"--cfg=for_host\"'";
    workspace.check_cooked_alone(workspace.recipe_for(quoted), command);
  }

  TEST_CASE("a key that is not known is named") {
    const StubbedWorkspace workspace(TestDirectory("config-unknown") / "w",
                                     app("future-key = 1\n[build]\nfuture = 1\n"), externals());
    const auto prepared =
        larder({"prepare", "--", "build"}, workspace.path(), workspace.environment());
    CHECK(prepared.code() == 0);
    CHECK(
        prepared.says("unknown config is passed on to cargo, because it may affect dependencies: "
                      "`build.future`, `future-key`"));
  }

  TEST_CASE("without -Zfeature-unification cargo ignores how features are to be unified") {
    auto files = app("[resolver]\nfeature-unification = \"workspace\"\n");
    files.merge(package_files(
        {{"other", "[dependencies]\nb = { version = \"1\", features = [\"f\"] }\n"}}));
    files["Cargo.toml"] =
        "[workspace]\nmembers = [\"app\", \"macros\", \"other\"]\nresolver = \"2\"\n";
    auto packages = externals();
    packages["b/Cargo.toml"] = package("b", "[features]\nf = []\n");
    const TestDirectory directory("config-unification-ignored");
    auto environment = test_environment();
    for (const std::string value : {"workspace", "package"}) {
      CAPTURE(value);
      environment.set("CARGO_RESOLVER_FEATURE_UNIFICATION", value);
      const StubbedWorkspace workspace(directory / value, files, packages, environment);
      for (const std::string command : {"build -p app", "build"})
        workspace.check_cooked_alone(workspace.recipe_for(command), command);
    }
  }

  TEST_CASE("features that are unified in another way are refused, where they are cooked as well") {
    const StubbedWorkspace workspace(TestDirectory("config-unification") / "w", app(""),
                                     externals());
    auto environment = workspace.environment();
    environment.set("RUSTC_BOOTSTRAP", "1");
    const Words flag{"-Zfeature-unification"};
    const auto prepare = Words{"prepare", "--", "build"} + flag;
    CHECK(larder(prepare, workspace.path(), environment).code() == 0);
    environment.set("CARGO_RESOLVER_FEATURE_UNIFICATION", "workspace");
    for (const auto& words :
         {prepare, Words{"cook", "--offline"}, Words{"deps", "--", "build"} + flag}) {
      check_error(larder(words, workspace.path(), environment), 1, "unsupported",
                  {"`CARGO_RESOLVER_FEATURE_UNIFICATION=workspace`"});
    }
    environment.set("CARGO_RESOLVER_FEATURE_UNIFICATION", "selected");
    CHECK(larder({"cook", "--offline"}, workspace.path(), environment).code() == 0);
  }
}

}  // namespace larder::test
