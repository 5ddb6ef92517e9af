#include <doctest/doctest.h>
#include "larder/base/digest.hpp"

#include <nlohmann/json.hpp>

#include "sample_tree.hpp"

// The reader is strict, because a recipe is carried between machines and builds what it says; the
// writer is canonical, because its bytes are what a cache compares.

namespace larder::test {

namespace {

using nlohmann::json;
using nlohmann::json_pointer;

recipe::Recipe small_recipe() {
  recipe::Command command;
  command.name = "build";
  command.line = command.cook_line = cargo::parse_command_line({"build", "--release"});
  command.skeleton.manifests = {
      {"Cargo.toml", "[workspace]\n", {}},
      {"root/Cargo.toml",
       "[package]\n",
       {{"src/lib.rs", cargo::TargetKind::Lib, "larder_root", false},
        {"build.rs", cargo::TargetKind::BuildScript, "build-script-build", false}}}};
  command.skeleton.lock_file = "version = 3\n";
  recipe::Recipe out;
  out.commands.push_back(command);
  return out;
}

json small_document() {
  return json::parse(recipe::write(small_recipe()));
}

/// The document with one value replaced, or added to an array with `/-`.
std::string with(const std::string& pointer, const json& value) {
  auto document = small_document();
  const auto before = document;
  document[json::json_pointer(pointer)] = value;
  REQUIRE(document.dump() != before.dump());
  return document.dump(2);
}

std::string without(const std::string& pointer) {
  auto document = small_document();
  const json::json_pointer at(pointer);
  REQUIRE(document.at(at.parent_pointer()).erase(at.back()) == 1);
  return document.dump(2);
}

Error read_error(const std::string& text) {
  CAPTURE(text);
  return error_of([&] { recipe::read("dir/recipe.json", text); });
}

const std::string manifests = "/skeleton/manifests";
const std::string second = "/skeleton/manifests/1";
const std::string command_pointer = "/larder/commands/0";

}  // namespace

TEST_CASE("a recipe is written as the JSON library writes it, whatever its texts contain") {
  for (const std::string text :
       {"", "plain", "a \"quoted\" \\ line\n\tand another\n", "\r\n\b\f\x01\x1f\x7f",
        "\n\"caf\u00e9\" \u20ac \U0001F980\n", "ends with \\", "\\\"\n\t"}) {
    CAPTURE(text);
    auto recipe = small_recipe();
    recipe.commands[0].skeleton.lock_file = text;
    recipe.commands[0].skeleton.manifests[1].contents = text + text;
    const auto written = recipe::write(recipe);
    CHECK(written == json::parse(written).dump(2) + "\n");
    CHECK(recipe::read("recipe.json", written).commands[0].skeleton == recipe.commands[0].skeleton);
  }
}

TEST_CASE("reading what was written gives the same recipe") {
  auto recipe = small_recipe();
  recipe.root = "services/shop";
  auto first = recipe.commands[0];
  first.assumptions = {true, true, 2};
  first.skeleton.config_file = "[build]\nrustflags = [\"--cfg\", \"größe=\\\"1\\\"\"]\n";
  first.skeleton.toolchain = reduce::ToolchainText{"rust-toolchain.toml", "[toolchain]\n"};
  first.skeleton.manifests[1].targets.push_back(
      {"src/main.rs", cargo::TargetKind::Bin, "larder-root", false});
  first.skeleton.manifests.push_back(
      {"macro/Cargo.toml", "", {{"src/lib.rs", cargo::TargetKind::Lib, "larder_macro", true}}});
  auto other = first;
  other.name = "test";
  other.line = cargo::parse_command_line({"test", "--", "it's \"quoted\" \\ and\ttabbed"});
  other.skeleton.lock_file = "";
  other.skeleton.manifests[1].targets = {{"src/test.rs", cargo::TargetKind::Test, "t", false},
                                         {"src/bench.rs", cargo::TargetKind::Bench, "b", false},
                                         {"src/ex.rs", cargo::TargetKind::Example, "e", false}};
  recipe.commands = {first, other};
  CHECK(recipe::read("recipe.json", recipe::write(recipe)) == recipe);

  recipe.whole_lock = "version = 4\n";
  recipe.commands[1].requests = {{"Cargo.toml", "[workspace]\n", {}}};
  CHECK(recipe::read("recipe.json", recipe::write(recipe)) == recipe);

  for (auto& each : recipe.commands)
    each.skeleton.toolchain = reduce::ToolchainText{"rust-toolchain", "1.80\n"};
  CHECK(recipe::read("recipe.json", recipe::write(recipe)) == recipe);
}

TEST_CASE("the bytes are canonical: sorted keys, two spaces, one newline at the end") {
  const auto text = recipe::write(small_recipe());
  CHECK(text == R"({
  "larder": {
    "commands": [
      {
        "args": [
          "build",
          "--release"
        ],
        "assumes": {
          "lto": "off",
          "panic": "unwind",
          "targets": 0
        },
        "cook_args": [
          "build",
          "--release"
        ],
        "name": "build"
      }
    ],
    "format": 1,
    "root": ".",
    "sources": []
  },
  "skeleton": {
    "config_file": null,
    "lock_file": "version = 3\n",
    "manifests": [
      {
        "contents": "[workspace]\n",
        "relative_path": "Cargo.toml",
        "targets": []
      },
      {
        "contents": "[package]\n",
        "relative_path": "root/Cargo.toml",
        "targets": [
          {
            "kind": {
              "Lib": {
                "is_proc_macro": false
              }
            },
            "name": "larder_root",
            "path": "src/lib.rs"
          },
          {
            "kind": "BuildScript",
            "name": "build-script-build",
            "path": "build.rs"
          }
        ]
      }
    ],
    "rust_toolchain_file": null
  }
}
)");
}

