#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "support/artifacts.hpp"
#include "support/trip.hpp"

// The build step without network: what cook brings of a registry, of a git repository.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// A member that is built, with what only tests and what other platforms need, and one that is not.
void write_two_members(Trip& trip) {
  publish(trip.registry, "leaf");
  publish(trip.registry, "deep",
          R"([features]
more = ["dep:below"]
[dependencies]
below = { version = "1", optional = true }
)");
  publish(trip.registry, "below");
  publish(trip.registry, "for-tests",
          R"([dependencies]
deep = { version = "1", features = ["more"] }
)");
  publish(trip.registry, "elsewhere");
  publish(trip.registry, "leaf", "", "2.0.0");
  publish(trip.registry, "of-tool", "[dependencies]\nleaf = \"2\"\n");
  trip.write({{"Cargo.toml", "[workspace]\nmembers = [\"app\", \"tool\"]\nresolver = \"2\"\n"},
              {"app/Cargo.toml", package("app",
                                         R"([dependencies]
leaf = "1"
[dev-dependencies]
for-tests = "1"
[target.'cfg(windows)'.dependencies]
elsewhere = "1"
)")},
              {"app/src/main.rs", "fn main() {}\n"},
              {"app/tests/it.rs", "#[test]\nfn works() {}\n"}});
  trip.write(package_files({{"tool", "[dependencies]\nof-tool = \"1\"\n", {"src/main.rs"}}}));
  trip.lock();
}

}  // namespace

