#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/manifest/manifest.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::check_error;
using larder::test::error_of;
using Texts = std::vector<std::string>;

namespace {

/// Targets of a package called my-app in /w, with these files below it.
std::vector<Target> read(const std::string& edition, const Texts& files,
                         const std::string& rest = "") {
  MemoryTree tree;
  for (const auto& file : files) tree.write("/w/" + file, "");
  tree.write("/w/Cargo.toml",
             "[package]\nname = \"my-app\"\nedition = \"" + edition + "\"\n" + rest);
  return read_package(tree, Manifest::load(tree, "/w/Cargo.toml"), [] { return nullptr; }).targets;
}

/// "kind name path" of each.
Texts described(const std::vector<Target>& targets) {
  static const std::map<TargetKind, std::string> kinds{
      {TargetKind::Lib, "lib"},   {TargetKind::Bin, "bin"},     {TargetKind::Example, "example"},
      {TargetKind::Test, "test"}, {TargetKind::Bench, "bench"}, {TargetKind::BuildScript, "build"}};
  Texts out;
  for (const auto& target : targets)
    out.push_back(kinds.at(target.kind) + " " + target.name + " " +
                  path::relative(target.path, "/w"));
  return out;
}

}  // namespace

TEST_CASE("targets are inferred from the places cargo looks in, sorted within each kind") {
  CHECK(
      described(read("2021", {"src/lib.rs", "src/main.rs", "src/bin/z.rs", "src/bin/multi/main.rs",
                              "src/bin/multi/part.rs", "examples/e.rs", "tests/t.rs",
                              "tests/common/mod.rs", "benches/b/main.rs", "build.rs"})) ==
      Texts{"lib my_app src/lib.rs", "bin multi src/bin/multi/main.rs", "bin my-app src/main.rs",
            "bin z src/bin/z.rs", "example e examples/e.rs", "test t tests/t.rs",
            "bench b benches/b/main.rs", "build build-script-build build.rs"});
}

TEST_CASE("dotfiles, other extensions and src/bin.rs are no targets; src/bin/main.rs is one") {
  CHECK(described(read("2021", {"src/bin/main.rs", "src/bin/.hidden.rs", "src/bin/.dir/main.rs",
                                "src/bin/notes.md", "src/bin/data/x.rs", "src/bin.rs",
                                "tests/.t.rs"})) == Texts{"bin main src/bin/main.rs"});
}

TEST_CASE("auto switches turn inference off, kind by kind") {
  const Texts files{"src/lib.rs", "src/main.rs", "examples/e.rs", "tests/t.rs", "benches/b.rs"};
  struct Row {
    std::string key;
    std::string gone;
  };
  for (const auto& row : std::vector<Row>{{"autolib", "lib my_app src/lib.rs"},
                                          {"autobins", "bin my-app src/main.rs"},
                                          {"autoexamples", "example e examples/e.rs"},
                                          {"autotests", "test t tests/t.rs"},
                                          {"autobenches", "bench b benches/b.rs"}}) {
    CAPTURE(row.key);
    auto expected = described(read("2021", files));
    std::erase(expected, row.gone);
    CHECK(described(read("2021", files, row.key + " = false\n")) == expected);
  }
}

TEST_CASE(
    "a section turns inference of its kind off in 2015, not later, unless the switch says so") {
  const Texts files{"src/main.rs", "tests/a.rs", "tests/b.rs"};
  const std::string section = "[[test]]\nname = \"a\"\n";
  const Texts one{"bin my-app src/main.rs", "test a tests/a.rs"};
  const Texts both{"bin my-app src/main.rs", "test a tests/a.rs", "test b tests/b.rs"};
  CHECK(described(read("2015", files, section)) == one);
  CHECK(described(read("2015", files)) == both);
  CHECK(described(read("2015", files, "autotests = true\n" + section)) == both);
  CHECK(described(read("2018", files, section)) == both);
  CHECK(described(read("2018", files, "autotests = false\n" + section)) == one);
}