TEST_CASE("the formatting of the file does not matter to the reader") {
  CHECK(recipe::read("recipe.json", small_document().dump()) == small_recipe());
  CHECK(recipe::read("recipe.json", small_document().dump(7, '\t')) == small_recipe());
}

TEST_CASE("a recipe cut off anywhere is no recipe") {
  const auto text = recipe::write(small_recipe());
  // Without its last character, the newline, it is whole.
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    CAPTURE(length);
    CHECK(read_error(text.substr(0, length)).id() == "recipe-parse");
  }
}

TEST_CASE("a syntax error is placed at the character that cannot stand there") {
  const auto place = [](const std::string& text) {
    const auto error = read_error(text);
    CHECK(error.id() == "recipe-parse");
    CHECK(error.location().file == "dir/recipe.json");
    return std::pair(error.location().line, error.location().column);
  };
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  CHECK(place("") == Place{1, 1});
  CHECK(place("x") == Place{1, 1});
  CHECK(place("{\n  \"larder\": [1,, 2]\n}\n") == Place{2, 16});
  CHECK(place("{\n  \"larder\": tru\n}\n") == Place{2, 16});
  CHECK(place("{\n  \"larder\": 1\n") == Place{3, 1});
  CHECK(place("{}\n{}\n") == Place{2, 1});
  CHECK(read_error("{\n  \"larder\": [1,, 2]\n}\n").location().source_line ==
        "  \"larder\": [1,, 2]");
}

TEST_CASE("text that is not UTF-8 is a syntax error") {
  for (const std::string bytes : {"\xff", "\xc3(", "\xed\xa0\x80", "\xc0\xaf"}) {
    auto text = recipe::write(small_recipe());
    text.insert(text.find("version = 3"), bytes);
    CHECK(read_error(text).id() == "recipe-parse");
  }
}

TEST_CASE("a number that is too large is a syntax error") {
  CHECK(read_error(R"({"larder": {"format": 1e999}})").id() == "recipe-parse");
}

TEST_CASE("many small values are read in a time that grows with their number") {
  std::string objects = "{}";
  for (int i = 0; i < 200000; ++i) objects += ",{}";
  CHECK(read_error("[" + objects + "]").id() == "recipe-format");
}

TEST_CASE("deep nesting is an error, not a crash") {
  CHECK(read_error(std::string(200000, '[')).id() == "recipe-parse");
  CHECK(read_error(std::string(200000, '[') + std::string(200000, ']')).id() == "recipe-format");
}

TEST_CASE("a document without our key and without a skeleton is no recipe") {
  CHECK(read_error("{}").id() == "recipe-format");
  CHECK(read_error("[]").id() == "recipe-format");
  CHECK(read_error("null").id() == "recipe-format");
}

TEST_CASE("another format is refused, whatever else the document holds") {
  CHECK(read_error(with("/larder/format", 3)).id() == "recipe-format");
  CHECK(read_error(with("/larder/format", 0)).id() == "recipe-format");
  CHECK(read_error(R"({"larder": {"format": 99, "commands": {}}})").id() == "recipe-format");
  CHECK(read_error(with("/larder/format", 3)).location().file == "dir/recipe.json");
}