TEST_SUITE("offline") {
  TEST_CASE("the registry of the tests is one to cargo: in the place of crates.io, with a token") {
    const TestDirectory directory("registry");
    SparseRegistry registry(directory / "registry");
    publish(registry, "leaf", "[features]\nextra = []\n");
    publish(registry, "tree",
            "[dependencies]\nleaf = { version = \"1\", features = [\"extra\"] }\n");
    publish(registry, "odd", "", "0.1.0");
    registry.yank("odd", "0.1.0");
    write_file(directory / "app/.cargo/config.toml", instead_of_crates_io(registry));
    write_file(directory / "app/Cargo.toml", package("app", "[dependencies]\ntree = \"1\"\n"));
    write_file(directory / "app/src/main.rs", "fn main() {}\n");
    const auto environment = with_home(directory / "home");
    must(cargo({"build"}, directory / "app", environment));
    const auto requests = registry.take_requests();
    CHECK(requests == std::vector<std::string>{"/crates/leaf/1.0.0/download",
                                               "/crates/tree/1.0.0/download", "/index/config.json",
                                               "/index/le/af/leaf", "/index/tr/ee/tree"});
    CHECK(read_file(directory / "app/Cargo.lock").find("127.0.0.1") == std::string::npos);

    write_file(directory / "app/Cargo.toml", package("app", "[dependencies]\nodd = \"0.1\"\n"));
    CHECK(cargo({"build"}, directory / "app", environment).says("yanked"));

    write_file(
        directory / "app/.cargo/config.toml",
        "[registry]\nglobal-credential-providers = [\"cargo:token\"]\n[registries.here]\nindex "
        "= \"" +
            registry.index() + "\"\n");
    write_file(directory / "app/Cargo.toml",
               package("app", "[dependencies]\ntree = { version = \"1\", registry = \"here\" }\n"));
    registry.require_token("s3cret");
    CHECK(cargo({"build"}, directory / "app", environment).code() != 0);
    auto trusted = environment;
    trusted.set("CARGO_REGISTRIES_HERE_TOKEN", "s3cret");
    must(cargo({"build"}, directory / "app", trusted));
    CHECK(read_file(directory / "app/Cargo.lock").find(registry.index()) != std::string::npos);
  }

  TEST_CASE(
      "without the whole lock file, cook asks for what it compiles and an offline build fails") {
    Trip trip("pruned");
    write_two_members(trip);
    trip.prepare({"--", "build", "-p", "app"});
    CHECK(trip.asked_by_cook() ==
          std::vector<std::string>{"/crates/leaf/1.0.0/download", "/index/config.json",
                                   // Platforms are not evaluated.
                                   "/index/el/se/elsewhere", "/index/le/af/leaf"});
    const auto built = trip.build_offline("build -p app");
    CHECK(built.code() == 101);
    CHECK(built.says("no matching package named"));
  }

  TEST_CASE(
      "with the whole lock file, cook asks for what the build asks for, whatever is selected") {
    for (const auto* command : {"build -p app", "build --bin app", "build --release --workspace",
                                "test -p app --no-run", "check -p tool", "build -p app --tests"}) {
      Trip trip("selections");
      write_two_members(trip);
      trip.check(command);
    }
  }

  TEST_CASE("after cook an online build asks nobody either") {
    Trip trip("online");
    write_two_members(trip);
    trip.prepare({"--whole-lock", "--", "build", "-p", "app"});
    trip.asked_by_cook();
    copy_tree(trip.plan(), trip.app());
    must_say(larder({"build", "--strict"}, trip.app(), with_home(trip / "app-home")),
             {"Reused 1 of 1"});
    CHECK(trip.registry.take_requests().empty());
  }

  TEST_CASE("recipes without a command have the whole lock file: ours, and cargo-chef's") {
    for (const std::string recipe : {"ours", "by the name of cargo-chef"}) {
      CAPTURE(recipe);
      Trip trip("open");
      write_two_members(trip);
      const auto home = with_home(trip / "app-home");
      if (recipe == "ours") {
        trip.prepare({});
      } else {
        fs::create_directories(trip.app());
        must(chef({"prepare", "--recipe-path", trip.app() + "/recipe.json"}, trip.plan(),
                  with_home(trip / "plan-home")));
      }
      const auto asked = trip.asked_by_cook({"--", "build", "--bin", "app"});
      CHECK(joined(asked) == joined(trip.asked_by_build("build --bin app")));
      must_reuse_all(trip.build_offline("build --bin app"));
    }
  }

  TEST_CASE("offline cook fetches nothing") {
    Trip trip("offline-cook");
    write_two_members(trip);
    trip.prepare({"--whole-lock", "--", "build", "-p", "app"});
    trip.asked_by_cook();
    fs::remove_all(trip.app() + "/target");
    CHECK(trip.asked_by_cook({"--offline"}).empty());
    write_file(trip / "app-home/config.toml", "[net]\noffline = true\n");
    fs::remove_all(trip.app() + "/target");
    CHECK(trip.asked_by_cook().empty());
  }

  TEST_CASE("git repositories of what is not compiled are fetched as well") {
    Trip trip("git");
    publish(trip.registry, "leaf");
    const auto kept = make_repository(
        trip / "kept",
        {{"Cargo.toml", package("kept", "[dependencies]\nleaf = \"1\"\n")}, {"src/lib.rs", ""}});
    const auto tests = make_repository(
        trip / "tests",
        package_files({{"one", "[dependencies]\ntwo = { path = \"../two\" }\n"}, {"two"}}));
    trip.write({{"Cargo.toml", "[workspace]\nmembers = [\"app\", \"tool\"]\nresolver = \"2\"\n"},
                {"app/Cargo.toml", package("app", "[dependencies]\nkept = { git = \"" + kept +
                                                      "\" }\n[dev-dependencies]\none = { git = \"" +
                                                      tests + "\", branch = \"main\" }\n")},
                {"app/src/main.rs", "fn main() {}\n"},
                {"tool/Cargo.toml", package("tool", "[dependencies]\ntwo = { git = \"" + tests +
                                                        "\", branch = \"main\" }\n")},
                {"tool/src/main.rs", "fn main() {}\n"}});
    trip.lock();
    trip.prepare({"--", "build", "-p", "app"});
    trip.asked_by_cook();
    CHECK(trip.build_offline("build -p app").code() == 101);
    fs::remove_all(trip.app());
    fs::remove_all(trip / "app-home");
    trip.check("build -p app --locked");
  }

  TEST_CASE("a registry of its own, with a token, is asked by what only tests need") {
    Trip trip("own-registry");
    publish(trip.registry, "leaf");
    SparseRegistry own(trip / "own");
    publish(own, "house");
    publish(own, "guest");
    own.require_token("s3cret");
    trip.write({{"Cargo.toml", package("app",
                                       R"([dependencies]
leaf = "1"
house = { version = "1", registry = "own" }
[dev-dependencies]
guest = { version = "1", registry = "own" }
)")},
                {"src/main.rs", "fn main() {}\n"},
                {".cargo/config.toml",
                 "[registry]\nglobal-credential-providers = [\"cargo:token\"]\n"
                 "[registries.own]\nindex = \"" +
                     own.index() + "\"\n\n"}});
    trip.set("CARGO_REGISTRIES_OWN_TOKEN", "s3cret");
    trip.lock();
    trip.check("build --locked");
    CHECK(read_file(trip.app() + "/recipe.json").find("s3cret") == std::string::npos);
    const auto requests = own.take_requests();
    CHECK(std::find(requests.begin(), requests.end(), "/index/gu/es/guest") != requests.end());

    fs::remove_all(trip.app() + "/target");
    fs::remove_all(trip / "app-home");
    trip.set("CARGO_REGISTRIES_OWN_TOKEN", "another");
    CHECK(trip.cook().code() == 101);
  }

  TEST_CASE("what cannot be fetched is a failure for those who asked, and else a warning") {
    Trip trip("no-token");
    publish(trip.registry, "leaf");
    SparseRegistry own(trip / "own");
    publish(own, "guest");
    trip.write({{"Cargo.toml", package("app",
                                       R"([dependencies]
leaf = "1"
[dev-dependencies]
guest = { version = "1", registry = "own" }
)")},
                {"src/main.rs", "fn main() {}\n"},
                {".cargo/config.toml", "[registries.own]\nindex = \"" + own.index() + "\"\n\n"}});
    trip.lock();
    own.require_token("s3cret");
    trip.prepare({"--whole-lock", "--", "build"});
    const auto asked = trip.cook();
    CHECK(asked.code() == 101);
    CHECK(asked.says("Fetching"));
    fs::remove_all(trip.app());
    trip.prepare({});
    must_say(trip.cook({"--", "build"}),
             {"warning: could not fetch everything that the build asks for"});
    fs::remove_all(trip.app());
    trip.prepare({"--", "build"});
    CHECK(!trip.cook().says("Fetching"));
  }

  TEST_CASE("deps in a checkout makes offline builds possible as well") {
    Trip trip("deps");
    write_two_members(trip);
    copy_tree(trip.plan(), trip.app());
    must(larder({"deps", "build", "-p", "app"}, trip.app(), with_home(trip / "app-home")));
    must_reuse_all(trip.build_offline("build -p app"));

    // Nobody asked for the rest of the lock file, so a change in it is no difference.
    const auto manifest = trip.app() + "/app/Cargo.toml";
    edit_file(manifest, "for-tests = \"1\"\n", "");
    const auto strict =
        must(larder({"build", "--strict", "--offline"}, trip.app(), with_home(trip / "app-home")));
    CAPTURE(strict.errors);
    CHECK(!strict.says("do not match"));
  }

  TEST_CASE("patches, used or not, replacements and yanked versions") {
    Trip trip("patches");
    publish(trip.registry, "leaf");
    publish(trip.registry, "base");
    publish(trip.registry, "for-tests",
            R"([dependencies]
base = "1"
local = { version = "1", features = ["extra"] }
old = "1"
)");
    publish(trip.registry, "old", "", "1.0.0");
    const auto forked =
        make_repository(trip / "forked", {{"Cargo.toml", package("base")}, {"src/lib.rs", ""}});
    const auto unused =
        make_repository(trip / "unused", {{"Cargo.toml", package("nobody")}, {"src/lib.rs", ""}});
    trip.write({{"Cargo.toml", package("app",
                                       R"([workspace]
[dependencies]
leaf = "1"
[dev-dependencies]
for-tests = "1"
[patch.crates-io]
base = { git = ")" + forked + "\" }\nnobody = { git = \"" +
                                           unused + "\" }\nlocal = { path = \"local\" }\n")},
                {"src/main.rs", "fn main() {}\n"},
                {"local/Cargo.toml", package("local", "[features]\nextra = []\n")},
                {"local/src/lib.rs", ""}});
    trip.lock();
    trip.registry.yank("old", "1.0.0");
    trip.check("build --locked");
  }

  TEST_CASE("a patch that nothing needs is fetched as well for a recipe without a command") {
    Trip trip("unused-patch");
    publish(trip.registry, "leaf");
    const auto unused =
        make_repository(trip / "unused", {{"Cargo.toml", package("nobody")}, {"src/lib.rs", ""}});
    trip.write({{"Cargo.toml", package("app",
                                       "[workspace]\n[dependencies]\nleaf = \"1\"\n"
                                       "[patch.crates-io]\nnobody = { git = \"" +
                                           unused + "\" }\n")},
                {"src/main.rs", "fn main() {}\n"}});
    trip.lock();
    trip.prepare({});
    trip.asked_by_cook({"--", "build"});
    must_reuse_all(trip.build_offline("build --locked"));
  }

  TEST_CASE("a replaced package and what replaces it") {
    Trip trip("replace");
    publish(trip.registry, "leaf");
    publish(trip.registry, "sink");
    const auto other =
        make_repository(trip / "sink", {{"Cargo.toml", package("sink")}, {"src/lib.rs", ""}});
    trip.write({{"Cargo.toml", package("app",
                                       R"([workspace]
[dependencies]
leaf = "1"
[dev-dependencies]
sink = "1"
[replace]
"sink:1.0.0" = { git = ")" + other + "\" }\n")},
                {"src/main.rs", "fn main() {}\n"}});
    trip.lock();
    trip.check("build");
  }

  TEST_CASE("what cargo downloads by features that are on elsewhere") {
    // By a development dependency on itself, and for another platform: cargo's first resolution
    // does not tell them apart.
    for (const std::string resolver : {"1", "2"}) {
      CAPTURE(resolver);
      Trip trip("features");
      for (const auto* name : {"by-tests", "by-platform", "never"}) publish(trip.registry, name);
      publish(trip.registry, "wide",
              R"([features]
full = ["dep:never"]
[dependencies]
never = { version = "1", optional = true }
)");
      trip.write({{"Cargo.toml",
                   "[workspace]\nmembers = [\"app\", \"lib\"]\nresolver = \"" + resolver + "\"\n"},
                  {"app/Cargo.toml", package("app",
                                             R"([features]
full = ["dep:by-tests"]
[dependencies]
by-tests = { version = "1", optional = true }
lib = { path = "../lib" }
wide = "1"
[dev-dependencies]
app = { path = ".", features = ["full"] }
wide = { version = "1", features = ["full"] }
[target.'cfg(windows)'.dependencies]
lib = { path = "../lib", features = ["more"] }
)")},
                  {"app/src/lib.rs", ""},
                  {"lib/Cargo.toml", package("lib",
                                             R"([features]
more = ["dep:by-platform"]
[dependencies]
by-platform = { version = "1", optional = true }
)")},
                  {"lib/src/lib.rs", ""}});
      trip.lock();
      trip.check("build -p app");
    }
  }

  TEST_CASE("several commands: the rest is what no skeleton has") {
    Trip trip("several");
    write_two_members(trip);
    trip.prepare({"--whole-lock", "--for", "build -p app", "--for", "test --workspace --no-run"});
    trip.asked_by_cook({"--only", "build"});
    must(trip.build_offline("build -p app"));
  }
}

}  // namespace larder::test
