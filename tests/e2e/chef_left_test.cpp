#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "larder/base/files.hpp"
#include "support/artifacts.hpp"
#include "support/till_workspace.hpp"

// What cook leaves in the directory that it ran in, and what people do there before, or instead of,
// copying all the sources.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const Files& counter() {
  static const Files files{
      {"Cargo.toml",
       R"([workspace]
members = ["app", "core"]
resolver = "2"

[workspace.package]
version = "0.3.0"
edition = "2021"

[workspace.dependencies]
core = { path = "core", version = "0.3", package = "counter-core" }
)"},
      {"Cargo.lock",
       R"(version = 4

[[package]]
name = "app"
version = "0.3.0"
dependencies = [
 "counter-core",
]

[[package]]
name = "counter-core"
version = "0.3.0"
)"},
      {"app/Cargo.toml",
       R"([package]
name = "app"
version.workspace = true
edition.workspace = true
description = "counts"

[dependencies]
core.workspace = true
)"},
      {"app/build.rs", "fn main() { println!(\"cargo:rustc-env=COUNTED=7\"); }\n"},
      {"app/src/main.rs",
       R"(fn main() {
    println!("real {} {} {}", core::two(), env!("COUNTED"), env!("CARGO_PKG_DESCRIPTION"));
}
)"},
      {"app/tests/it.rs", "#[test]\nfn works() {}\n"},
      {"app/benches/fast.rs", "#[test]\nfn works() {}\n"},
      {"app/examples/shown.rs", "fn main() {}\n"},
      {"core/Cargo.toml",
       R"([package]
name = "counter-core"
version.workspace = true
edition.workspace = true
)"},
      {"core/src/lib.rs", "pub fn two() -> u32 { 2 }\n"}};
  return files;
}

void write_files(const std::string& directory, const Files& files) {
  for (const auto& [file, text] : files) write_file(directory + "/" + file, text);
}

/// A planner's and a builder's directory of a workspace without external packages.
class Builder {
 public:
  explicit Builder(const TestDirectory& directory, const Files& files = counter())
      : files_(files), plan_(directory / "plan"), app_(directory / "app") {
    write_files(plan_, files);
    fs::create_directories(app_);
    prepare();
  }

  const std::string& app() const { return app_; }
  const std::string& plan() const { return plan_; }
  void prepare() const { must(chef({"prepare", "--recipe-path", app_ + "/recipe.json"}, plan_)); }
  Run cook(const Words& flags = {}) const {
    return must(chef(Words{"cook"} + flags, app_, environment_));
  }
  Run cargo(const Words& words) const { return test::cargo(words, app_, environment_); }
  void must_run(const Words& words) const {
    CAPTURE(joined(words));
    must(cargo(words));
  }
  /// Lays the files whose path begins so over the directory, with one date.
  void bring(const Words& beginnings, std::int64_t date) const {
    for (const auto& [file, text] : files_) {
      for (const auto& beginning : beginnings) {
        if (!file.starts_with(beginning)) continue;
        write_file(app_ + "/" + file, text);
        REQUIRE(set_modified(app_ + "/" + file, date));
      }
    }
  }
  std::string shown() const { return run_in(app_, {app_ + "/target/debug/app"}).output; }
  void set(const std::string& name, const std::string& value) { environment_.set(name, value); }

 private:
  Files files_;
  std::string plan_;
  std::string app_;
  Environment environment_ = test_environment();
};

const std::string real_output = "real 2 7 counts\n";

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// The layout of build directories that cargo has, and the one that it is to get.
std::vector<bool> layouts() {
  const bool has_nightly = cargo({"+nightly", "--version"}, "/").code() == 0;
  if (!has_nightly)
    MESSAGE("SKIPPED: no nightly toolchain for the new layout of build directories");
  return has_nightly ? std::vector<bool>{false, true} : std::vector<bool>{false};
}

}  // namespace

