#include <doctest/doctest.h>

#include <filesystem>

#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// Which recipe `build` goes by, and what it says when the sources are not those of the recipe.

namespace larder::test {

namespace fs = std::filesystem;

TEST_SUITE("recipe") {
  TEST_CASE("a source edit leaves the recipe as it was and everything reused") {
    const TillWorkspace till(TestDirectory("edit"));
    till.prepare_for("build --locked");
    const auto recipe = read_file(till.app() + "/recipe.json");
    till.cook();

    edit_file(till.plan() + "/till/src/main.rs", "\"3,4,5\"", "\"3,4,5,6\"");
    till.prepare_for("build --locked");
    CHECK(read_file(till.app() + "/recipe.json") == recipe);
    till.bring_sources();
    const auto built = till.larder({"build"});
    CHECK(built.output == "");
    check_all_reused_silently(built);
  }

  TEST_CASE("the recipe given by --recipe-path is the one used") {
    const TestDirectory directory("given");
    const TillWorkspace till(directory);
    till.cook_for("build --locked");
    fs::rename(till.app() + "/recipe.json", directory / "elsewhere.json");
    fs::remove(till.app() + "/target/larder/recipe.json");
    till.bring_sources();
    check_all_reused(till.larder({"build", "--recipe-path", "../elsewhere.json", "--strict"}));
    check_error(till.larder({"build", "--recipe-path", "nowhere.json"}), 1, "recipe-missing",
                {"nowhere.json"});
  }

  TEST_CASE("without recipe.json, the copy in the target directory is used") {
    const TillWorkspace till(TestDirectory("copy"));
    till.cook_for("build --release --locked");
    fs::remove(till.app() + "/recipe.json");
    till.bring_sources();
    check_all_reused_silently(till.larder({"build", "--strict"}));
    // The recorded command, not a plain `cargo build`.
    CHECK(fs::exists(till.app() + "/target/release/till"));
    CHECK_FALSE(fs::exists(till.app() + "/target/debug/till"));
  }

  TEST_CASE("without a copy, recipe.json here is used") {
    const TillWorkspace till(TestDirectory("here"));
    till.prepare_for("build --release --locked");
    till.bring_sources();
    const auto built = must(till.larder({"build"}));
    CAPTURE(built.errors);
    CHECK(reused_in(built).reused == 0);
    CHECK(reused_in(built).total > 0);
    CHECK(built.says("memchr 2.5.0"));
    CHECK(fs::exists(till.app() + "/target/release/till"));
  }

  TEST_CASE("without any recipe it is the plain cargo command, and says so") {
    const TillWorkspace till(TestDirectory("none"));
    till.bring_sources();
    const auto built = must_say(till.larder({"build", "--locked"}), {"no recipe was found"});
    CHECK(reused_in(built).total > 0);
  }

  TEST_CASE("an old recipe among the sources is reported; the cooked one is used") {
    const TillWorkspace till(TestDirectory("committed"));
    till.prepare_for("build --locked");
    fs::copy_file(till.app() + "/recipe.json", till.plan() + "/recipe.json");
    till.cook_for("build --locked --features till/memory");
    till.bring_sources();
    const auto built = till.larder({"build", "--strict"});
    check_all_reused(built);
    CHECK(built.says("is not the recipe that was cooked"));
    CHECK(built.says("target/larder/recipe.json"));
    CHECK(till.compiled_by_cargo("build --locked --features till/memory") == 0);
  }

  TEST_CASE("sources copied in part are reported") {
    const TillWorkspace till(TestDirectory("part"));
    till.cook_for("build --locked");
    fs::remove_all(till.plan() + "/till-core");
    till.bring_sources();
    check_error(till.larder({"build"}), 101, "", {"do not match the recipe", "till-core"});
    check_error(till.larder({"build", "--strict"}), 1, "recipe-differs");
  }

  TEST_CASE("sources that ask for something else are reported with what differs") {
    const TillWorkspace till(TestDirectory("differs"));
    till.cook_for("build --locked");
    edit_file(till.plan() + "/till/Cargo.toml", "\"1.0.7\", optional = true", "\"1.0.7\"");
    edit_file(till.plan() + "/till/Cargo.toml", "memory = [\"dep:fnv\"]", "memory = []");
    till.bring_sources();
    const auto built = must_say(till.larder({"build"}), {"warning", "fnv"});
    CHECK(reused_in(built).total == reused_in(built).reused + 1);

    check_error(till.larder({"build", "--strict"}), 1, "recipe-differs", {"fnv"});
  }

  TEST_CASE("a dependency that the build compiles is an error with --strict") {
    const TillWorkspace till(TestDirectory("cold"));
    till.cook_for("build --locked");
    fs::remove_all(till.app() + "/target/debug");
    till.bring_sources();
    const auto built = till.larder({"build", "--strict"});
    check_error(built, 1, "build-cold", {"memchr 2.5.0"});
    CHECK(reused_in(built).reused == 0);
    CHECK(till.larder({"build", "--strict"}).code() == 0);
  }

  TEST_CASE("in a member's directory it is the recorded command all the same") {
    const TillWorkspace till(TestDirectory("member"));
    till.cook_for("build --locked");
    till.bring_sources();
    check_all_reused_silently(larder({"build", "--strict"}, till.app() + "/till-core"));
    CHECK(fs::exists(till.app() + "/target/debug/till"));
  }

  TEST_CASE("a workspace below the directory that the recipe was made in") {
    const TestDirectory directory("below");
    const auto plan = directory / "plan";
    const auto app = directory / "app";
    copy_tree(sample("till"), plan + "/shops/till");
    // The first counts where cargo runs, the second does not.
    write_file(plan + "/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"till\"]\n");
    write_file(plan + "/shops/till/.cargo/config.toml",
               "[build]\nrustflags = [\"--cfg\", \"shop\"]\n");
    fs::create_directories(app);
    must(larder({"prepare", "--manifest-path", "shops/till/Cargo.toml", "--recipe-path",
                 "../app/recipe.json", "--", "build", "--locked"},
                plan));
    must(larder({"cook"}, app));
    copy_tree(plan, app);
    for (const auto* place : {"", "/shops/till", "/shops/till/till-core"}) {
      CAPTURE(std::string(place));
      check_all_reused_silently(larder({"build", "--strict"}, app + place));
    }
  }
}

}  // namespace larder::test
