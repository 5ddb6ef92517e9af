#include <doctest/doctest.h>

#include <filesystem>

#include "support/till_workspace.hpp"

// What the program says and how it ends when something is wrong: errors on standard error with
// their id, nothing on standard output.

namespace larder::test {

TEST_SUITE("errors") {
  TEST_CASE("usage errors end with 2") {
    const TillWorkspace till(TestDirectory("usage"));
    till.bring_sources();
    for (const auto* arguments :
         {"", "frobnicate", "prepare --frobnicate", "build --only", "cook --only"}) {
      const auto run = till.larder(split(arguments));
      CAPTURE(std::string(arguments));
      CAPTURE(run.errors);
      CHECK(run.code() == 2);
      CHECK(run.errors != "");
      CHECK(run.output == "");
    }
    check_error(till.larder({"prepare", "--", "frobnicate"}), 2, "command-unsupported");
    check_error(till.larder({"prepare", "--", "build", "--release", "--profile", "dev"}), 2,
                "command-invalid");
    check_error(till.larder({"prepare", "--", "build", "--lockfile-path", "x"}), 2,
                "command-unsupported");
    CHECK_FALSE(std::filesystem::exists(till.app() + "/recipe.json"));
  }

  TEST_CASE("prepare without a manifest, a lock file or a command") {
    const TillWorkspace till(TestDirectory("prepare"));
    check_error(till.larder({"prepare", "--", "build"}), 1, "manifest-missing");
    till.bring_sources();
    check_error(till.larder({"deps"}), 1, "no-command");
    check_error(till.larder({"prepare", "--", "build", "-p", "tilly"}), 1, "unknown-package");
    std::filesystem::remove(till.app() + "/Cargo.lock");
    check_error(till.larder({"prepare", "--", "build", "--locked"}), 1, "lock-missing",
                {"cargo generate-lockfile"});
  }

  TEST_CASE("a manifest that is no TOML is shown with line and caret") {
    const TillWorkspace till(TestDirectory("toml"));
    till.bring_sources();
    edit_file(till.app() + "/till/Cargo.toml", "name = \"till\"", "name = till\"");
    check_error(till.larder({"prepare", "--", "build"}), 1, "manifest-parse",
                {"till/Cargo.toml:2:", "name = till\"", "^"});
  }

  TEST_CASE("what only a nightly cargo takes in manifests is named, at its place") {
    const TillWorkspace till(TestDirectory("nightly"));
    till.bring_sources();
    write_file(till.app() + "/app.rs", "---\n[package]\nedition = \"2024\"\n---\nfn main() {}\n");
    for (const Words& command :
         {Words{"prepare", "--", "build", "--manifest-path", "app.rs"},
          Words{"prepare", "--", "build", "-Zscript", "--manifest-path=app.rs"},
          Words{"prepare", "--manifest-path", "app.rs"},
          Words{"deps", "--", "build", "--manifest-path", "app.rs"}}) {
      check_error(till.larder(command), 1, "unsupported",
                  {"cargo scripts, which have their manifest in the source file", "app.rs"});
    }
    const auto manifest = till.app() + "/till/Cargo.toml";
    const auto plain = read_file(manifest);
    struct Row {
      std::string feature;
      std::string before;
      std::string after;
      std::string construct;
    };
    for (const auto& row : std::vector<Row>{
             {"path-bases", "[dependencies]\n",
              "[dependencies]\nbased = { base = \"workspace\", path = \"based\" }\n",
              "a path base"},
             {"open-namespaces", "name = \"till\"", "name = \"till::x\"", "a name with `::`"}}) {
      CAPTURE(row.feature);
      write_file(manifest, "cargo-features = [\"" + row.feature + "\"]\n\n" + plain);
      edit_file(manifest, row.before, row.after);
      for (const auto* arguments : {"prepare -- build", "prepare", "deps -- build"})
        check_error(till.larder(split(arguments)), 1, "unsupported",
                    {row.construct, "till/Cargo.toml:"});
    }
    CHECK_FALSE(std::filesystem::exists(till.app() + "/recipe.json"));
  }

  TEST_CASE("recipes that cannot be cooked") {
    const TillWorkspace till(TestDirectory("recipes"));
    check_error(till.larder({"cook"}), 1, "recipe-missing", {"recipe.json"});

    till.prepare_for("build --locked");
    const auto file = till.app() + "/recipe.json";
    const auto good = read_file(file);
    write_file(file, good.substr(0, good.size() / 2));
    check_error(till.larder({"cook"}), 1, "recipe-parse", {"recipe.json:"});

    write_file(file, good);
    edit_file(file, "\"format\": 1", "\"format\": 99");
    check_error(till.larder({"cook"}), 1, "recipe-format", {"99", "formats 1 to 2"});

    for (const auto* path :
         {"../root/Cargo.toml", "/tmp/root/Cargo.toml", "a/../../b/Cargo.toml"}) {
      write_file(file, good);
      edit_file(file, R"("relative_path": "root/Cargo.toml")",
                "\"relative_path\": \"" + std::string(path) + "\"");
      check_error(till.larder({"cook"}), 1, "recipe-invalid", {path});
    }
    // None of them left anything behind.
    CHECK_FALSE(std::filesystem::exists(till.app() + "/target"));
  }

  TEST_CASE("a machine without cargo") {
    const TestDirectory directory("no-cargo");
    std::filesystem::create_directories(directory / "empty");
    auto environment = test_environment();
    environment.set("PATH", directory / "empty");
    const TillWorkspace till(directory, environment);
    till.prepare_for("build --locked");
    check_error(till.larder({"cook"}), 1, "cargo-missing");
    till.bring_sources();
    check_error(till.larder({"build"}), 1, "cargo-missing");
    check_error(till.larder({"deps", "build"}), 1, "cargo-missing");
  }

  TEST_CASE("cargo's own exit code is passed on") {
    const TillWorkspace till(TestDirectory("cargo-fails"));
    till.cook_for("build --locked");
    till.bring_sources();
    write_file(till.app() + "/till/src/main.rs", "fn main() { missing() }\n");
    const auto broken = till.larder({"build"});
    CAPTURE(broken.errors);
    CHECK(broken.code() == 101);
    CHECK(broken.output == "");
    CHECK(broken.says("could not compile `till`"));
    CHECK(reused_in(broken).all());
  }

  TEST_CASE("a version that does not exist: cargo says so, with its own exit code") {
    const TillWorkspace till(TestDirectory("unknown-version"));
    edit_file(till.plan() + "/Cargo.lock", "version = \"1.0.6\"", "version = \"1.0.600\"");
    till.prepare_for("build --locked");
    check_error(till.larder({"cook"}), 101, "", {"1.0.600"});
    till.bring_sources();
    const auto built = till.larder({"build"});
    check_error(built, 101, "");
    CHECK_FALSE(built.says("Reused"));
  }

  TEST_CASE("a test that fails ends as cargo test ends") {
    const TillWorkspace till(TestDirectory("tests-fail"));
    till.cook_for("test --locked");
    till.bring_sources();
    CHECK(till.larder({"test"}).code() == 0);
    edit_file(till.app() + "/till/tests/total.rs", ", 7)", ", 8)");
    const auto run = till.larder({"test"});
    CAPTURE(run.errors);
    CHECK(run.code() == 101);
    CHECK(reused_in(run).all());
  }

  TEST_CASE("a flag at cook that contradicts the recorded command") {
    const TillWorkspace till(TestDirectory("disagrees"));
    till.prepare_for("build --locked");
    check_error(till.larder({"cook", "--release"}), 1, "flag-disagrees",
                {"--release", "cargo build --locked"});
    check_error(till.larder({"cook", "--features", "memory"}), 1, "flag-disagrees");
    check_error(till.larder({"cook", "-p", "till"}), 1, "flag-disagrees");
    CHECK_FALSE(std::filesystem::exists(till.app() + "/target"));
  }

  TEST_CASE("an environment at cook that contradicts what prepare took for granted") {
    const TillWorkspace planner(TestDirectory("assumption"));
    planner.prepare_for("build --release --locked");
    auto environment = test_environment();
    environment.set("CARGO_PROFILE_RELEASE_LTO", "true");
    check_error(larder({"cook"}, planner.app(), environment), 1, "assumption-changed",
                {"CARGO_PROFILE_RELEASE_LTO"});
  }
}

}  // namespace larder::test