TEST_CASE("an inferred target gives way to a section that takes its name or its path") {
  CHECK(described(read("2021", {"src/main.rs", "src/bin/x.rs", "other.rs"},
                       "[[bin]]\nname = \"x\"\npath = \"other.rs\"\n")) ==
        Texts{"bin my-app src/main.rs", "bin x other.rs"});
  CHECK(described(read("2021", {"src/main.rs"},
                       "[[bin]]\nname = \"tool\"\npath = \"./src/main.rs\"\n")) ==
        Texts{"bin tool src/main.rs"});
}

TEST_CASE("a section without a path takes the inferred file of its name") {
  CHECK(described(read("2021", {"src/main.rs"}, "[[bin]]\nname = \"my-app\"\n")) ==
        Texts{"bin my-app src/main.rs"});
  CHECK(described(read("2021", {"src/lib.rs", "examples/deep/main.rs"},
                       "[[example]]\nname = \"deep\"\n")) ==
        Texts{"lib my_app src/lib.rs", "example deep examples/deep/main.rs"});
}

TEST_CASE("the old places of edition 2015") {
  CHECK(described(read("2015", {"src/tool.rs"}, "[[bin]]\nname = \"tool\"\n")) ==
        Texts{"bin tool src/tool.rs"});
  CHECK(described(read("2015", {"src/main.rs"}, "[[bin]]\nname = \"tool\"\n")) ==
        Texts{"bin tool src/main.rs"});
  CHECK(described(read("2015", {"src/my_app.rs"}, "[lib]\n")) == Texts{"lib my_app src/my_app.rs"});
  CHECK(described(read("2015", {"src/lib.rs", "src/bench.rs"}, "[[bench]]\nname = \"bench\"\n")) ==
        Texts{"lib my_app src/lib.rs", "bench bench src/bench.rs"});
  // With a library src/tool.rs may be a module of it.
  CHECK(error_of([] {
          read("2015", {"src/lib.rs", "src/tool.rs"}, "[[bin]]\nname = \"tool\"\n");
        }).id() == "manifest-invalid");
}

TEST_CASE("the library section") {
  const auto named =
      read("2021", {"src/lib.rs"}, "[lib]\nname = \"other\"\npath = \"src/x.rs\"\n").at(0);
  CHECK(named.name == "other");
  CHECK(named.path == "/w/src/x.rs");
  CHECK(named.crate_types == Texts{"lib"});
  CHECK(named.doctest);
  CHECK(named.is_linkable());
  const auto shared =
      read("2021", {"src/lib.rs"}, "[lib]\ncrate-type = [\"cdylib\", \"staticlib\"]\n").at(0);
  CHECK(shared.crate_types == Texts{"cdylib", "staticlib"});
  CHECK_FALSE(shared.doctest);
  CHECK_FALSE(shared.is_linkable());
  for (const std::string spelling :
       {"proc-macro = true", "proc_macro = true", "crate-type = [\"proc-macro\"]",
        "crate_type = [\"proc-macro\"]"}) {
    CAPTURE(spelling);
    CHECK(read("2021", {"src/lib.rs"}, "[lib]\n" + spelling + "\n").at(0).is_proc_macro());
  }
}

TEST_CASE("flags of targets, and their defaults by kind") {
  const auto plain =
      read("2021", {"src/lib.rs", "src/main.rs", "examples/e.rs", "tests/t.rs", "benches/b.rs"});
  std::string defaults;
  for (const auto& target : plain)
    defaults += std::string(target.test ? "t" : "-") + (target.bench ? "b" : "-") + " ";
  CHECK(defaults == "tb tb -- t- -b ");
  const auto target = read("2021", {"src/lib.rs", "tests/t.rs"},
                           R"([[test]]
name = "t"
test = false
bench = true
harness = false
required-features = ["x"]
edition = "2018"
[features]
x = []
)")
                          .at(1);
  CHECK_FALSE(target.test);
  CHECK(target.bench);
  CHECK_FALSE(target.harness);
  CHECK(target.required_features == Texts{"x"});
  CHECK(target.edition == "2018");
  const auto example =
      read("2021", {"src/lib.rs", "examples/e.rs"},
           "[[example]]\nname = \"e\"\ncrate-type = [\"staticlib\"]\ntest = true\n")
          .at(1);
  CHECK(example.crate_types == Texts{"staticlib"});
  CHECK(example.test);
}

