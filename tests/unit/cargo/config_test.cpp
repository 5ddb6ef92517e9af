#include "larder/cargo/config/config.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::check_error;
using Texts = std::vector<std::string>;
using larder::test::error_of;

namespace {

std::vector<std::string> file_names(const Config& config) {
  std::vector<std::string> out;
  for (const auto& file : config.files()) out.push_back(file.file);
  return out;
}

const MemoryTree three_files({
    {"/home/.cargo/config.toml",
     "[build]\njobs = 3\nrustflags = [\"home\"]\n[net]\noffline = true\n"},
    {"/w/.cargo/config.toml",
     R"([build]
jobs = 2
rustflags = ["root"]
target-dir = "out"
[env]
A = "root"
)"},
    {"/w/a/.cargo/config.toml", "[build]\njobs = 1\nrustflags = [\"near\"]\n[env]\nB = \"near\"\n"},
});

}  // namespace

TEST_CASE("config files are read nearest first, up to the last directory, then the home") {
  CHECK(file_names(Config::load(three_files, "/w/a", "", "/home/.cargo")) ==
        std::vector<std::string>{"/w/a/.cargo/config.toml", "/w/.cargo/config.toml",
                                 "/home/.cargo/config.toml"});
  CHECK(file_names(Config::load(three_files, "/w/a", "/w/a", "")) ==
        std::vector<std::string>{"/w/a/.cargo/config.toml"});
  CHECK(file_names(Config::load(three_files, "/w", "", "")) ==
        std::vector<std::string>{"/w/.cargo/config.toml"});
}

TEST_CASE("the file of a home that lies above the directory is read once") {
  const auto tree = test::tree_of({{"/h/.cargo/config.toml", "[build]\nrustflags = [\"x\"]\n"}});
  CHECK(Config::load(tree, "/h/project", "", "/h/.cargo").files().size() == 1);
}

TEST_CASE("of two names in one directory the one without an extension is read") {
  const auto tree =
      test::tree_of({{"/w/.cargo/config", "a = 1\n"}, {"/w/.cargo/config.toml", "a = 2\n"}});
  const auto config = Config::load(tree, "/w", "", "");
  CHECK(file_names(config) == std::vector<std::string>{"/w/.cargo/config"});
}

TEST_CASE("a key is found in the nearest file that has it") {
  const auto config = Config::load(three_files, "/w/a", "", "/home/.cargo");
  CHECK(*config.find({"build", "jobs"})->value().integer() == 1);
  CHECK(config.find({"build", "target-dir"})->as_string() == "out");
  CHECK(config.find({"env", "A"})->as_string() == "root");
  CHECK_FALSE(config.find({"build", "rustc"}));
  CHECK(test::error_id_of([&] { config.find({"build", "jobs", "deeper"}); }) == "config-parse");
}

TEST_CASE("merging joins tables and arrays, the nearer items last, and lets the nearer value win") {
  const auto merged = Config::load(three_files, "/w/a", "", "/home/.cargo").merged();
  CHECK(toml_document(merged) ==
        R"([build]
jobs = 1
rustflags = ["home", "root", "near"]
target-dir = "out"

[env]
A = "root"
B = "near"

[net]
offline = true
)");
}

TEST_CASE("included files stand behind the one that includes them, the last first") {
  const auto tree = test::tree_of(
      {{"/w/.cargo/config.toml",
        R"(include = ["one.toml", { path = "../two.toml" }, { path = "no.toml", optional = true }]
[env]
A = "own"
)"},
       {"/w/.cargo/one.toml", "[env]\nA = \"1\"\nB = \"1\"\nC = \"1\"\n"},
       {"/w/two.toml", "include = [\"three.toml\"]\n[env]\nB = \"2\"\n"},
       {"/w/three.toml", "[env]\nB = \"3\"\nC = \"3\"\n"}});
  const auto config = Config::load(tree, "/w", "", "");
  CHECK(config.find({"env", "A"})->as_string() == "own");
  CHECK(config.find({"env", "B"})->as_string() == "2");
  CHECK(config.find({"env", "C"})->as_string() == "3");
  CHECK_FALSE(config.merged().contains("include"));
}

