#include "larder/report/recipe_difference.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace larder;
using namespace larder::report;

namespace {

recipe::Recipe sample() {
  recipe::Command command;
  command.name = "build";
  command.line = command.cook_line = cargo::parse_command_line({"build", "--release"});
  command.skeleton.manifests = {{"Cargo.toml", "[dependencies]\nserde = \"=1.0.0\"\n", {}}};
  command.skeleton.lock_file =
      R"(version = 3

[[package]]
name = "serde"
version = "1.0.0"
source = "registry+https://x"

[[package]]
name = "tool"
version = "0.1.0"
source = "git+https://h/tool#aaa"
)";
  recipe::Recipe out;
  out.commands = {command};
  return out;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("equal recipes do not differ") {
  CHECK(differences(sample(), sample()).empty());
}

TEST_CASE("each kind of difference is told in one sentence that names what changed") {
  struct Row {
    std::string what;
    std::function<void(recipe::Recipe&)> change;
    std::vector<std::string> mentions;
  };
  for (const auto& row : std::vector<Row>{
           {"root", [](auto& r) { r.root = "sub"; }, {"sub"}},
           {"command",
            [](auto& r) { r.commands[0].line = cargo::parse_command_line({"build"}); },
            {"build --release"}},
           {"bump",
            [](auto& r) { replace(r.commands[0].skeleton.lock_file, "1.0.0", "1.0.1"); },
            {"serde", "1.0.0", "1.0.1"}},
           {"git revision",
            [](auto& r) { replace(r.commands[0].skeleton.lock_file, "#aaa", "#bbb"); },
            {"tool", "#aaa", "#bbb"}},
           {"new package",
            [](auto& r) {
              r.commands[0].skeleton.lock_file +=
                  R"(
[[package]]
name = "log"
version = "0.4.0"
source = "registry+https://x"
)";
            },
            {"log 0.4.0", "new"}},
           {"toolchain",
            [](auto& r) {
              r.commands[0].skeleton.toolchain = {"rust-toolchain", "stable\n"};
            },
            {"toolchain"}},
           {"config",
            [](auto& r) { r.commands[0].skeleton.config_file = "[build]\n"; },
            {"config"}},
           {"command gone",
            [](auto& r) {
              r.commands[0].name = "other";
              r.commands.push_back(sample().commands[0]);
            },
            {"other", "new"}},
           {"edge",
            [](auto& r) {
              r.commands[0].skeleton.lock_file += "dependencies = [\n \"serde\",\n]\n";
            },
            {"tool 0.1.0", "now depends on serde 1.0.0"}}}) {
    CAPTURE(row.what);
    auto after = sample();
    row.change(after);
    const auto found = differences(sample(), after);
    REQUIRE(found.size() == 1);
    for (const auto& word : row.mentions) CHECK(found[0].find(word) != std::string::npos);
  }
}

TEST_CASE("a removed package and a removed command are named") {
  auto after = sample();
  auto& lock = after.commands[0].skeleton.lock_file;
  lock = lock.substr(0, lock.find("\n[[package]]\nname = \"tool\""));
  const auto gone = differences(sample(), after);
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].find("tool 0.1.0") != std::string::npos);

  auto two = sample();
  two.commands.push_back(two.commands[0]);
  two.commands[1].name = "test";
  const auto removed = differences(two, sample());
  REQUIRE(removed.size() == 1);
  CHECK(removed[0].find("`test`") != std::string::npos);
}

TEST_CASE("what is asked of a package is told by features and by who asks") {
  struct Row {
    std::string what;
    std::string manifest;
    ChangeKind kind;
    std::string mentions;
  };
  const std::string header = "[dependencies]\n";
  for (const auto& row : std::vector<Row>{
           {"a feature more", header + "serde = { version = \"=1.0.0\", features = [\"rc\"] }\n",
            ChangeKind::Features, "added rc"},
           {"no default features",
            header + "serde = { version = \"=1.0.0\", default-features = false }\n",
            ChangeKind::Features, "removed default"},
           {"for build scripts", "[build-dependencies]\nserde = { version = \"=1.0.0\" }\n",
            ChangeKind::Request, "added build"},
           {"on a platform",
            "[target.'cfg(unix)'.dependencies]\nserde = { version = \"=1.0.0\" }\n",
            ChangeKind::Features, "default on cfg(unix)"},
           {"no longer", "", ChangeKind::Request, "no longer a direct dependency"}}) {
    CAPTURE(row.what);
    auto before = sample();
    before.commands[0].skeleton.manifests[0] = {
        "root/Cargo.toml", header + "serde = { version = \"=1.0.0\" }\n", {}};
    auto after = before;
    after.commands[0].skeleton.manifests[0].contents = row.manifest;
    const auto found = compare(before, after);
    REQUIRE(found.size() == 1);
    REQUIRE_FALSE(found[0].changes.empty());
    const auto& change = found[0].changes[0];
    CHECK(std::string(name_of(change.kind)) == std::string(name_of(row.kind)));
    CHECK(change.subject == "serde");
    CHECK(change.text.find(row.mentions) != std::string::npos);
    CHECK(change.recompiled == std::set<std::string>{"serde 1.0.0"});
  }
}