TEST_CASE("the build script") {
  const auto script = [](const Texts& files, const std::string& key) {
    const auto all = described(read("2021", files, key));
    return all.back().starts_with("build ") ? all.back() : "";
  };
  CHECK(script({"src/lib.rs", "build.rs"}, "") == "build build-script-build build.rs");
  CHECK(script({"src/lib.rs"}, "").empty());
  CHECK(script({"src/lib.rs", "build.rs/x"}, "").empty());
  CHECK(script({"src/lib.rs", "build.rs"}, "build = false\n").empty());
  CHECK(script({"src/lib.rs"}, "build = true\n") == "build build-script-build build.rs");
  CHECK(script({"src/lib.rs"}, "build = \"b/main.rs\"\n") == "build build-script-main b/main.rs");
}

TEST_CASE("targets that cargo rejects are errors at the cause") {
  struct Row {
    std::string edition;
    Texts files;
    std::string rest;
    std::string position;
  };
  for (const auto& row : std::vector<Row>{
           {"2021", {"src/lib.rs"}, "[lib]\nname = \"my-app\"\n", "5:8"},
           {"2021", {"src/main.rs"}, "[lib]\n", "4:1"},
           {"2021", {"src/my_app.rs"}, "[lib]\n", "4:1"},
           {"2021", {"src/lib.rs"}, "[[bin]]\nname = \"x\"\n", "4:1"},
           {"2021", {"src/x.rs"}, "[[bin]]\nname = \"x\"\n", "4:1"},
           {"2021", {"src/main.rs"}, "[[bin]]\npath = \"src/main.rs\"\n", "4:1"},
           {"2021",
            {"src/lib.rs"},
            "[[test]]\nname = \"t\"\npath = \"a\"\n[[test]]\nname = \"t\"\npath = \"b\"\n",
            "7:1"},
           {"2021", {"src/lib.rs"}, "[bin]\nname = \"x\"\n", "4:1"},
           {"2021", {"src/lib.rs"}, "[lib]\ncrate-type = \"lib\"\n", "5:14"},
           {"2021", {"src/lib.rs"}, "autobins = \"no\"\n", "4:12"},
           {"2021", {"src/main.rs", "src/bin/my-app.rs"}, "", "1:1"},
           {"2021", {"src/bin/a.rs", "src/bin/a/main.rs"}, "", "1:1"},
           {"2021", {"src/bin/a.rs", "src/bin/a/main.rs"}, "[[bin]]\nname = \"a\"\n", "4:1"}}) {
    CAPTURE(row.rest);
    CAPTURE(row.files);
    check_error([&] { read(row.edition, row.files, row.rest); }, "manifest-invalid",
                "/w/Cargo.toml", row.position);
  }
}

TEST_CASE("sections that leave nothing to be found keep their order") {
  const std::string rest =
      R"(autotests = false
[[test]]
name = "z"
path = "tests/z.rs"
[[test]]
name = "a"
path = "tests/z.rs"
)";
  CHECK(described(read("2021", {"src/lib.rs"}, rest)) ==
        Texts{"lib my_app src/lib.rs", "test z tests/z.rs", "test a tests/z.rs"});
}

TEST_CASE("a path is taken only by the same components, `.` aside") {
  const auto tests = [](const std::string& path) {
    return read("2021", {"src/lib.rs", "tests/t.rs"},
                "[[test]]\nname = \"x\"\npath = \"" + path + "\"\n")
        .size();
  };
  CHECK(tests("./tests//t.rs") == 2);
  CHECK(tests("tests/../tests/t.rs") == 3);
}

TEST_CASE("a test without a file is no target, and nothing else about it matters") {
  const std::string section = "[[test]]\nname = \"t\"\nedition = \"2014\"\n";
  CHECK(read("2021", {"src/lib.rs"}, section + section).size() == 1);
}

TEST_CASE("a path that is the package's directory keeps a slash") {
  CHECK(read("2021", {}, "[lib]\npath = \".\"\n").at(0).path == "/w/");
}

TEST_CASE("a build script has a file name") {
  for (const std::string path : {"", ".", "..", "a/.."}) {
    CAPTURE(path);
    CHECK(error_of([&] { read("2021", {"src/lib.rs"}, "build = \"" + path + "\"\n"); }).id() ==
          "manifest-invalid");
  }
}