TEST_CASE("includes that cargo refuses") {
  struct Row {
    std::string include;
    std::string position;
  };
  for (const auto& row : std::vector<Row>{{"\"x.toml\"", "1:11"},
                                          {"[\"no.toml\"]", "1:12"},
                                          {"[\"x.conf\"]", "1:12"},
                                          {"[\"*.toml\"]", "1:12"},
                                          {"[{ optional = true }]", "1:12"},
                                          {"[1]", "1:12"},
                                          {"[\"config.toml\"]", "0:0"}}) {
    CAPTURE(row.include);
    const auto tree = test::tree_of(
        {{"/w/.cargo/config.toml", "include = " + row.include + "\n"}, {"/w/.cargo/x.toml", ""}});
    const auto error = error_of([&] { Config::load(tree, "/w", "", ""); });
    CHECK(error.id() == "config-parse");
    CHECK(test::position_of(error) == row.position);
  }
}

TEST_CASE("some arrays are replaced, and a key is of one kind in all files") {
  const auto merged = [](const std::string& near, const std::string& far) {
    const auto tree =
        test::tree_of({{"/w/.cargo/config.toml", near}, {"/.cargo/config.toml", far}});
    return Config::load(tree, "/w", "", "").merged();
  };
  const auto runner = merged("[target.x]\nrunner = [\"a\"]\n", "[target.x]\nrunner = [\"b\"]\n");
  CHECK(runner.at("target").find("x")->find("runner")->array()->size() == 1);
  const auto error =
      error_of([&] { merged("[alias]\nb = \"build\"\n", "[alias]\nb = [\"c\"]\n"); });
  CHECK(error.id() == "config-parse");
  CHECK(error.location().file == "/.cargo/config.toml");
}

TEST_CASE("CARGO_HOME, else .cargo in HOME") {
  CHECK(cargo_home("/w", test::environment_of({{"CARGO_HOME", "c"}, {"HOME", "/h"}})) == "/w/c");
  CHECK(cargo_home("/w", test::environment_of({{"HOME", "/h"}})) == "/h/.cargo");
  CHECK(cargo_home("/w", {}).empty());
}

TEST_CASE("a path in a config file starts at the directory that holds .cargo") {
  const auto config = Config::load(three_files, "/w/a", "", "");
  const auto value = config.find({"build", "target-dir"});
  REQUIRE(value);
  CHECK(config_base(value->document()) == "/w");
  CHECK(config_path(*value) == "/w/out");
}

TEST_CASE("a config file that is not TOML is an error with its position") {
  const auto tree = test::tree_of({{"/w/.cargo/config.toml", "[build]\njobs = \n"}});
  const auto error = error_of([&] { Config::load(tree, "/w", "", ""); });
  CHECK(error.id() == "config-parse");
  CHECK(error.location().file == "/w/.cargo/config.toml");
  CHECK(error.location().line == 2);
}

TEST_CASE("a toolchain file of either form gives channel and canonical contents") {
  struct Row {
    std::string name;
    std::string text;
    std::string channel;
    std::string contents;
  };
  for (const auto& row :
       std::vector<Row>{{"rust-toolchain", "  1.80.0 \n\n", "1.80.0", "1.80.0\n"},
                        {"rust-toolchain", "[toolchain]\nchannel = \"nightly\"\n", "nightly",
                         "[toolchain]\nchannel = \"nightly\"\n"},
                        {"rust-toolchain.toml",
                         R"(# why
[toolchain]
targets = ["b", "a"]
 channel="1.80" # x
components = ["rustfmt", "clippy"]
)",
                         "1.80",
                         R"([toolchain]
channel = "1.80"
components = ["clippy", "rustfmt"]
targets = ["a", "b"]
)"},
                        {"rust-toolchain.toml", "[toolchain]\nprofile = \"minimal\"\n", "",
                         "[toolchain]\nprofile = \"minimal\"\n"}}) {
    CAPTURE(row.text);
    const auto tree = test::tree_of({{"/w/" + row.name, row.text}});
    const auto file = find_toolchain_file(tree, "/w/a", "/w");
    REQUIRE(file);
    CHECK(file->name == row.name);
    CHECK(file->path == "/w/" + row.name);
    CHECK(file->channel == row.channel);
    CHECK(file->contents == row.contents);
  }
}

TEST_CASE(
    "the nearest toolchain file counts, without an extension first, and none above the last") {
  auto tree = test::tree_of({{"/rust-toolchain", "outside\n"}, {"/w/rust-toolchain", "root\n"}});
  CHECK(find_toolchain_file(tree, "/w/a", "/w")->channel == "root");
  tree.write("/w/a/rust-toolchain.toml", "[toolchain]\nchannel = \"near\"\n");
  CHECK(find_toolchain_file(tree, "/w/a", "/w")->channel == "near");
  tree.write("/w/a/rust-toolchain", "bare\n");
  CHECK(find_toolchain_file(tree, "/w/a", "/w")->channel == "bare");
  CHECK_FALSE(find_toolchain_file(tree, "/x", "/x"));
}

