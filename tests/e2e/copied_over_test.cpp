#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "support/image_build.hpp"
#include "support/store_workspace.hpp"
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

/// What is written from now on has other dates than what is there, also in seconds.
void wait_for_next_second() {
  using std::chrono::system_clock;
  std::this_thread::sleep_until(std::chrono::ceil<std::chrono::seconds>(system_clock::now()));
}

/// What the program of a build prints.
std::string answer(const std::string& directory) {
  return run_in(directory, {directory + "/target/debug/till"}).output;
}

}  // namespace

TEST_SUITE("copied-over") {
  TEST_CASE("a target directory of the context is told, and what it brought is not used") {
    const TestDirectory directory("copied-over");
    const TillWorkspace till(directory);
    till.cook_for("build --locked");

    // Compiled in the checkout, from sources that then change without a newer date.
    const auto main = till.plan() + "/till/src/main.rs";
    const auto date = fs::last_write_time(main);
    must(cargo({"build", "--locked"}, till.plan()));
    date_back(till.plan() + "/target");
    edit_file(main, "\"3,4,5\"", "\"3,4,5,6\"");
    fs::last_write_time(main, date);
    const auto stale = answer(till.plan());
    REQUIRE(stale.starts_with("12 "));

    copy_over(till.plan(), till.app());
    const auto verified = till.larder({"verify"});
    CAPTURE(verified.errors);
    CHECK(verified.says("another target directory was copied over"));
    check_error(till.larder({"build", "--strict"}), 1, "target-copied-over", {".dockerignore"});
    // Nothing was touched, and cargo alone would not compile it again.
    must(till.cargo({"build", "--locked"}));
    CHECK(answer(till.app()) == stale);

    const auto built =
        must_say(till.larder({"build"}), {"warning: another target directory", ".dockerignore"});
    CHECK(answer(till.app()).starts_with("18 "));
    CHECK((verified.code() == 0) == reused_in(built).all());

    check_all_reused_silently(till.larder({"build", "--strict"}));
  }

  TEST_CASE("what was compiled against a run of a build script goes with that run") {
    const TestDirectory directory("copied-over-run");
    StoreWorkspace workspace(directory.path());
    const auto knob = directory / "knob";
    const auto turn = [&] { write_file(knob, "x"); };
    workspace.vendor(
        "said", "build = \"build.rs\"\nlinks = \"said\"\n",
        "pub fn text() -> &'static str { env!(\"SAID\") }\n",
        {{"build.rs",
          "fn main() {\n    println!(\"cargo:rerun-if-changed=" + knob +
              "\");\n    let said = std::env::var(\"ASKED\").unwrap();\n"
              "    println!(\"cargo:rustc-env=SAID={said}\\ncargo:said={said}\");\n}\n"}});
    write_file(workspace.app() + "/build.rs",
               "fn main() {\n    let said = std::env::var(\"DEP_SAID_SAID\").unwrap();\n"
               "    println!(\"cargo:rustc-env=BELOW={said}\");\n}\n");
    workspace.set_main("said::text(), env!(\"BELOW\")", "said = \"1\"\n");

    // Two directories have the program of the script from one that was there before both. A check
    // runs it, but compiles nothing else that a build has.
    const auto target = workspace.app() + "/target";
    const auto checkout = directory / "checkout";
    const auto check = [&](const std::string& in) {
      turn();
      must(cargo({"check", "--locked"}, in, workspace.environment()));
    };
    workspace.set("ASKED", "theirs");
    check(workspace.app());
    workspace.copy_beside(checkout);
    copy_tree(target, checkout + "/target");
    check(checkout);
    date_back(checkout + "/target");
    wait_for_next_second();
    workspace.set("ASKED", "cooked");
    turn();
    workspace.cook();
    fs::last_write_time(knob, fs::file_time_type::clock::now() - std::chrono::hours(10000));
    copy_tree(checkout + "/target", target);

    workspace.set("ASKED", "built");
    const auto built = workspace.run({"build", "--locked"});
    CAPTURE(built.errors);
    CHECK(built.says("warning: another target directory"));
    CHECK(run_in(workspace.app(), {target + "/debug/app"}).output == workspace.clean_answer());
  }

  TEST_CASE("builds over a cooked target directory are no mixture") {
    const TillWorkspace till(TestDirectory("built-over"));
    till.cook_for("build --locked");
    till.bring_sources();
    must(till.cargo({"build", "--release"}));
    for (const auto* const command : {"build", "build"}) {
      const auto built = must(till.larder({command, "--strict"}));
      CAPTURE(built.errors);
      CHECK_FALSE(built.says("warning"));
    }
  }

  TEST_CASE("a target directory that cook makes is marked as needing no backup") {
    const TillWorkspace till(TestDirectory("tag"));
    till.cook_for("build --locked");
    const auto tag = read_file(till.app() + "/target/CACHEDIR.TAG");
    CHECK(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
  }
}

}  // namespace larder::test
