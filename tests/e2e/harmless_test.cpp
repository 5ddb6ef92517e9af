#include <doctest/doctest.h>

#include <filesystem>

#include "support/artifacts.hpp"
#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// Cook and deps in a checkout touch nothing that is not theirs.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const Words as_json{"--message-format", "json"};

void check_unchanged(const std::map<std::string, FileState>& before,
                     const std::map<std::string, FileState>& after) {
  CHECK(joined(changed_paths(before, after)) == "");
}

/// A sample with its sources and a recipe for one command, as a developer has it.
class Checkout {
 public:
  Checkout(const std::string& name, Words command, Environment environment = test_environment())
      : directory_("checkout-" + name),
        root_(directory_ / name),
        command_(std::move(command)),
        environment_(std::move(environment)) {
    copy_tree(sample(name), root_);
    run_larder(Words{"prepare", "--"} + command_);
  }

  /// Runs the program on a directory without target directory, or on one where all is compiled,
  /// then the real build.
  void check(const Words& arguments) const {
    fs::remove_all(root_ + "/target");
    // The target directory is new in it.
    const auto before = snapshot_below(root_);
    run_larder(arguments);
    check_unchanged(before, snapshot_below(root_));
    const auto first = build();
    CHECK(first.compiled_external().empty());
    for (const auto& artifact : first.local) CHECK_FALSE(artifact.fresh);

    check_warm(arguments);
  }

  /// Where everything is compiled, nothing changes, local artifacts included.
  void check_warm(const Words& arguments) const {
    const auto before = snapshot(root_);
    run_larder(arguments);
    check_unchanged(before, snapshot(root_));
    CHECK(leftovers(root_ + "/target").empty());
    const auto again = build();
    CHECK(again.compiled_external().empty());
    CHECK(!again.local.empty());
    for (const auto& artifact : again.local) CHECK_MESSAGE(artifact.fresh, artifact.identity);
  }

  Messages build() const { return messages_of(cargo(command_ + as_json, root_, environment_)); }

  const std::string& root() const { return root_; }
  void set(const std::string& name, const std::string& value) { environment_.set(name, value); }

 private:
  void run_larder(const Words& arguments) const { must(larder(arguments, root_, environment_)); }

  TestDirectory directory_;
  std::string root_;
  Words command_;
  Environment environment_;
};

}  // namespace

TEST_SUITE("harmless") {
  TEST_CASE("cook in a checkout leaves the sources as they were") {
    for (const auto* command : {"build --locked", "build --release", "test --no-run --locked"}) {
      CAPTURE(std::string(command));
      Checkout("till", split(command)).check({"cook"});
    }
  }

  TEST_CASE("deps in a checkout leaves the sources as they were") {
    const Words command{"build", "--features", "till/memory", "--locked"};
    Checkout("till", command).check(Words{"deps", "--"} + command);
  }

  TEST_CASE("so it is where the empty crates are compiled for real") {
    Checkout checkout("till", {"build", "--locked"});
    const auto script = checkout.root() + "/../pass-on";
    write_script(script, "exec \"$@\"\n");
    checkout.set("RUSTC_WRAPPER", script);
    checkout.check({"cook"});
    if (has_clippy()) Checkout("till", {"clippy", "--all-targets"}).check({"cook"});
  }

  TEST_CASE("a workspace with proc-macros, build scripts and config") {
    const Words command{"check", "--workspace", "--locked"};
    Checkout("shop", command).check(Words{"deps"} + command);
  }

  TEST_CASE("cook over what another command compiled leaves that valid") {
    const Checkout checkout("till", {"build", "--locked"});
    checkout.build();
    for (const auto* other : {"build --release", "check", "test", "build --features till/memory"})
      checkout.check_warm(Words{"deps"} + split(other));
  }

  TEST_CASE("sources that read-only directories hold can be prepared and cooked") {
    // As in a build whose sources are mounted read-only, with the target directory elsewhere.
    const TestDirectory directory("read-only");
    auto environment = test_environment();
    environment.set("CARGO_TARGET_DIR", directory / "out");
    const TillWorkspace till(directory, environment);
    till.prepare_for("build --locked");
    till.bring_sources();
    const auto before = snapshot(till.app());
    till.cook();
    check_unchanged(before, snapshot(till.app()));
    CHECK(till.compiled_by_cargo("build --locked") == 0);
  }

  TEST_CASE("a config or toolchain file that is already there is kept") {
    const TillWorkspace till(TestDirectory("kept"));
    write_file(till.plan() + "/.cargo/config.toml", "[env]\nTILL = \"planned\"\n");
    till.prepare_for("build --locked");
    const std::string mine = "[env]\nTILL = \"mine\"\n";
    write_file(till.app() + "/.cargo/config.toml", mine);
    const auto run = must(till.larder({"cook"}));
    CAPTURE(run.errors);
    CHECK(read_file(till.app() + "/.cargo/config.toml") == mine);
    CHECK(run.says("config.toml differs"));
  }
}

}  // namespace larder::test