TEST_SUITE("left") {
  TEST_CASE("left: what was compiled from a stub is never fresh, however the sources are dated") {
    constexpr std::int64_t year_2100 = 4'102'444'800'000'000'000;
    for (const bool new_layout : layouts()) {
      for (const auto date : {std::int64_t{0}, now(), year_2100 + 1}) {
        // Sources alone; one member; everything.
        for (const Words& brought :
             {Words{"app/src", "app/build.rs", "core/src"}, {"app/", "core/src"}, {""}}) {
          CAPTURE(new_layout);
          CAPTURE(date);
          CAPTURE(joined(brought));
          Builder builder(TestDirectory("left-fresh"));
          if (new_layout) {
            builder.set("RUSTUP_TOOLCHAIN", "nightly");
            builder.set("CARGO_UNSTABLE_BUILD_DIR_NEW_LAYOUT", "true");
          }
          builder.cook();
          builder.must_run({"build", "--locked"});
          CHECK(builder.shown() == "");
          builder.bring(brought, date);
          builder.must_run({"build"});
          CHECK(builder.shown() == real_output);
        }
      }
    }
  }

  TEST_CASE("left: stubs compile, and programs and tests made of them fail and say which file") {
    const Builder builder(TestDirectory("left-fails"));
    builder.cook();
    builder.must_run({"build", "--all-targets", "--workspace", "--locked"});
    builder.must_run({"test", "--no-run"});
    const auto fails = [&](const Words& words, const std::string& file) {
      CAPTURE(joined(words));
      const auto run = builder.cargo(words);
      CAPTURE(run.output);
      CAPTURE(run.errors);
      CHECK(run.code() != 0);
      const auto text = file + " is a stub, left by cargo-larder";
      CHECK((run.errors + run.output).find(text) != std::string::npos);
    };
    fails({"run"}, "app/src/main.rs");
    fails({"run", "--example", "shown"}, "app/examples/shown.rs");
    fails({"test", "--test", "it"}, "app/tests/it.rs");
    fails({"test", "-p", "counter-core", "--lib"}, "core/src/lib.rs");
    fails({"test", "-p", "app", "--bench", "fast"}, "app/benches/fast.rs");
  }

  TEST_CASE("left: benchmarks made of stubs fail and say which file, with libtest's harness too") {
    for (const std::string edition : {"2015", "2024"}) {
      for (const bool has_harness : {true, false}) {
        CAPTURE(edition);
        CAPTURE(has_harness);
        const TestDirectory directory("left-benches");
        auto files = counter();
        // A lint that denies what the stubs need; those of the sources are in no skeleton.
        files["core/Cargo.toml"] =
            "[package]\nname = \"counter-core\"\nversion = \"0.3.0\"\nedition = \"" + edition +
            "\"\n\n[lints.rust]\nunsafe_code = \"forbid\"\n" +
            "\n[[bench]]\nname = \"speed\"\nharness = " + (has_harness ? "true\n" : "false\n");
        files["core/benches/speed.rs"] = has_harness ? "" : "fn main() {}\n";
        Builder builder(directory, files);
        builder.set("RUSTFLAGS", "-D warnings -D unsafe_code");
        builder.cook();
        builder.must_run({"bench", "--no-run", "--workspace"});
        const auto fails = [&](const Words& words, const std::string& file) {
          CAPTURE(joined(words));
          const auto run = builder.cargo(Words{"bench", "-p", "counter-core"} + words);
          CAPTURE(run.output);
          CAPTURE(run.errors);
          CHECK(run.code() == 101);
          CHECK(run.says(file + " is a stub, left by cargo-larder"));
        };
        fails({"--lib"}, "core/src/lib.rs");
        fails({"--bench", "speed"}, "core/benches/speed.rs");
        // As nextest asks for the names of tests.
        if (has_harness)
          builder.must_run({"bench", "-p", "counter-core", "--", "--list", "--format", "terse"});
        builder.bring({"core/"}, 0);
        builder.must_run({"bench", "-p", "counter-core"});
      }
    }
  }

  TEST_CASE("left: commands run on the skeleton, and then the build is as warm as ever") {
    const TillWorkspace till(TestDirectory("left-commands"));
    must(chef({"prepare", "--recipe-path", till.app() + "/recipe.json"}, till.plan()));
    must_say(chef({"cook"}, till.app()), {"Left the skeleton of the workspace (9 files)"});
    for (const Words& words : {Words{"fetch", "--locked"},
                               {"clean", "-p", "till"},
                               {"metadata", "--format-version", "1", "--locked"},
                               {"test", "--no-run", "--locked"}}) {
      CAPTURE(joined(words));
      must(till.cargo(words));
    }
    // Only the sources, as in COPY src ./src.
    for (const std::string file : {"till/src", "till/tests", "till-core/src", "till-core/build.rs"})
      fs::copy(till.plan() + "/" + file, till.app() + "/" + file,
               fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    CHECK(till.compiled_by_cargo("build --locked") == 0);
    CHECK(run_in(till.app(), {till.app() + "/target/debug/till"}).output.starts_with("12 "));
  }

  TEST_CASE("left: a build without a copied lock file has the versions of the recipe") {
    // itoa 1.0.6 is not the newest: cargo alone would take another one.
    for (const bool as_chef : {true, false}) {
      CAPTURE(as_chef);
      const TillWorkspace till(TestDirectory("left-lock"));
      if (as_chef) {
        must(chef({"prepare", "--recipe-path", till.app() + "/recipe.json"}, till.plan()));
        must(chef({"cook"}, till.app()));
      } else {
        till.prepare_for("build");
        const auto run = must(till.larder({"cook"}));
        CHECK(run.says("Left Cargo.lock"));
        CHECK(run.says("pins only what was cooked"));
        const auto left = snapshot(till.app());
        for (const auto& [file, state] : left)
          CHECK((file == "." || file == "Cargo.lock" || file == "recipe.json"));
      }
      fs::remove(till.plan() + "/Cargo.lock");
      till.bring_sources();
      CHECK(till.compiled_by_cargo("build") == 0);
      CHECK(read_file(till.app() + "/Cargo.lock").find("name = \"itoa\"\nversion = \"1.0.6\"") !=
            std::string::npos);
    }
  }

  TEST_CASE("left: a later cook replaces and removes what the earlier one left, and nothing else") {
    const Builder builder(TestDirectory("left-again"));
    const auto& app = builder.app();
    builder.cook();
    const auto first = snapshot_below(app);
    builder.cook();
    CHECK(changed_paths(first, snapshot_below(app)).empty());

    // The user's from now on, or a new member's.
    write_file(app + "/app/src/main.rs", "fn main() {}\n");
    write_file(app + "/app/tests/NOTES", "mine\n");
    fs::remove(builder.plan() + "/app/tests/it.rs");
    fs::remove(builder.plan() + "/app/examples/shown.rs");
    write_file(builder.plan() + "/app/tests/other.rs", "");
    builder.prepare();
    CHECK(builder.cook().says(app + "/app/src/main.rs"));
    CHECK(read_file(app + "/app/src/main.rs") == "fn main() {}\n");
    CHECK(read_file(app + "/app/tests/NOTES") == "mine\n");
    CHECK_FALSE(fs::exists(app + "/app/tests/it.rs"));
    CHECK_FALSE(fs::exists(app + "/app/examples"));
    CHECK(fs::exists(app + "/app/tests/other.rs"));
    CHECK(read_file(app + "/app/Cargo.toml").find("tests/other.rs") != std::string::npos);
  }

  TEST_CASE(
      "left: what is there when the record is gone is the user's, and cook says what it keeps") {
    const Builder builder(TestDirectory("left-no-record"));
    const auto& app = builder.app();
    builder.cook();
    const auto first = snapshot_below(app);
    builder.must_run({"clean"});
    // The same recipe: what is there is what cook would leave.
    CHECK(builder.cook().says("Left the skeleton of the workspace"));
    CHECK(changed_paths(first, snapshot_below(app)).empty());

    // Another one: its manifests differ, and nothing says that they are cook's.
    fs::remove(builder.plan() + "/app/examples/shown.rs");
    write_file(builder.plan() + "/app/tests/other.rs", "");
    builder.prepare();
    builder.must_run({"clean"});
    const auto before = snapshot_below(app);
    const auto run = builder.cook();
    CAPTURE(run.errors);
    CHECK(run.says("a file is already here with other contents and was kept"));
    CHECK(run.says(app + "/app/Cargo.toml"));
    CHECK(run.says("cook has no record of the skeleton that is already here"));
    CHECK(joined(changed_paths(before, snapshot_below(app))) == "");

    // Its files removed, cook leaves the new one.
    fs::remove_all(app + "/app");
    builder.cook();
    CHECK(fs::exists(app + "/app/tests/other.rs"));
    CHECK_FALSE(fs::exists(app + "/app/examples"));

    // The root's manifest decides for all.
    write_file(builder.plan() + "/Cargo.toml",
               read_file(builder.plan() + "/Cargo.toml") + "[profile.dev]\nopt-level = 1\n");
    builder.prepare();
    builder.must_run({"clean"});
    const auto rooted = snapshot_below(app);
    const auto second = builder.cook();
    CHECK(second.says(app + "/Cargo.toml"));
    CHECK_FALSE(second.says("Left the skeleton"));
    CHECK(joined(changed_paths(rooted, snapshot_below(app))) == "");
  }

  TEST_CASE("left: nobody plans from a skeleton") {
    const Builder builder(TestDirectory("left-planned"));
    builder.cook();
    const auto all_refused = [&] {
      check_error(chef({"prepare"}, builder.app()), 1, "manifest-stub");
      check_error(larder({"prepare", "--", "build"}, builder.app()), 1, "manifest-stub");
      check_error(larder({"deps", "build"}, builder.app()), 1, "manifest-stub");
    };
    all_refused();
    // Also where only one member is left.
    builder.bring({"Cargo", "app/"}, now());
    all_refused();
    builder.bring({""}, now());
    must(larder({"prepare", "--", "build"}, builder.app()));
  }

  TEST_CASE("left: nothing where a manifest of the user's decides, nor in the home directory") {
    const TestDirectory directory("left-nothing");
    const Builder builder(directory);
    const auto& app = builder.app();
    const auto unchanged = [&](const Environment& environment, std::string_view note) {
      const auto before = snapshot_below(app);
      const auto run = must(chef({"cook"}, app, environment));
      CAPTURE(run.errors);
      CHECK(joined(changed_paths(before, snapshot_below(app))) == "");
      CHECK(run.says(note));
    };
    auto at_home = test_environment();
    const auto home = at_home.get("HOME").value_or("/root");
    at_home.set("RUSTUP_HOME", at_home.get("RUSTUP_HOME").value_or(home + "/.rustup"));
    at_home.set("HOME", app);
    unchanged(at_home, "cook leaves no skeleton here: this is the home directory");
    write_file(directory / "Cargo.toml", "[package]\nname = \"above\"\n");
    unchanged(test_environment(), "there is a manifest above, " + (directory / "Cargo.toml"));
    fs::remove(directory / "Cargo.toml");
    fs::copy(builder.plan() + "/Cargo.toml", app + "/Cargo.toml");
    unchanged(test_environment(), "");
    fs::remove(app + "/Cargo.toml");

    // A member that was copied before stays as it is, and the others are left around it.
    builder.bring({"core/"}, now());
    fs::remove(app + "/core/src/lib.rs");
    write_file(app + "/core/src/lib.rs", "pub fn two() -> u32 { 3 }\n");
    const auto before = snapshot(app + "/core");
    builder.cook();
    CHECK(changed_paths(before, snapshot(app + "/core")).empty());
    builder.bring({"app/"}, now());
    builder.must_run({"build"});
    CHECK(builder.shown() == "real 3 7 counts\n");
  }

  TEST_CASE("left: stubs compile without cook's target directory, and never pass for the sources") {
    const Builder builder(TestDirectory("left-no-target"));
    builder.cook();
    // As `cargo clean` does, or a mount that only cook had.
    fs::remove_all(builder.app() + "/target");
    builder.must_run({"build", "--workspace", "--all-targets"});
    CHECK(builder.shown() == "");
    builder.bring({"app/", "core/src"}, 0);
    builder.must_run({"build"});
    CHECK(builder.shown() == real_output);
  }

  TEST_CASE("left: a workspace in the directory of another one has its skeleton too") {
    const Builder outer(TestDirectory("left-nested"));
    outer.cook();
    const auto inner = outer.app() + "/bench";
    fs::create_directories(inner);
    fs::copy(outer.app() + "/recipe.json", inner + "/recipe.json");
    must_say(chef({"cook"}, inner), {"Left the skeleton of the workspace"});
    must(cargo({"build", "--locked"}, inner));
    // Where a manifest of the user's is above, it decides.
    outer.bring({"Cargo.toml"}, now());
    fs::remove_all(inner + "/Cargo.toml");
    CHECK(chef({"cook"}, inner).says("there is a manifest above, " + outer.app() + "/Cargo.toml"));
  }

  TEST_CASE("left: a skeleton also where cargo fails, for those who go on") {
    const Builder builder(TestDirectory("left-failed"));
    const auto run = chef({"cook", "--target", "no-such-machine"}, builder.app());
    CHECK(run.code() == 101);
    CHECK(run.says("Left the skeleton of the workspace"));
    builder.must_run({"build", "--locked"});
  }

  TEST_CASE("left: profiles say of members what they say in the sources") {
    const TestDirectory directory("left-profiles");
    auto files = counter();
    files["Cargo.toml"] += "\n[profile.dev.package.counter-core]\nopt-level = 2\n";
    const Builder builder(directory, files);
    builder.cook();
    builder.bring({"app/src", "app/build.rs", "core/src"}, now());
    const auto run = must(builder.cargo({"build", "-v"}));
    CAPTURE(run.errors);
    const auto line = run.errors.find("--crate-name counter_core");
    REQUIRE(line != std::string::npos);
    CHECK(run.errors.substr(line, run.errors.find('\n', line) - line).find("opt-level=2") !=
          std::string::npos);
  }

  TEST_CASE("left: nothing where the stubs' marker would be somebody's file or behind a link") {
    for (const bool is_link : {false, true}) {
      CAPTURE(is_link);
      const TestDirectory directory("left-marker");
      const Builder builder(directory);
      if (is_link) {
        fs::create_directories(directory / "elsewhere");
        fs::create_directory_symlink(directory / "elsewhere", builder.app() + "/.larder");
      } else {
        write_file(builder.app() + "/.larder/stub-marker", "mine\n");
      }
      const auto before = snapshot_below(builder.app());
      CHECK(builder.cook().says("cook leaves no skeleton here"));
      CHECK(changed_paths(before, snapshot_below(builder.app())).empty());
      CHECK(chef({"cook", "--no-build"}, builder.app()).error_id() == "would-replace");
      CHECK(changed_paths(before, snapshot_below(builder.app())).empty());
      if (is_link) CHECK(fs::is_empty(directory / "elsewhere"));
    }
  }

  TEST_CASE("left: libraries that are linked as they are are named") {
    const TestDirectory directory("left-linked");
    auto files = counter();
    files["core/Cargo.toml"] += "[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n";
    const Builder builder(directory, files);
    const auto run = builder.cook();
    CAPTURE(run.errors);
    CHECK(run.says("the stub of `counter-core` does not fail if other programs link it"));
    builder.must_run({"build"});
  }
}

}  // namespace larder::test
