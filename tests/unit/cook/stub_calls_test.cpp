#include "larder/cook/stub_calls.hpp"

#include <doctest/doctest.h>

#include "larder/base/files.hpp"

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"

using namespace larder;
using namespace larder::cook;

TEST_CASE("a call is read as it was noted, whatever is in its words") {
  const test::TemporaryDirectory directory;
  StubbedCall call{{"rustc", "", "a=b", "two\nlines", "--cfg", "feature=\"x\""}, {}};
  call.environment.set("EMPTY", "");
  call.environment.set("EQUALS", "a=b=c");
  call.environment.set("LINES", "a\nb");
  const auto file = directory / "calls";
  const StubbedCall bare{{"build-script-build"}, {}};
  CHECK(test::error_id_of([&] { note_call(file, call); }) == "file-write");
  write_file_atomically(file, "");
  for (const auto& each : {call, bare, call}) note_call(file, each);
  const auto read = read_calls(file);
  REQUIRE(read.size() == 3);
  for (const auto i : {0U, 2U}) {
    CHECK(read[i].arguments == call.arguments);
    CHECK(read[i].environment.variables() == call.environment.variables());
  }
  CHECK(read[1].arguments == bare.arguments);
  CHECK(read[1].environment.variables().empty());
  CHECK(read_calls(directory / "none").empty());
}

TEST_CASE("options are found in both of their forms") {
  const StubbedCall call{
      {"rustc", "--crate-name", "a", "-C", "extra-filename=-1f", "-Clinker=lld", "--out-dir=/t"},
      {}};
  CHECK(call.option("crate-name") == "a");
  CHECK(call.option("out-dir") == "/t");
  CHECK(call.option("target") == "");
  CHECK(call.codegen("extra-filename") == "-1f");
  CHECK(call.codegen("linker") == "lld");
  CHECK(call.codegen("link") == "");
}

TEST_CASE("cargo's name of a unit, for rustc and for a build script, in both layouts") {
  struct Row {
    std::vector<std::string> arguments;
    const char* out_dir;
    const char* hash;
  };
  const std::vector<Row> rows{
      {{"rustc", "-C", "extra-filename=-0000000000000001"}, "", "0000000000000001"},
      // The package has a build script, which is another unit.
      {{"rustc", "-C", "extra-filename=-0000000000000001"},
       "/t/debug/build/a-0000000000000002/out",
       "0000000000000001"},
      {{"rustc", "--out-dir", "/t/debug/build/a/0000000000000003/out"}, "", "0000000000000003"},
      {{"/t/build-script-build"}, "/t/debug/build/a-b-0000000000000004/out", "0000000000000004"},
      {{"/t/build-script-build"}, "/t/debug/build/a-b/0000000000000005/out", "0000000000000005"},
      {{"/t/build-script-build"}, "", ""}};
  for (const auto& row : rows) {
    CAPTURE(row.hash);
    StubbedCall call{row.arguments, {}};
    if (*row.out_dir != '\0') call.environment.set("OUT_DIR", row.out_dir);
    CHECK(call.unit_hash() == row.hash);
  }
}