TEST_CASE("toolchain files that cannot be carried are errors") {
  struct Row {
    std::string name;
    std::string text;
    std::string position;
  };
  for (const auto& row :
       std::vector<Row>{{"rust-toolchain", "  \n", "0:0"},
                        {"rust-toolchain.toml", "1.80.0\n", "1:7"},
                        {"rust-toolchain.toml", "[other]\n", "0:0"},
                        {"rust-toolchain.toml", "[toolchain]\npath = \"/opt/rust\"\n", "2:8"},
                        {"rust-toolchain.toml", "[toolchain]\nchannel = 1\n", "2:11"}}) {
    CAPTURE(row.text);
    const auto tree = test::tree_of({{"/w/" + row.name, row.text}});
    check_error([&] { (void)find_toolchain_file(tree, "/w", "/w"); }, "toolchain-file",
                "/w/" + row.name, row.position);
  }
}

TEST_CASE("paths of an included file start two parts above its name as the include gives it") {
  const auto tree = test::tree_of({{"/w/.cargo/config.toml", "include = [\"../more.toml\"]\n"},
                                   {"/w/more.toml", "[build]\ntarget-dir = \"out\"\n"}});
  const auto config = Config::load(tree, "/w", "", "");
  CHECK(config_path(*config.find({"build", "target-dir"})) == "/w/.cargo/out");
}

TEST_CASE("of --config flags the last wins, and all win over files") {
  const auto tree = test::tree_of({{"/w/.cargo/config.toml", "[a]\nx = 1\ny = [1]\n"},
                                   {"/w/f.toml", "include = [\"g.toml\"]\na.x = 2\na.y = [2]\n"},
                                   {"/w/g.toml", "a.x = 3\na.z = 3\n"}});
  const auto merged = [&](const Texts& arguments) {
    const auto files = Config::load(tree, "/w", "", "");
    return config_arguments(files.below(Config::of_arguments(tree, "/w", arguments)).merged());
  };
  CHECK(merged({}) == Texts{"a.x=1", "a.y=[1]"});
  CHECK(merged({"a.x=5", "a.y=[5]"}) == Texts{"a.x=5", "a.y=[1, 5]"});
  CHECK(merged({"f.toml"}) == Texts{"a.x=2", "a.y=[1, 2]", "a.z=3"});
  CHECK(merged({"f.toml", "a.x=5"}) == Texts{"a.x=5", "a.y=[1, 2]", "a.z=3"});
  CHECK(merged({"a.x=5", "f.toml"}) == Texts{"a.x=2", "a.y=[1, 2]", "a.z=3"});
}

TEST_CASE("a table is one --config argument for each value in it") {
  const auto table = parse_toml("f", "[t.'cfg(a)']\nf = [\"x\"]\n[b]\nc = 'd \"'\n[empty]\n", "e");
  CHECK(config_arguments(*table.root.table()) ==
        Texts{"b.c=\"d \\\"\"", R"x(t."cfg(a)".f=["x"])x"});
}

TEST_CASE("--config is KEY=VALUE or a file without relative paths") {
  const auto id = [](const std::string& argument, const std::string& file) {
    const auto tree = test::tree_of({{"/w/f.toml", file}});
    return test::error_id_of([&] { Config::of_arguments(tree, "/w", {argument}); });
  };
  CHECK(id("nothing", "") == "command-invalid");
  CHECK(id("a=1\nb=2", "") == "command-invalid");
  CHECK(id("", "") == "command-invalid");
  CHECK(id("f.toml", "a = \n") == "config-parse");
  for (const std::string text :
       {"target.x.linker = 'a/b'", "source.v.directory = 'vendor'", "build.target = 'x.json'",
        "env.A = { value = 'x', relative = true }", "patch.crates-io.a.path = 'a'"}) {
    CAPTURE(text);
    CHECK(id("f.toml", text) == "command-unsupported");
  }
  const auto tree =
      test::tree_of({{"/w/f.toml", "target.x.linker = 'clang'\nbuild.rustc = '/r'\n"}});
  CHECK(Config::of_arguments(tree, "/w", {"f.toml"}).files().size() == 1);
}

TEST_CASE("a relative path in KEY=VALUE starts where cargo runs") {
  const auto config = Config::of_arguments(MemoryTree(), "/w/a", {"build.target-dir='t'"});
  CHECK(config_path(*config.find({"build", "target-dir"})) == "/w/a/t");
}