TEST_CASE("profile, config, toolchain and resolver tell how much they compile again") {
  struct Row {
    std::string what;
    std::function<void(reduce::Skeleton&)> change;
    ChangeKind kind;
    std::string subject;
    std::size_t recompiled;
  };
  const auto root = [](const std::string& text) {
    return [text](reduce::Skeleton& skeleton) { skeleton.manifests[0].contents += text; };
  };
  for (const auto& row : std::vector<Row>{
           {"profile", root("[profile.release]\nlto = true\n"), ChangeKind::Profile,
            "profile.release.lto", 2},
           {"profile of a package", root("[profile.release.package.tool]\nopt-level = 1\n"),
            ChangeKind::Profile, "profile.release.package.tool.opt-level", 1},
           {"profile of all packages", root("[profile.release.package.'*']\nopt-level = 1\n"),
            ChangeKind::Profile, "profile.release.package.\"*\".opt-level", 2},
           {"resolver", root("[workspace]\nresolver = \"2\"\n"), ChangeKind::Resolver,
            "workspace.resolver", 2},
           {"flags", [](auto& s) { s.config_file = "[build]\nrustflags = [\"-g\"]\n"; },
            ChangeKind::Config, "build.rustflags", 2},
           {"how crates are fetched", [](auto& s) { s.config_file = "[net]\nretry = 3\n"; },
            ChangeKind::Config, "net.retry", 0},
           {"toolchain",
            [](auto& s) {
              s.toolchain = {"rust-toolchain", "1.80.0\n"};
            },
            ChangeKind::Toolchain, "rust-toolchain", 2}}) {
    CAPTURE(row.what);
    auto after = sample();
    row.change(after.commands[0].skeleton);
    const auto found = compare(sample(), after);
    REQUIRE(found[0].changes.size() == 1);
    const auto& change = found[0].changes[0];
    CHECK(std::string(name_of(change.kind)) == std::string(name_of(row.kind)));
    CHECK(change.subject == row.subject);
    CHECK(change.recompiled.size() == row.recompiled);
    CHECK(found[0].external_packages == 2);
  }
}

TEST_CASE("recipes that differ are never reported as equal") {
  auto targets = sample();
  targets.commands[0].skeleton.manifests[0].targets = {
      {"lib.rs", cargo::TargetKind::Lib, "x", false}};
  CHECK_FALSE(differences(sample(), targets).empty());
  auto assumptions = sample();
  assumptions.commands[0].assumptions.lto = true;
  CHECK_FALSE(differences(sample(), assumptions).empty());
  auto cook = sample();
  cook.commands[0].cook_line = cargo::parse_command_line({"build"});
  CHECK_FALSE(differences(sample(), cook).empty());
  auto unmerged = sample();
  unmerged.commands[0].unmerged_reason = "a reason";
  CHECK_FALSE(differences(sample(), unmerged).empty());
}

TEST_CASE("where prepare ran is told") {
  auto below = sample();
  below.directory = "crates/app";
  CHECK(differences(sample(), below) ==
        std::vector<std::string>{
            "prepare ran in the workspace root or above and now runs in `crates/app`"});
}

TEST_CASE("open recipes are compared by what they hold") {
  recipe::Recipe open;
  open.open = sample().commands[0].skeleton;
  CHECK(differences(open, open).empty());
  auto other = open;
  replace(other.open->lock_file, "1.0.0", "1.0.1");
  CHECK(differences(open, other) == std::vector<std::string>{"`serde` went from 1.0.0 to 1.0.1"});
  CHECK_FALSE(differences(open, sample()).empty());
  auto started = open;
  started.start_manifest = "a/Cargo.toml";
  CHECK_FALSE(differences(open, started).empty());
}
