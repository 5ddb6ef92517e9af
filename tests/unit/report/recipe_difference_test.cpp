#include "larder/report/recipe_difference.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace larder;
using namespace larder::report;

namespace {

recipe::Recipe sample() {
  recipe::Command command;
  command.name = "build";
  command.arguments = command.cook_arguments = {"build", "--release"};
  command.skeleton.manifests = {{"Cargo.toml", "[dependencies]\nserde = \"=1.0.0\"\n", {}}};
  command.skeleton.lock_file =
      "version = 3\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"
      "\n[[package]]\nname = \"tool\"\nversion = \"0.1.0\"\nsource = \"git+https://h/tool#aaa\"\n";
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
           {"command", [](auto& r) { r.commands[0].arguments = {"build"}; }, {"build --release"}},
           {"bump",
            [](auto& r) { replace(r.commands[0].skeleton.lock_file, "1.0.0", "1.0.1"); },
            {"serde", "1.0.0", "1.0.1"}},
           {"git revision",
            [](auto& r) { replace(r.commands[0].skeleton.lock_file, "#aaa", "#bbb"); },
            {"tool", "#aaa", "#bbb"}},
           {"new package",
            [](auto& r) {
              r.commands[0].skeleton.lock_file +=
                  "\n[[package]]\nname = \"log\"\nversion = \"0.4.0\"\nsource = \"registry+x\"\n";
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
            {"dependencies between"}}}) {
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

TEST_CASE("a changed request is told from both sides, with manifest and section") {
  auto after = sample();
  replace(after.commands[0].skeleton.manifests[0].contents, "\"=1.0.0\"", "\"=1.0.1\"");
  const auto found = differences(sample(), after);
  REQUIRE(found.size() == 2);
  CHECK(found[0].find("Cargo.toml [dependencies]: serde = \"=1.0.0\"") != std::string::npos);
  CHECK(found[1].find("Cargo.toml [dependencies]: serde = \"=1.0.1\"") != std::string::npos);
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
  cook.commands[0].cook_arguments = {"build"};
  CHECK_FALSE(differences(sample(), cook).empty());
  auto fallback = sample();
  fallback.commands[0].fallback_reason = "a reason";
  CHECK_FALSE(differences(sample(), fallback).empty());
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
