#include <doctest/doctest.h>

#include <filesystem>

#include "support/artifacts.hpp"
#include "support/image_build.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// The program by the name cargo-chef: its arguments, its recipes, its users.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// A planner's and a builder's directory, as those of `TillWorkspace`, used as cargo-chef's users
/// do.
class ChefImageBuild {
 public:
  explicit ChefImageBuild(std::string_view name)
      : directory_(name), till_(directory_, hasty_environment()) {}

  const TillWorkspace& till() const { return till_; }
  std::string recipe() const { return till_.app() + "/recipe.json"; }
  void prepare(const Words& flags = {}) const {
    must(chef(Words{"prepare", "--recipe-path", recipe()} + flags, till_.plan(), environment_));
  }
  void cook(const Words& flags = {}) const {
    must(chef(Words{"cook"} + flags, till_.app(), environment_));
  }
  /// What the real build compiled of external units.
  std::size_t compiled(const std::string& command) const {
    till_.bring_sources();
    return till_.compiled_by_cargo(command);
  }
  std::string operator/(std::string_view relative) const { return directory_ / relative; }

 private:
  TestDirectory directory_;
  Environment environment_ = hasty_environment();
  TillWorkspace till_;
};

/// A recipe by cargo-chef 0.1.78 of a sample as it is: `cargo chef prepare` run in a copy of it.
std::string recipe_by_chef(const std::string& sample) {
  return read_file(LARDER_FIXTURES "/chef/" + sample + ".json");
}

}  // namespace

