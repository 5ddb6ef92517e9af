#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/artifacts.hpp"
#include "support/stubbed.hpp"

// Recipes without a command, ours and cargo-chef's, of workspaces in which [patch] puts local
// packages below external ones.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// `kit` is a member and built by the command itself; `soft` is none.
Files workspace() {
  return {{"Cargo.toml",
           R"([workspace]
members = ["app", "kit"]
resolver = "2"

[patch.crates-io]
kit = { path = "kit" }
soft = { path = "vendor-of-ours/soft" }
)"},
          {"app/Cargo.toml", package("app",
                                     R"([dependencies]
mid = "1"
kit = { path = "../kit" }
)")},
          {"app/src/main.rs", "fn main() { println!(\"{} {}\", mid::mid(), kit::kit()); }\n"},
          {"kit/Cargo.toml", package("kit", "[dependencies]\nleaf = \"1\"\n", "1.2.0")},
          {"kit/build.rs",
           R"(fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=KIT=5");
}
)"},
          {"kit/src/lib.rs", "pub fn kit() -> u32 { env!(\"KIT\").parse().unwrap() }\n"},
          {"kit/tests/it.rs", "#[test]\nfn works() { assert_eq!(kit::kit(), 5); }\n"},
          {"vendor-of-ours/soft/Cargo.toml", package("soft")},
          {"vendor-of-ours/soft/build.rs",
           "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n"},
          {"vendor-of-ours/soft/src/lib.rs", "pub fn soft() -> u32 { 3 }\n"}};
}

Files open_externals() {
  auto out = package_files(
      {{"mid", "[dependencies]\nsoft = \"1\"\nkit = \"1\"\n"}, {"leaf"}, {"kit"}, {"soft"}});
  out["mid/src/lib.rs"] = "pub fn mid() -> u32 { soft::soft() + kit::kit() }\n";
  return out;
}

/// A planner's directory, and a builder's that has the vendored packages alone.
class OpenTrip {
 public:
  explicit OpenTrip(const TestDirectory& directory)
      : plan_(directory / "plan"), app_(directory / "app") {
    const StubbedWorkspace sources(plan_, workspace(), open_externals());
    copy_tree(plan_ + "/vendor", app_ + "/vendor");
    copy_tree(plan_ + "/.cargo", app_ + "/.cargo");
  }
  const std::string& plan() const { return plan_; }
  const std::string& app() const { return app_; }
  void bring(const std::string& name) const {
    if (fs::is_directory(plan_ + "/" + name))
      return copy_tree(plan_ + "/" + name, app_ + "/" + name);
    fs::copy_file(plan_ + "/" + name, app_ + "/" + name, fs::copy_options::overwrite_existing);
  }
  /// Nothing external is compiled by a plain cargo, nor `soft`, `kit` among what is patched, and
  /// the program is the real one.
  void check_build(const Words& flags = {}) const {
    const auto messages =
        must_reuse_all(cargo(Words{"build", "--message-format", "json"} + flags, app_));
    CHECK(messages.external.size() == 2);
    for (const auto& artifact : messages.local) {
      CAPTURE(artifact.unit);
      CHECK(artifact.fresh == (artifact.package_id.find("/app#") == std::string::npos));
    }
    CHECK(run_in(app_, {app_ + "/target/debug/app"}).output == "8 5\n");
  }

 private:
  std::string plan_;
  std::string app_;
};

/// As cargo-chef writes it: without what is ours. Its masked versions make no difference here.
std::string foreign(const std::string& recipe) {
  auto document = nlohmann::json::parse(recipe);
  document.erase("larder");
  return document.dump();
}

}  // namespace

TEST_SUITE("patched") {
  TEST_CASE(
      "a recipe without a command carries patched packages, whatever is brought before cook") {
    for (const bool brought : {false, true}) {
      const OpenTrip trip(TestDirectory("patched-open"));
      must(larder({"prepare", "--recipe-path", trip.app() + "/recipe.json"}, trip.plan()));
      if (brought) trip.bring("vendor-of-ours");
      must(larder({"cook", "--", "build"}, trip.app()));
      for (const auto* part : {"Cargo.toml", "Cargo.lock", "app", "kit", "vendor-of-ours"})
        trip.bring(part);
      trip.check_build({"--locked"});
    }
  }

  TEST_CASE("by the name of cargo-chef, patched packages are left with their own sources") {
    const OpenTrip trip(TestDirectory("patched-left"));
    must(chef({"prepare", "--recipe-path", trip.app() + "/recipe.json"}, trip.plan()));
    must(chef({"cook"}, trip.app()));
    CHECK(read_file(trip.app() + "/kit/src/lib.rs") == workspace()["kit/src/lib.rs"]);
    CHECK(fs::exists(trip.app() + "/vendor-of-ours/soft/build.rs"));
    // As people do who copy what they have written alone.
    trip.bring("app");
    trip.check_build();
    must(cargo({"test", "-p", "kit"}, trip.app()));
  }

  TEST_CASE("of a recipe by cargo-chef, patched packages are taken from where it is cooked") {
    const OpenTrip trip(TestDirectory("patched-foreign"));
    must(larder({"prepare", "--recipe-path", trip.app() + "/recipe.json"}, trip.plan()));
    const auto recipe = trip.app() + "/recipe.json";
    write_file(recipe, foreign(read_file(recipe)));
    trip.bring("kit");
    check_error(chef({"cook"}, trip.app()), 1, "source-missing",
                {"COPY vendor-of-ours/soft vendor-of-ours/soft"});
    trip.bring("vendor-of-ours");
    must(chef({"cook"}, trip.app()));
    for (const auto* part : {"Cargo.toml", "Cargo.lock", "app"}) trip.bring(part);
    trip.check_build({"--locked"});
  }
}

}  // namespace larder::test
