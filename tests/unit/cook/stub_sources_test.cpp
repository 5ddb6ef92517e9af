#include "larder/cook/stub_sources.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"
#include "larder/base/overlay_tree.hpp"
#include "larder/cook/left_skeleton.hpp"
#include "larder/record/left.hpp"
#include "larder/reduce/tables/mark.hpp"

using namespace larder;
using cargo::TargetKind;

namespace {

reduce::SkeletonTarget target(TargetKind kind, bool is_proc_macro = false) {
  return {"x.rs", kind, "x", is_proc_macro};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string stub(const std::string& manifest, const std::vector<reduce::SkeletonTarget>& targets,
                 cook::Programs programs) {
  const reduce::Skeleton skeleton{{{"p/Cargo.toml", manifest, targets}}, "", {}, {}};
  return cook::stub_files(skeleton, {}, programs).at("p/x.rs");
}

}  // namespace

TEST_CASE("without std programs and linked libraries bring a panic handler, the host's do not") {
  const auto in = [](const std::string& rest, const reduce::SkeletonTarget& target) {
    return stub(rest, {target}, cook::Programs::NoStd);
  };
  for (const auto kind : {TargetKind::Bin, TargetKind::Example}) {
    const auto program = in("", target(kind));
    CHECK(program.starts_with("#![no_std]\n#![no_main]\n"));
    CHECK(has(program, "#[panic_handler]"));
  }
  const auto linked = in("[lib]\ncrate-type = [\"staticlib\"]\n", target(TargetKind::Lib));
  CHECK(linked.starts_with("#![no_std]\n"));
  CHECK_FALSE(has(linked, "no_main"));
  CHECK(has(linked, "#[panic_handler]"));
  const auto plain = in("[lib]\ncrate-type = [\"rlib\"]\n", target(TargetKind::Lib));
  CHECK(plain.starts_with("#![no_std]\n"));
  CHECK_FALSE(has(plain, "#[panic_handler]"));
  CHECK_FALSE(has(in("", target(TargetKind::Lib, true)), "no_std"));
  CHECK(in("", target(TargetKind::BuildScript)).starts_with("fn main() {}\n"));
}

TEST_CASE("every stub reads the marker, from where it lies") {
  for (const auto kind : {TargetKind::Lib, TargetKind::Bin, TargetKind::Test, TargetKind::Bench,
                          TargetKind::Example, TargetKind::BuildScript}) {
    for (const auto programs : {cook::Programs::Std, cook::Programs::NoStd}) {
      CHECK(has(stub("", {target(kind)}, programs), "include_bytes!(\"../.larder/stub-marker\")"));
    }
  }
}

TEST_CASE("one file for a build script and a program fails as the program alone") {
  const auto shared =
      stub("", {target(TargetKind::Bin), target(TargetKind::BuildScript)}, cook::Programs::Std);
  CHECK(has(shared, "starts_with(\"build_script_\")"));
  CHECK(has(shared, "p/x.rs is a stub"));
}

TEST_CASE("sources of a recipe that are no Rust files, or lie with cargo's own, are refused") {
  const auto refused = [](const std::string& manifest, const std::string& source) {
    const reduce::Skeleton skeleton{
        {{manifest, "", {{source, TargetKind::Bin, "x", false}}}}, "", {}, {}};
    return test::error_id_of([&] { cook::stub_files(skeleton, {}); });
  };
  CHECK(refused("Cargo.toml", "Makefile") == "recipe-invalid");
  CHECK(refused("Cargo.toml", ".cargo/x.rs") == "recipe-invalid");
  CHECK(refused("a/.git/Cargo.toml", "x.rs") == "recipe-invalid");
  CHECK(refused("a.rs/Cargo.toml", "b.rs") == "");
  CHECK(refused("Cargo.toml", "Cargo.toml/x.rs") == "recipe-invalid");
  CHECK(refused("Cargo.toml", ".larder/stub-marker/x.rs") == "recipe-invalid");
}

TEST_CASE("manifests that are left are marked, whatever they have") {
  for (const std::string text :
       {"[workspace]\n", "[package]\nname = \"a\"\nmetadata.leptos = { a = 1 }\n",
        "[package]\nname = \"a\"\n\n[workspace]\n"}) {
    CAPTURE(text);
    CHECK_FALSE(reduce::is_marked(cargo::parse_toml("Cargo.toml", text, "manifest-parse")));
    const auto marked = reduce::marked_manifest("Cargo.toml", text);
    CHECK(reduce::is_marked(cargo::parse_toml("Cargo.toml", marked, "manifest-parse")));
  }
}

TEST_CASE("what was left is read as it was written, and nothing that leads elsewhere") {
  const record::LeftFiles files{{"Cargo.toml", "12"}, {"a/src/\"x\".rs", "34"}};
  CHECK(record::read_left(record::write_left(files)) == files);
  CHECK(record::read_left(record::write_left({{"../x", "1"}, {"/x", "2"}, {"a/../../x", "3"}}))
            .empty());
  CHECK(record::read_left("no record").empty());
  CHECK(record::read_left(R"({"format": 1, "files": [1]})").empty());
}

TEST_CASE("lock files are joined without local packages") {
  const std::string source = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
  const auto external = [&](const std::string& name, const std::string& rest) {
    return "\n[[package]]\nname = \"" + name + "\"\nversion = \"1.0.0\"\n" + source + rest;
  };
  const auto local = std::string(
      "\n[[package]]\nname = \"root\"\nversion = \"0.0.0\"\ndependencies = [\n \"a\",\n]\n");
  const auto first = "version = 3\n" + external("a", "") + local;
  const auto second =
      "version = 3\n" + external("a", "dependencies = [\n \"b\",\n]\n") + external("b", "") + local;
  const auto joined = cook::joined_lock_files({first, second});
  const auto parsed = cargo::parse_lockfile("Cargo.lock", joined);
  REQUIRE(parsed.packages.size() == 2);
  CHECK(parsed.packages[cargo::LockId(0)].name == "a");
  CHECK(parsed.packages[cargo::LockId(0)].dependencies ==
        std::vector<cargo::LockId>{cargo::LockId(1)});
  CHECK(cook::joined_lock_files({second, first}) == joined);
}

TEST_CASE("the marker is dated 2100") {
  const test::TemporaryDirectory directory;
  const auto marker = directory / "stub-marker";
  write_file_atomically(marker, "");
  cook::date_stub_marker(marker);
  CHECK(modified(marker) == 4'102'444'800'000'000'000);
}

TEST_CASE("an overlay hides files and adds to directories") {
  const MemoryTree below({{"/a/one", "1"}, {"/a/two", "2"}});
  const OverlayTree tree(below, {{"/a/two", "new"}, {"/a/b/three", "3"}});
  CHECK(tree.read("/a/one") == "1");
  CHECK(tree.read("/a/two") == "new");
  CHECK(tree.is_directory("/a/b"));
  std::string names;
  for (const auto& entry : tree.list("/a")) names += entry.name + " ";
  CHECK(names == "b one two ");
}