TEST_CASE("every key that is read must be there") {
  for (const std::string pointer : {"/skeleton",
                                    "/skeleton/manifests",
                                    "/skeleton/lock_file",
                                    "/larder/format",
                                    "/larder/root",
                                    "/larder/commands",
                                    "/larder/commands/0/name",
                                    "/larder/commands/0/args",
                                    "/larder/commands/0/cook_args",
                                    "/larder/commands/0/assumes",
                                    "/larder/commands/0/assumes/lto",
                                    "/larder/commands/0/assumes/panic",
                                    "/larder/commands/0/assumes/targets",
                                    "/skeleton/manifests/1/relative_path",
                                    "/skeleton/manifests/1/contents",
                                    "/skeleton/manifests/1/targets",
                                    "/skeleton/manifests/1/targets/0/path",
                                    "/skeleton/manifests/1/targets/0/name",
                                    "/skeleton/manifests/1/targets/0/kind",
                                    "/skeleton/manifests/1/targets/0/kind/Lib/is_proc_macro"}) {
    CAPTURE(pointer);
    const auto error = read_error(without(pointer));
    CHECK(error.id() == "recipe-invalid");
    CHECK(error.location().file == "dir/recipe.json");
  }
}

TEST_CASE("every value must have its type") {
  const std::vector<std::pair<std::string, json>> wrong{
      {"/skeleton", "text"},
      {"/skeleton/manifests", json::object()},
      {"/skeleton/manifests/0", "Cargo.toml"},
      {"/skeleton/lock_file", 3},
      {"/skeleton/lock_file", nullptr},
      {"/skeleton/config_file", json::array()},
      {"/skeleton/rust_toolchain_file", "1.80"},
      {"/skeleton/rust_toolchain_file", json::array({"Bare"})},
      {"/skeleton/rust_toolchain_file", json::array({"Bare", 1})},
      {"/larder", json::array()},
      {"/larder/format", "1"},
      {"/larder/format", 1.0},
      {"/larder/format", -1},
      {"/larder/root", nullptr},
      {"/larder/commands", json::object()},
      {"/larder/commands/0", "build"},
      {"/larder/sources", json::object()},
      {command_pointer + "/name", 1},
      {command_pointer + "/args", "build"},
      {command_pointer + "/args/1", nullptr},
      {command_pointer + "/cook_args", json::object()},
      {command_pointer + "/assumes", "off"},
      {command_pointer + "/assumes/lto", false},
      {command_pointer + "/assumes/targets", -1},
      {command_pointer + "/assumes/targets", 0.5},
      {command_pointer + "/assumes/targets", "1"},
      {second + "/relative_path", 1},
      {second + "/contents", nullptr},
      {second + "/targets", json::object()},
      {second + "/targets/0", "src/lib.rs"},
      {second + "/targets/0/kind", 1},
      {second + "/targets/0/kind/Lib", true},
      {second + "/targets/0/kind/Lib/is_proc_macro", "no"},
  };
  for (const auto& [pointer, value] : wrong) {
    CAPTURE(pointer);
    CHECK(read_error(with(pointer, value)).id() == "recipe-invalid");
  }
}

TEST_CASE("unknown kinds and words are refused") {
  const std::vector<std::pair<std::string, json>> unknown{
      {second + "/targets/0/kind", "Library"},
      {second + "/targets/0/kind", "Lib"},
      {second + "/targets/0/kind", json{{"Bin", {{"is_proc_macro", false}}}}},
      {"/skeleton/rust_toolchain_file", json::array({"Yaml", "channel"})},
      {command_pointer + "/assumes/lto", "thin"},
      {command_pointer + "/assumes/panic", "immediate-abort"},
  };
  for (const auto& [pointer, value] : unknown) {
    CAPTURE(pointer);
    CHECK(read_error(with(pointer, value)).id() == "recipe-invalid");
  }
}

TEST_CASE("a command that cargo would not take is refused") {
  using namespace std::string_literals;
  using Words = std::vector<std::string>;
  for (const Words& words : std::vector<Words>{{},
                                               {"fetch"},
                                               {"clean"},
                                               {"build", "-C", "/app"},
                                               {"build", "--", "--manifest-path=/app/Cargo.toml"},
                                               {"build", "--lockfile-path", "/app/Cargo.lock"},
                                               {"build", "--config", "x=1\0"s},
                                               {"build", "--release", "--profile", "dev"}}) {
    for (const auto* const key : {"/args", "/cook_args"}) {
      CAPTURE(cargo::join_command(words));
      CHECK(read_error(with(command_pointer + key, words)).id() == "recipe-invalid");
    }
  }
}

TEST_CASE("a command is read in its canonical form, without flags about output") {
  const auto text = with(command_pointer + "/args", {"build", "-v", "--profile=release"});
  CHECK(recipe::read("recipe.json", text) == small_recipe());
}

