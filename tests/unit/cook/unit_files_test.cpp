#include "larder/cook/unit_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using namespace larder::cook;

namespace {

PlannedUnit unit_at(const std::string& directory, const std::string& unit) {
  PlannedUnit out;
  out.note.directory = directory;
  out.note.unit = unit;
  out.note.package = "a";
  out.note.hash = "0123456789abcdef";
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("what rustc says that it read") {
  // Written by rustc 1.95 for a crate in "/a b" that asks for four variables.
  const auto read = parse_dep_info(R"(/t/deps/liba-1.rlib: /a\ b/src/lib.rs /a\ b/src/x.txt

/t/deps/a-1.d: /a\ b/src/lib.rs /a\ b/src/x.txt

/a\ b/src/lib.rs:
/a\ b/src/x.txt:

# env-dep:SET=a b
# env-dep:UNSET
# env-dep:EMPTY=
# env-dep:ODD=back\\slash\nand = line
)");
  CHECK(read.files == Names{"/a b/src/lib.rs", "/a b/src/x.txt"});
  CHECK(read.variables ==
        std::map<std::string, std::optional<std::string>>{{"SET", "a b"},
                                                          {"UNSET", std::nullopt},
                                                          {"EMPTY", ""},
                                                          {"ODD", "back\\slash\nand = line"}});
  CHECK(parse_dep_info("").files.empty());
  CHECK(parse_dep_info("no such text").variables.empty());
}

TEST_CASE("the files of a unit, in both of cargo's layouts") {
  struct Row {
    const char* what;
    PlannedUnit unit;
    Names present, outputs, notes;
  };
  const std::string hash = "0123456789abcdef";
  const auto old = "debug/.fingerprint/a-" + hash;
  const auto now = "debug/build/a/" + hash;
  const std::vector<Row> rows{
      {"a library",
       unit_at(old, "lib-a"),
       {"debug/deps/liba-" + hash + ".rlib", "debug/deps/liba-" + hash + ".rmeta",
        "debug/deps/a-" + hash + ".d", "debug/deps/a-" + hash + ".a.1-cgu.0.rcgu.dwo",
        "debug/deps/libb-fedcba9876543210.rlib", "debug/deps/liba-" + hash + "0.rlib",
        old + "/lib-a", old + "/invoked.timestamp"},
       {"debug/deps/a-" + hash + ".a.1-cgu.0.rcgu.dwo", "debug/deps/liba-" + hash + ".rlib",
        "debug/deps/liba-" + hash + ".rmeta"},
       {old + "/lib-a"}},
      {"a build script",
       unit_at(old, "build-script-build-script-build"),
       {"debug/build/a-" + hash + "/build-script-build",
        "debug/build/a-" + hash + "/build_script_build-" + hash,
        "debug/build/a-" + hash + "/build_script_build-" + hash + ".d",
        old + "/build-script-build-script-build"},
       {"debug/build/a-" + hash + "/build-script-build",
        "debug/build/a-" + hash + "/build_script_build-" + hash},
       {old + "/build-script-build-script-build"}},
      {"the new layout",
       unit_at(now + "/fingerprint", "lib-a"),
       {now + "/out/liba-" + hash + ".rlib", now + "/out/a-" + hash + ".d",
        now + "/fingerprint/lib-a", now + "/fingerprint/invoked.timestamp"},
       {now + "/out/liba-" + hash + ".rlib"},
       {now + "/fingerprint/lib-a"}}};
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const test::TemporaryDirectory directory;
    for (const auto& file : row.present) write_file_atomically(directory / file, "/x:\n");
    const UnitDirectory units(directory.path());
    const auto files = units.files_of(row.unit);
    CHECK(files.outputs == row.outputs);
    CHECK(files.notes == row.notes);
    CHECK(units.has(row.unit));
    REQUIRE(units.dep_info_of(row.unit));
    CHECK(units.dep_info_of(row.unit)->files == Names{"/x"});
  }
  const test::TemporaryDirectory empty;
  CHECK_FALSE(UnitDirectory(empty.path()).has(rows[0].unit));
  CHECK_FALSE(UnitDirectory(empty.path()).dep_info_of(rows[0].unit));
  CHECK(UnitDirectory(empty.path()).started(rows[0].unit) == 0);
}

TEST_CASE("what a build script tells cargo") {
  const auto told = parse_script_output(
      "cargo:rerun-if-changed=build.rs\ncargo::rerun-if-changed=a b\r\n  cargo:rustc-env=A=b=c\n"
      "cargo::rustc-env=EMPTY=\ncargo:rustc-cfg=x\nnot cargo:rerun-if-changed=x\n"
      "cargo:rerun-if-env-changed=CC\n");
  CHECK(told.rerun_paths == Names{"build.rs", "a b"});
  CHECK(told.variables == std::map<std::string, std::string>{{"A", "b=c"}, {"EMPTY", ""}});
  CHECK(told.names_variables);
  CHECK(parse_script_output("").rerun_paths.empty());
  CHECK_FALSE(parse_script_output("cargo:rerun-if-changed=x\n").names_variables);
}

TEST_CASE("the files of a build script's run, in both of cargo's layouts") {
  const std::string hash = "0123456789abcdef";
  struct Row {
    std::string notes, run, out, printed;
  };
  const std::vector<Row> rows{
      {"debug/.fingerprint/a-" + hash, "debug/build/a-" + hash, "debug/build/a-" + hash + "/out",
       "output"},
      {"debug/build/a/" + hash + "/fingerprint", "debug/build/a/" + hash + "/run",
       "debug/build/a/" + hash + "/out", "stdout"}};
  for (const auto& row : rows) {
    CAPTURE(row.notes);
    auto unit = unit_at(row.notes, "run-build-script-build-script-build");
    unit.is_script_run = true;
    const test::TemporaryDirectory directory;
    for (const auto& file : {row.notes + "/" + unit.note.unit, row.run + "/" + row.printed,
                             row.run + "/root-output", row.run + "/stderr", row.out + "/x.rs",
                             row.out + "/include/z.h", row.run + "/invoked.timestamp"})
      write_file_atomically(directory / file, "");
    make_directories(directory / (row.out + "/empty/below"));
    const UnitDirectory units(directory.path());
    auto files = units.files_of(unit);
    Names expected{row.out + "/include/z.h", row.out + "/x.rs", row.run + "/" + row.printed};
    std::sort(expected.begin(), expected.end());
    CHECK(files.outputs == expected);
    CHECK(files.empty_directories == Names{row.out + "/empty/below"});
    CHECK(files.notes == Names{row.notes + "/" + unit.note.unit});
    CHECK_FALSE(files.has_special);
    CHECK(UnitDirectory::out_directory_of(unit) == row.out);
    CHECK(UnitDirectory::root_output_of(unit) == row.run + "/root-output");
    CHECK(units.started(unit) > 0);
    std::filesystem::create_symlink("x.rs", directory / (row.out + "/link"));
    CHECK(units.files_of(unit).has_special);
  }
}
