#include <doctest/doctest.h>

#include <filesystem>

#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// Which recipe `build` goes by, and what it says when the sources are not those of the recipe.

namespace larder::test {

namespace fs = std::filesystem;

TEST_SUITE("recipe") {
  TEST_CASE("a source edit leaves the recipe as it was and everything reused") {
    const TestDirectory directory("edit");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    const auto recipe = read_file(till.app() + "/recipe.json");
    till.cook();

    edit_file(till.plan() + "/till/src/main.rs", "\"3,4,5\"", "\"3,4,5,6\"");
    till.prepare_for("build --locked");
    CHECK(read_file(till.app() + "/recipe.json") == recipe);
    till.bring_sources();
    const auto built = till.larder({"build"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(built.output == "");
    CHECK(reused_in(built).all());
    CHECK_FALSE(built.says("warning"));
  }

  TEST_CASE("the recipe given by --recipe-path is the one used") {
    const TestDirectory directory("given");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    fs::rename(till.app() + "/recipe.json", directory / "elsewhere.json");
    fs::remove(till.app() + "/target/larder/recipe.json");
    till.bring_sources();
    const auto built = till.larder({"build", "--recipe-path", "../elsewhere.json", "--strict"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(reused_in(built).all());

    const auto missing = till.larder({"build", "--recipe-path", "nowhere.json"});
    CHECK(missing.code() == 1);
    CHECK(missing.error_id() == "recipe-missing");
    CHECK(missing.says("nowhere.json"));
  }

  TEST_CASE("without recipe.json, the copy in the target directory is used") {
    const TestDirectory directory("copy");
    const TillWorkspace till(directory);
    till.prepare_for("build --release --locked");
    till.cook();
    fs::remove(till.app() + "/recipe.json");
    till.bring_sources();
    const auto built = till.larder({"build", "--strict"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(reused_in(built).all());
    CHECK_FALSE(built.says("warning"));
    // The recorded command, not a plain `cargo build`.
    CHECK(fs::exists(till.app() + "/target/release/till"));
    CHECK_FALSE(fs::exists(till.app() + "/target/debug/till"));
  }

  TEST_CASE("without a copy, recipe.json here is used") {
    const TestDirectory directory("here");
    const TillWorkspace till(directory);
    till.prepare_for("build --release --locked");
    till.bring_sources();
    const auto built = till.larder({"build"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(reused_in(built).reused == 0);
    CHECK(reused_in(built).total > 0);
    CHECK(built.says("memchr 2.5.0"));
    CHECK(fs::exists(till.app() + "/target/release/till"));
  }

  TEST_CASE("without any recipe it is the plain cargo command, and says so") {
    const TestDirectory directory("none");
    const TillWorkspace till(directory);
    till.bring_sources();
    const auto built = till.larder({"build", "--locked"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(built.says("no recipe was found"));
    CHECK(reused_in(built).total > 0);
  }

  TEST_CASE("an old recipe among the sources is reported; the cooked one is used") {
    const TestDirectory directory("committed");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    fs::copy_file(till.app() + "/recipe.json", till.plan() + "/recipe.json");
    till.prepare_for("build --locked --features till/memory");
    till.cook();
    till.bring_sources();
    const auto built = till.larder({"build", "--strict"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(built.says("is not the recipe that was cooked"));
    CHECK(built.says("target/larder/recipe.json"));
    CHECK(reused_in(built).all());
    CHECK(till.compiled_by_cargo("build --locked --features till/memory") == 0);
  }

  TEST_CASE("sources copied in part are reported") {
    const TestDirectory directory("part");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    fs::remove_all(till.plan() + "/till-core");
    till.bring_sources();
    const auto built = till.larder({"build"});
    CAPTURE(built.errors);
    CHECK(built.code() == 101);
    CHECK(built.says("do not match the recipe"));
    CHECK(built.says("till-core"));

    const auto strict = till.larder({"build", "--strict"});
    CHECK(strict.code() == 1);
    CHECK(strict.error_id() == "recipe-differs");
  }

  TEST_CASE("sources that ask for something else are reported with what differs") {
    const TestDirectory directory("differs");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    edit_file(till.plan() + "/till/Cargo.toml", "\"1.0.7\", optional = true", "\"1.0.7\"");
    edit_file(till.plan() + "/till/Cargo.toml", "memory = [\"dep:fnv\"]", "memory = []");
    till.bring_sources();
    const auto built = till.larder({"build"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(built.says("warning"));
    CHECK(built.says("fnv"));
    CHECK(reused_in(built).total == reused_in(built).reused + 1);

    const auto strict = till.larder({"build", "--strict"});
    CHECK(strict.code() == 1);
    CHECK(strict.error_id() == "recipe-differs");
    CHECK(strict.says("fnv"));
    CHECK(strict.output == "");
  }

  TEST_CASE("a dependency that the build compiles is an error with --strict") {
    const TestDirectory directory("cold");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    fs::remove_all(till.app() + "/target/debug");
    till.bring_sources();
    const auto built = till.larder({"build", "--strict"});
    CAPTURE(built.errors);
    CHECK(built.code() == 1);
    CHECK(built.error_id() == "build-cold");
    CHECK(reused_in(built).reused == 0);
    CHECK(built.says("memchr 2.5.0"));
    CHECK(till.larder({"build", "--strict"}).code() == 0);
  }

  TEST_CASE("in a member's directory it is the recorded command all the same") {
    const TestDirectory directory("member");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    till.bring_sources();
    const auto built = larder({"build", "--strict"}, till.app() + "/till-core");
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK_FALSE(built.says("warning"));
    CHECK(reused_in(built).all());
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
    const auto prepared = larder({"prepare", "--manifest-path", "shops/till/Cargo.toml",
                                  "--recipe-path", "../app/recipe.json", "--", "build", "--locked"},
                                 plan);
    CAPTURE(prepared.errors);
    REQUIRE(prepared.code() == 0);
    REQUIRE(larder({"cook"}, app).code() == 0);
    copy_tree(plan, app);
    for (const auto* place : {"", "/shops/till", "/shops/till/till-core"}) {
      const auto built = larder({"build", "--strict"}, app + place);
      CAPTURE(std::string(place));
      CAPTURE(built.errors);
      CHECK(built.code() == 0);
      CHECK_FALSE(built.says("warning"));
      CHECK(reused_in(built).all());
    }
  }
}

}  // namespace larder::test