TEST_SUITE("chef") {
  TEST_CASE("cargo chef: cargo finds it, and it tells its versions and its help") {
    const auto environment = with_path(chef_directory());
    const auto version = cargo({"chef", "--version"}, "/", environment);
    CHECK(version.code() == 0);
    CHECK(version.output.starts_with("cargo-chef 0.1.78 (cargo-larder "));
    for (const Words& words : {Words{"--help"}, {"prepare", "--help"}, {"cook", "--help"}}) {
      const auto help = chef(words, "/");
      CHECK(help.code() == 0);
      CHECK(help.output.find("Usage: cargo chef") != std::string::npos);
    }
    // Without the word that cargo puts in front.
    const TestDirectory directory("chef-name");
    CHECK(chef({}, directory.path()).code() == 2);
  }

  TEST_CASE("chef: what cook compiles by its flags is what the build with them reuses") {
    struct Row {
      std::string flags;
      std::string command;
    };
    const auto host = host_triple();
    for (const auto& row : std::vector<Row>{
             {"", "build"},
             {"--release --locked", "build --release --locked"},
             {"--profile release -j 1", "build --release"},
             {"--profile dev --bins -v", "build --bins"},
             {"--profile dist --workspace", "build --profile dist --workspace"},
             {"--check --all-targets", "check --all-targets"},
             {"-p till --features memory", "build -p till --features memory"},
             {"--package till --all-features --bin till",
              "build -p till --all-features --bin till"},
             {"--tests --no-default-features", "build --tests --no-default-features"},
             {"--benches --examples --tests", "build --benches --examples --tests"},
             {"--manifest-path till-core/Cargo.toml", "build --manifest-path till-core/Cargo.toml"},
             {"--no-std --timings", "build"},
             {"--target " + host + " --target-dir out",
              "build --target " + host + " --target-dir out"},
         }) {
      CAPTURE(row.flags);
      const ChefImageBuild image_build("chef-flags");
      image_build.prepare();
      image_build.cook(split(row.flags));
      CHECK(image_build.compiled(row.command) == 0);
    }
  }

  TEST_CASE("chef: clippy is cooked as clippy") {
    if (!has_clippy()) {
      MESSAGE("SKIPPED: cargo clippy is not installed");
      return;
    }
    const ChefImageBuild image_build("chef-clippy");
    image_build.prepare();
    image_build.cook({"--clippy", "--all-targets"});
    CHECK(image_build.compiled("clippy --all-targets") == 0);
  }

  TEST_CASE("chef: zigbuild is cooked by cargo zigbuild") {
    const ChefImageBuild image_build("chef-zigbuild");
    image_build.prepare();
    const auto programs = image_build / "programs";
    fs::create_directories(programs);
    write_script(programs + "/cargo-zigbuild",
                 "echo \"$1\" >'" + programs + "/called'\nshift\nexec cargo build \"$@\"\n");
    const auto environment = with_path(programs, hasty_environment());
    must(chef({"cook", "--zigbuild", "--release"}, image_build.till().app(), environment));
    CHECK(read_file(programs + "/called") == "zigbuild\n");
    CHECK(image_build.compiled("build --release") == 0);
  }

  TEST_CASE("chef: several features, packages and targets are given at once or one by one") {
    const ChefImageBuild image_build("chef-lists");
    image_build.prepare();
    image_build.cook({"-p", "till", "-p", "till-core", "--features", "till/memory,memory"});
    CHECK(image_build.compiled("build -p till -p till-core --features memory") == 0);
  }

  TEST_CASE("chef: a target directory outside the workspace") {
    const ChefImageBuild image_build("chef-outside");
    image_build.prepare();
    const auto out = image_build / "elsewhere";
    image_build.cook({"--target-dir", out});
    CHECK(image_build.compiled("build --target-dir " + out) == 0);
    CHECK_FALSE(fs::exists(image_build.till().app() + "/target"));
  }

  TEST_CASE("chef: prepare --bin serves cook and a build of that package") {
    const ChefImageBuild image_build("chef-bin");
    image_build.prepare({"--bin", "till"});
    image_build.cook({"--release", "--bin", "till"});
    CHECK(image_build.compiled("build --release --bin till") == 0);
  }

  TEST_CASE("chef: prepare --bin warns where cargo build --bin unifies other members' features") {
    const ChefImageBuild image_build("chef-unified");
    const auto& plan = image_build.till().plan();
    const auto prepare = [&] { return chef({"prepare", "--bin", "till"}, plan); };
    CHECK_FALSE(prepare().says("warning"));
    edit_file(plan + "/till-core/Cargo.toml", "[dependencies]\n",
              "[dependencies]\nitoa = { version = \"1.0\", features = [\"no-panic\"] }\n");
    fs::copy(plan + "/till-core", plan + "/third", fs::copy_options::recursive);
    edit_file(plan + "/till-core/Cargo.toml",
              "itoa = { version = \"1.0\", features = [\"no-panic\"] }\n", "");
    edit_file(plan + "/third/Cargo.toml", "name = \"till-core\"", "name = \"third\"");
    edit_file(plan + "/Cargo.toml", "\"till-core\"", R"("till-core", "third")");
    must_say(prepare(), {"also enables what other members need from shared dependencies"});
  }

  TEST_CASE("chef: recipes of cargo-chef are cooked, and no member is compiled") {
    for (const std::string name : {"till", "single"}) {
      CAPTURE(name);
      const TestDirectory directory("chef-theirs");
      const auto app = directory / "app";
      write_file(app + "/recipe.json", recipe_by_chef(name));
      const auto cooked = must(chef({"cook", "--check"}, app, hasty_environment()));
      CAPTURE(cooked.errors);
      CHECK_FALSE(cooked.says(" till v"));
      CHECK_FALSE(cooked.says(" wordtally v"));
      copy_tree(sample(name), app);
      const auto messages =
          must_reuse_all(cargo({"check", "--message-format", "json"}, app, hasty_environment()));
      CHECK(!messages.external.empty());
    }
  }

  TEST_CASE("chef: external packages whose names are like those of local ones stay whole") {
    const TestDirectory directory("chef-names");
    const auto files = workspace_files({{"web",
                                         R"([dependencies]
web-sys = "1"
sqlite3 = { path = "../sqlite3" }
)",
                                         {"src/lib.rs", "build.rs"}},
                                        {"sqlite3", "[dependencies]\nlibsqlite3-sys = \"1\"\n"}});
    const StubbedWorkspace workspace(
        directory / "w", files,
        package_files({{"web-sys", "", {"src/lib.rs", "build.rs"}}, {"libsqlite3-sys"}}));
    workspace.check_cooked_as_built({workspace.recipe_for("build")}, "build");
    std::size_t scripts = 0;
    for (const auto& entry :
         fs::recursive_directory_iterator(workspace.path() + "/cooked/debug/build")) {
      const auto name = entry.path().filename().string();
      const auto unit = entry.path().parent_path().filename().string();
      scripts += unit.starts_with("web-sys-") && name.starts_with("build_script_build-") ? 1U : 0U;
    }
    CHECK(scripts == 1);
  }

  TEST_CASE("chef: under our own name cook takes the flags, or agrees with the command") {
    const ChefImageBuild image_build("chef-larder");
    const auto& till = image_build.till();
    image_build.prepare();
    check_error(till.larder({"cook"}), 1, "no-command");
    check_error(till.larder({"cook", "-q", "--locked", "-j", "1"}), 1, "no-command");
    till.cook({"--check", "--tests"});
    CHECK(image_build.compiled("check --tests") == 0);

    till.prepare_for("build --release --locked");
    check_error(till.larder({"cook", "--check"}), 1, "flag-disagrees");
    check_error(till.larder({"cook", "--tests"}), 1, "flag-disagrees");
    check_error(till.larder({"cook", "--no-build"}), 1, "flag-disagrees");
    image_build.cook({"--release"});
    CHECK(image_build.compiled("build --release --locked") == 0);
  }

  TEST_CASE("chef: of a recipe with several commands a flag chooses") {
    const ChefImageBuild image_build("chef-several");
    image_build.till().prepare({"--for", "build --release", "--for", "check --tests"});
    image_build.cook({"--check"});
    CHECK(image_build.compiled("check --tests") == 0);
    CHECK(image_build.till().compiled_by_cargo("build --release") > 0);
  }

  TEST_CASE("chef: what is wrong is an error with an id, and cargo's code is cargo's") {
    const ChefImageBuild image_build("chef-errors");
    const auto& app = image_build.till().app();
    check_error(chef({"cook"}, app), 1, "recipe-missing");
    check_error(chef({"prepare"}, app), 1, "manifest-missing");
    for (const Words& words : {Words{},
                               {"serve"},
                               {"cook", "--check", "--clippy"},
                               {"cook", "--no-build", "--zigbuild"},
                               {"prepare", "--bin"},
                               {"prepare", "--release"}}) {
      const auto run = chef(words, app);
      CAPTURE(run.errors);
      CHECK(run.code() == 2);
    }
    image_build.prepare();
    check_error(chef({"cook", "--release", "--profile", "dist"}, app), 2, "command-invalid");
    check_error(chef({"cook", "-p", "nobody"}, app), 1, "unknown-package");
    check_error(chef({"cook", "--features", "nothing"}, app), 1, "unknown-feature");
    check_error(chef({"cook", "--bin", "nothing"}, app), 1, "unknown-target");
    CHECK(chef({"cook", "--target", "no-such-machine"}, app).code() == 101);
    write_file(image_build.recipe(), "{\"skeleton\":");
    check_error(chef({"cook"}, app), 1, "recipe-parse");
    write_file(image_build.recipe(), "{}");
    check_error(chef({"cook"}, app), 1, "recipe-format");
  }

  TEST_CASE("chef: CARGO need not be set, and text of the environment need not be UTF-8") {
    const ChefImageBuild image_build("chef-environment");
    image_build.prepare();
    auto environment = test_environment();
    environment.unset("CARGO");
    environment.set("ODD", "\xff\xfe");
    CHECK(chef({"cook"}, image_build.till().app(), environment).code() == 0);
  }

  TEST_CASE("chef: an outdated lock file is brought up to date in a copy") {
    const ChefImageBuild image_build("chef-outdated");
    const auto& plan = image_build.till().plan();
    edit_file(plan + "/till/Cargo.toml", "itoa = \"1.0\"", "itoa = \"1.0\"\nryu = \"1.0\"");
    check_error(larder({"prepare", "--", "build"}, plan), 1, "lock-outdated");
    const auto before = snapshot(plan);
    image_build.prepare();
    CHECK(changed_paths(before, snapshot(plan)).empty());
    const auto recipe = read_file(image_build.recipe());
    CHECK(recipe.find("ryu") != std::string::npos);
    // What was locked stays.
    CHECK(recipe.find(R"(name = \"itoa\"\nversion = \"1.0.6\")") != std::string::npos);
  }

  TEST_CASE("chef: a missing lock file is made in a copy, and the workspace stays as it was") {
    const ChefImageBuild image_build("chef-lock");
    const auto& plan = image_build.till().plan();
    fs::remove(plan + "/Cargo.lock");
    const auto before = snapshot(plan);
    image_build.prepare();
    CHECK(changed_paths(before, snapshot(plan)).empty());
    CHECK(read_file(image_build.recipe()).find("memchr") != std::string::npos);
    image_build.cook();

    edit_file(plan + "/till/Cargo.toml", "itoa = \"1.0\"", "itoa = \"977.0\"");
    check_error(chef({"prepare"}, plan), 1, "cargo-failed", {"977.0"});
  }
}

}  // namespace larder::test