TEST_CASE("a path that leaves its directory is refused") {
  using namespace std::string_literals;
  for (const auto& path :
       {"../Cargo.toml"s, "a/../../Cargo.toml"s, "a/../Cargo.toml"s, "/etc/Cargo.toml"s,
        "a\\Cargo.toml"s, "C:\\Cargo.toml"s, "a\0b/Cargo.toml"s, "./root/Cargo.toml"s,
        "a//Cargo.toml"s, "Cargo.toml/"s, ""s}) {
    CAPTURE(path);
    CHECK(read_error(with(second + "/relative_path", path)).id() == "recipe-invalid");
    CHECK(read_error(with(second + "/targets/0/path", path)).id() == "recipe-invalid");
    CHECK(read_error(with("/larder/root", path)).id() == "recipe-invalid");
  }
}

TEST_CASE("a manifest is named Cargo.toml, occurs once, and the root has one") {
  CHECK(read_error(with(second + "/relative_path", "root/cargo.lock")).id() == "recipe-invalid");
  CHECK(read_error(with(second + "/relative_path", "Cargo.toml")).id() == "recipe-invalid");
  CHECK(read_error(with(manifests + "/-", small_document().at(json::json_pointer(second)))).id() ==
        "recipe-invalid");
  CHECK(read_error(with("/skeleton/manifests/0/relative_path", "a/Cargo.toml")).id() ==
        "recipe-invalid");
  CHECK(read_error(with(manifests, json::array())).id() == "recipe-invalid");
}

TEST_CASE("a key that occurs twice is refused, wherever it stands") {
  for (const std::string line : {"\"format\": 1,", R"("lock_file": "version = 3\n",)",
                                 R"("name": "larder_root",)", "\"is_proc_macro\": false"}) {
    auto text = recipe::write(small_recipe());
    const auto at = text.find(line);
    REQUIRE(at != std::string::npos);
    text.insert(at, line.ends_with(',') ? line : line + ",");
    CHECK(read_error(text).id() == "recipe-invalid");
  }
}

TEST_CASE("a recipe without commands, or by cargo-chef, is open") {
  const auto skeleton = small_recipe().commands[0].skeleton;
  const auto mine = recipe::read("r", with("/larder/commands", json::array()));
  CHECK((mine.commands.empty() && mine.open == skeleton));
  const auto foreign = recipe::read("r", without("/larder"));
  CHECK((foreign.commands.empty() && foreign.open == skeleton));
  CHECK(foreign.root == ".");
}

TEST_CASE("an open recipe is read as it was written") {
  recipe::Recipe open;
  open.open = small_recipe().commands[0].skeleton;
  open.root = "sub";
  open.start_manifest = "a/Cargo.toml";
  CHECK(recipe::read("r", recipe::write(open)) == open);
}

TEST_CASE("a recipe made below the workspace root says so, and is none for an older program") {
  auto recipe = small_recipe();
  recipe.directory = "crates/app";
  const auto text = recipe::write(recipe);
  CHECK(text.find("\"format\": 2") != std::string::npos);
  CHECK(recipe::read("r", text) == recipe);
  CHECK(recipe.root_for("/w/crates/app") == "/w");
  CHECK(recipe.from_directory("crates/app/Cargo.toml") == "Cargo.toml");
  CHECK(recipe.from_directory("target/x") == "../../target/x");
  recipe.root = "sub";
  CHECK(read_error(recipe::write(recipe)).id() == "recipe-invalid");
  recipe.root = ".";
  recipe.directory = "../app";
  CHECK(read_error(recipe::write(recipe)).id() == "recipe-invalid");
}

TEST_CASE(
    "the reason why a skeleton is not merged is read as it was written, and left out where there "
    "is none") {
  auto recipe = small_recipe();
  CHECK(recipe::write(recipe).find("fallback") == std::string::npos);
  recipe.commands[0].unmerged_reason = "a reason";
  CHECK(recipe::read("r", recipe::write(recipe)) == recipe);
}

TEST_CASE("no two commands of a recipe have one name") {
  auto twice = small_recipe();
  twice.commands.push_back(twice.commands[0]);
  CHECK(read_error(recipe::write(twice)).id() == "recipe-invalid");
}

TEST_CASE("a further command brings its own skeleton") {
  auto recipe = small_recipe();
  recipe.commands.push_back(recipe.commands[0]);
  recipe.commands[1].name = "test";
  auto document = json::parse(recipe::write(recipe));
  REQUIRE(document["larder"]["commands"][1].erase("skeleton") == 1);
  CHECK(read_error(document.dump()).id() == "recipe-invalid");
}

TEST_CASE("equal texts have equal digests, others have others") {
  const auto text = recipe::write(small_recipe());
  CHECK(larder::digest(text) == larder::digest(std::string(text)));
  CHECK(larder::digest(text) != larder::digest(text + " "));
  CHECK(larder::digest(text).size() == 16);
}

}  // namespace larder::test
