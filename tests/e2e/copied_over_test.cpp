#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// A target directory that comes with the sources, as from a build context without .dockerignore.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Copies all files of a directory over another one with their dates, `target` included.
void copy_over(const std::string& from, const std::string& to) {
  copy_tree(from, to);
  copy_tree(from + "/target", to + "/target");
}

/// Makes a target directory look as if it was made an hour earlier. A stamp keeps dates in seconds,
/// so two directories made within one second would look like one.
void date_back(const std::string& target_directory) {
  const auto tag = target_directory + "/CACHEDIR.TAG";
  fs::last_write_time(tag, fs::last_write_time(tag) - std::chrono::hours(1));
}

/// What the program of a build prints.
std::string answer(const std::string& directory) {
  return capture_process({{directory + "/target/debug/till"}, directory, test_environment()})
      .output;
}

}  // namespace

TEST_SUITE("copied-over") {
  TEST_CASE("a target directory of the context is told, and what it brought is not used") {
    const TestDirectory directory("copied-over");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();

    // Compiled in the checkout, from sources that then change without a newer date.
    const auto main = till.plan() + "/till/src/main.rs";
    const auto date = fs::last_write_time(main);
    REQUIRE(cargo({"build", "--locked"}, till.plan()).code() == 0);
    date_back(till.plan() + "/target");
    edit_file(main, "\"3,4,5\"", "\"3,4,5,6\"");
    fs::last_write_time(main, date);
    const auto stale = answer(till.plan());
    REQUIRE(stale.starts_with("12 "));

    copy_over(till.plan(), till.app());
    const auto verified = till.larder({"verify"});
    CAPTURE(verified.errors);
    CHECK(verified.says("another target directory was copied over"));
    const auto strict = till.larder({"build", "--strict"});
    CHECK(strict.code() == 1);
    CHECK(strict.error_id() == "target-copied-over");
    CHECK(strict.says(".dockerignore"));
    // Nothing was touched, and cargo alone would not compile it again.
    REQUIRE(till.cargo({"build", "--locked"}).code() == 0);
    CHECK(answer(till.app()) == stale);

    const auto built = till.larder({"build"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(built.says("warning: another target directory"));
    CHECK(built.says(".dockerignore"));
    CHECK(answer(till.app()).starts_with("18 "));
    CHECK((verified.code() == 0) == reused_in(built).all());

    const auto again = till.larder({"build", "--strict"});
    CAPTURE(again.errors);
    CHECK(again.code() == 0);
    CHECK(reused_in(again).all());
    CHECK_FALSE(again.says("warning"));
  }

  TEST_CASE("builds over a cooked target directory are no mixture") {
    const TestDirectory directory("built-over");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    till.bring_sources();
    REQUIRE(till.cargo({"build", "--release"}).code() == 0);
    for (const auto* const command : {"build", "build"}) {
      const auto built = till.larder({command, "--strict"});
      CAPTURE(built.errors);
      CHECK(built.code() == 0);
      CHECK_FALSE(built.says("warning"));
    }
  }

  TEST_CASE("a target directory that cook makes is marked as needing no backup") {
    const TestDirectory directory("tag");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    till.cook();
    const auto tag = read_file(till.app() + "/target/CACHEDIR.TAG");
    CHECK(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
  }
}

}  // namespace larder::test
