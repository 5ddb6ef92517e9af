#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "support/artifacts.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// A local package that external ones depend on is cooked from its own sources; cargo goes by their
// dates.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// `soft` has a build script that names no file: cargo looks at the dates of all of them.
Files cooked_workspace() {
  return {{"Cargo.toml", package("app",
                                 R"([dependencies]
mid = "1"

[patch.crates-io]
soft = { path = "patched/soft" }

[workspace]
)")},
          {"src/main.rs", "fn main() { println!(\"{}\", mid::mid()); }\n"},
          {"patched/soft/Cargo.toml", package("soft", "# a comment\n")},
          {"patched/soft/build.rs", "fn main() {}\n"},
          {"patched/soft/src/lib.rs", "pub fn soft() -> u32 { 3 }\n"}};
}

Files cooked_externals() {
  return Files{{"mid/src/lib.rs", "pub fn mid() -> u32 { soft::soft() }\n"},
               {"soft/src/lib.rs", "pub fn soft() -> u32 { 0 }\n"}} +
         package_files({{"mid", "[dependencies]\nsoft = \"1\"\n"}, {"soft"}});
}

/// As COPY brings them: with the dates that they have where they come from.
void date_all(const std::string& directory, fs::file_time_type date) {
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) fs::last_write_time(entry.path(), date);
  }
}

std::string said_by(const std::string& program) {
  return run_in("/", {program}).output;
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE("a cooked local package is reused however its files are dated, until it is edited") {
    using std::chrono::hours;
    const auto now = fs::file_time_type::clock::now();
    struct Row {
      fs::file_time_type date;
      Words flags;
      std::string target;
    };
    for (const auto& [date, flags, target] :
         {Row{now - hours(1000), {}, "target"}, Row{now + hours(1), {}, "target"},
          Row{now + hours(1), {"--target-dir", "out"}, "out"}}) {
      const TestDirectory directory("patched");
      const StubbedWorkspace sources(directory / "plan", cooked_workspace(), cooked_externals());
      const auto app = directory / "app";
      fs::create_directories(app);
      const auto run = [&](const Words& arguments, const std::string& where) {
        return must(larder(arguments, where));
      };
      run(Words{"prepare", "--recipe-path", app + "/recipe.json", "--", "build"} + flags,
          sources.path());
      copy_tree(sources.path() + "/vendor", app + "/vendor");
      run({"cook"}, app);
      copy_tree(sources.path(), app);
      date_all(app + "/patched", date);

      // The same opinion, without a date of anything changed.
      const auto before = snapshot(app, target);
      const auto verified = run({"verify"}, app);
      CHECK(changed_paths(before, snapshot(app, target)) == std::vector<std::string>{});
      CHECK(verified.says("build` sets the dates"));
      const auto built = run({"build", "--strict"}, app);
      CAPTURE(built.errors);
      CHECK(reused_in(built).all());
      CHECK(built.says("Reused 1 of 1 external units"));
      CHECK_FALSE(built.says("Compiling soft"));
      CHECK(said_by(app + "/" + target + "/debug/app") == "3\n");

      // An edit with a date from before the cook.
      write_file(app + "/patched/soft/src/lib.rs", "pub fn soft() -> u32 { 4 }\n");
      date_all(app + "/patched", now - hours(2000));
      const auto cold = larder({"verify"}, app, test_environment());
      CHECK(cold.code() == 1);
      CHECK(cold.says("Cold mid v1.0.0"));
      const auto edited = run({"build"}, app);
      CHECK(edited.says("the sources do not match the recipe"));
      CHECK(said_by(app + "/" + target + "/debug/app") == "4\n");

      // And back again: what is compiled now is the edited one.
      write_file(app + "/patched/soft/src/lib.rs", "pub fn soft() -> u32 { 3 }\n");
      run({"build"}, app);
      CHECK(said_by(app + "/" + target + "/debug/app") == "3\n");
    }
  }
}

}  // namespace larder::test
