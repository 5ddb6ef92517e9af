#include "larder/cook/unit_observation.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using namespace larder::cook;
using observe::ImpurityKind;
using observe::Observation;
using observe::Read;
using observe::ReadKind;

namespace {

/// A build script of `a`, in a workspace beside the directory of packages.
struct Ran {
  Ran() {
    root = std::filesystem::canonical(directory.path()).string();
    unit.is_script_run = true;
    unit.package_directory = root + "/src/a";
    unit.call.environment.set("TMPDIR", root + "/tmp");
    places.build_directory = root + "/ws/target";
    places.sysroot = root + "/tool";
    places.out_directory = root + "/ws/target/debug/build/a-1/out";
    places.below = {root + "/ws/target/debug/build/b-1/out"};
    for (const auto* name : {"src/a", "tmp", "ws/target/x86_64-unknown-linux-gnu/debug/build",
                             "ws/target/other", "ws/target/debug/build/a-1/out", "tool/lib"})
      std::filesystem::create_directories(root + "/" + name);
  }
  Judgement judged() const { return judge(unit, observation, places); }
  /// What becomes of one read.
  Judgement read(const std::string& path, ReadKind kind) {
    observation.reads = {{path.starts_with('/') ? path : root + "/" + path, kind}};
    return judged();
  }

  const test::TemporaryDirectory directory;
  std::string root;
  PlannedUnit unit;
  Observation observation;
  UnitPlaces places;
};

}  // namespace

TEST_CASE("of a local package, only the files that the key covers are no conditions") {
  Ran ran;
  ran.unit.is_local = true;
  const std::map<std::string, std::string> sources{{"src/lib.rs", "1"}};
  ran.places.sources = &sources;
  struct Row {
    const char* path;
    ReadKind kind;
    bool counts;
  };
  for (const auto& row : {Row{"src/a/src/lib.rs", ReadKind::Contents, false},
                          Row{"src/a/src/lib.rs", ReadKind::Presence, false},
                          Row{"src/a/src/lib.rs", ReadKind::Link, true},
                          Row{"src/a/src/lib.rs", ReadKind::RealPath, true},
                          Row{"src/a/src", ReadKind::Listing, true},
                          Row{"src/a/nested/file", ReadKind::Contents, true},
                          Row{"src/a/.git/HEAD", ReadKind::Contents, true},
                          Row{"src/a/src/other.rs", ReadKind::Absence, true}}) {
    CAPTURE(row.path);
    CHECK(ran.read(row.path, row.kind).reads.size() == (row.counts ? 1 : 0));
  }
}

TEST_CASE("which reads are conditions") {
  struct Row {
    const char* path;
    ReadKind kind;
    bool counts;
    bool binds = false;
    UnitVerdict verdict = UnitVerdict::Storable;
  };
  const std::vector<Row> rows{
      {"/usr/include/zlib.h", ReadKind::Contents, true},
      {"/usr/local/bin/cc", ReadKind::Absence, true},
      {"other/file", ReadKind::Contents, true},
      // In the key.
      {"src/a/build.rs", ReadKind::Contents, false},
      {"src/a", ReadKind::Listing, false},
      {"src/a/.git/HEAD", ReadKind::Contents, true},
      {"src/a/.cargo-ok", ReadKind::Presence, true},
      {"tool/lib/librustc_driver.so", ReadKind::Contents, false},
      {"tool/lib/rustlib/src/rust/x.rs", ReadKind::Contents, true},
      {"tool/etc/x", ReadKind::Contents, true},
      // In the outputs of units below.
      {"ws/target/debug/build/b-1/out/include/b.h", ReadKind::Contents, false},
      // Its own directory begins empty.
      {"ws/target/debug/build/a-1/out", ReadKind::Listing, false},
      {"ws/target/debug/build/a-1/out/x.o", ReadKind::Absence, false},
      {"ws/target/debug/build/a-1/out/x.o", ReadKind::Contents, false, false,
       UnitVerdict::RanOverOthers},
      {"ws/target/debug/build", ReadKind::Presence, false},
      {"ws/target/debug/build", ReadKind::Listing, false, false, UnitVerdict::ReadsBuildDirectory},
      // A search for a library in the library path.
      {"ws/target/debug", ReadKind::Listing, true},
      {"ws/target/debug/deps", ReadKind::Listing, true},
      {"ws/target/x86_64-unknown-linux-gnu/debug/deps", ReadKind::Listing, true},
      {"ws/target/debug/build/c/0123456789abcdef/out", ReadKind::Listing, true},
      {"ws/target/debug/build/c/0123456789abcdef", ReadKind::Listing, false, false,
       UnitVerdict::ReadsBuildDirectory},
      {"ws/target/other", ReadKind::Listing, false, false, UnitVerdict::ReadsBuildDirectory},
      {"ws/target/debug/examples", ReadKind::Listing, false, false,
       UnitVerdict::ReadsBuildDirectory},
      {"ws/target", ReadKind::Listing, false, false, UnitVerdict::ReadsBuildDirectory},
      {"ws/target/debug/deps/libb.so", ReadKind::Contents, false, false,
       UnitVerdict::ReadsBuildDirectory},
      {"ws/target/.git", ReadKind::Absence, true},
      // Found from there, maybe.
      {"ws/.git", ReadKind::Absence, true, true},
      {"ws/config/x", ReadKind::Contents, true, true},
      {".git", ReadKind::Absence, true, true},
      {"ws", ReadKind::Presence, false},
      {"tmp/x", ReadKind::Absence, true},
      {"/proc/cpuinfo", ReadKind::Contents, true, false, UnitVerdict::ReadsMachine},
      {"/proc/no/such", ReadKind::Absence, true},
      {"/sys", ReadKind::Presence, true}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    Ran ran;
    const auto judgement = ran.read(row.path, row.kind);
    CHECK(judgement.reads.empty() != row.counts);
    CHECK(judgement.is_bound == row.binds);
    CHECK(judgement.verdict == row.verdict);
  }
}

TEST_CASE("which writes speak against a unit") {
  struct Row {
    const char* path;
    bool is_there;
    bool allowed;
  };
  const std::vector<Row> rows{{"ws/target/debug/build/a-1/out/x", true, true},
                              {"ws/target/debug/build/a-1/x", true, false},
                              {"tmp/cc.o", false, true},
                              {"tmp/cc.o", true, true},
                              {"tmp/deep/cc.o", true, false},
                              {"src/a/x", true, false},
                              {"src/a/x", false, true},
                              {"src/a/.git/x", false, false},
                              {"src/a/.cargo-ok", false, false},
                              {"src/b/x", false, false},
                              {"home/cache", true, false}};
  for (const auto& row : rows) {
    CAPTURE(row.path);
    Ran ran;
    const auto path = ran.root + "/" + row.path;
    if (row.is_there) write_file_atomically(path, "");
    ran.observation.writes = {path};
    CHECK((ran.judged().verdict == UnitVerdict::Storable) == row.allowed);
  }
}

TEST_CASE("files created for a while in a package need one that can be written to") {
  Ran ran;
  const auto package = ran.root + "/src/a";
  ran.observation.writes = {package + "/rmetaXYZ", package + "/rmetaXYZ/full.rmeta"};
  const auto judgement = ran.judged();
  CHECK(judgement.verdict == UnitVerdict::Storable);
  REQUIRE_FALSE(judgement.reads.empty());
  CHECK(judgement.reads.front() == Read{package, ReadKind::Writability});
  // What a local package's key leaves out may have been there before.
  const std::map<std::string, std::string> sources;
  ran.places.sources = &sources;
  CHECK(ran.judged().verdict == UnitVerdict::WritesOutside);
}

TEST_CASE("where it may write is a condition, whatever the key covers") {
  Ran ran;
  write_file_atomically(ran.root + "/src/a/there", "");
  struct Row {
    const char* path;
    const char* condition;
  };
  for (const auto& row :
       {Row{"src/a/there", "src/a/there"}, Row{"src/a/new", "src/a"}, Row{"src/a/x/new", "src/a"},
        Row{"tool/lib/new", "tool/lib"}, Row{"home/new", ""}}) {
    CAPTURE(row.path);
    const auto judgement = ran.read(row.path, ReadKind::Writability);
    const auto expected = *row.condition == '\0' ? ran.root : ran.root + "/" + row.condition;
    CHECK(judgement.reads == std::vector<Read>{{expected, ReadKind::Writability}});
  }
  for (const auto kind : {ReadKind::Writability, ReadKind::Replaceability}) {
    const auto judgement = ran.read("ws/target/debug/build/a-1/out/x", kind);
    CHECK(judgement.verdict == UnitVerdict::Storable);
    CHECK(judgement.reads.empty());
  }
  CHECK(ran.read("ws/target/debug/x", ReadKind::Replaceability).verdict ==
        UnitVerdict::ReadsBuildDirectory);
}

TEST_CASE("what failed in a package for a reason that is not there any more") {
  Ran ran;
  CHECK(ran.read("src/a/new", ReadKind::Presence).verdict == UnitVerdict::Changed);
  CHECK(ran.read("src/a/new", ReadKind::Absence).verdict == UnitVerdict::Storable);
  ran.observation.reads = {{ran.root + "/src/a/new", ReadKind::Presence},
                           {ran.root + "/src/a/new", ReadKind::Writability}};
  CHECK(ran.judged().verdict == UnitVerdict::Storable);
  write_file_atomically(ran.root + "/src/a/there", "");
  CHECK(ran.read("src/a/there", ReadKind::Presence).verdict == UnitVerdict::Storable);
}

TEST_CASE("a file that is left in the directory for temporary files") {
  Ran ran;
  const auto left = ran.root + "/tmp/left";
  write_file_atomically(left, "a");
  ran.observation.writes = {left};
  const auto judgement = ran.judged();
  CHECK(judgement.verdict == UnitVerdict::Storable);
  CHECK(judgement.left == std::vector<std::string>{left});
  CHECK(judgement.reads == std::vector<Read>{{left, ReadKind::Replaceability}});
  CHECK(ran.read("tmp/left", ReadKind::Replaceability).left == std::vector<std::string>{left});
  for (const auto kind : {ReadKind::Absence, ReadKind::Presence, ReadKind::Contents})
    CHECK(ran.read("tmp/left", kind).verdict == UnitVerdict::WritesOutside);
  ran.observation.reads.clear();
  // A macro, a directory, a link, and a file with two names.
  ran.unit.is_script_run = false;
  CHECK(ran.judged().verdict == UnitVerdict::WritesOutside);
  ran.unit.is_script_run = true;
  std::filesystem::create_hard_link(left, ran.root + "/tmp/second");
  CHECK(ran.judged().verdict == UnitVerdict::WritesOutside);
  std::filesystem::remove(ran.root + "/tmp/second");
  std::filesystem::create_directories(ran.root + "/tmp/deep");
  write_file_atomically(ran.root + "/tmp/deep/left", "");
  std::filesystem::create_symlink("left", ran.root + "/tmp/link");
  for (const auto* name : {"deep", "deep/left", "link"}) {
    CAPTURE(name);
    ran.observation.writes = {ran.root + "/tmp/" + name};
    CHECK(ran.judged().verdict == UnitVerdict::WritesOutside);
  }
}

TEST_CASE("what a rustc leaves, and what it is compiled against") {
  Ran ran;
  ran.unit.is_script_run = false;
  ran.places.out_directory.clear();
  const auto deps = ran.root + "/ws/target/debug/deps";
  ran.observation.unit.arguments = {"rustc", "--out-dir", deps, "-L", "dependency=" + deps};
  ran.places.outputs = {deps + "/liba-1.rlib"};
  ran.observation.writes = {deps + "/liba-1.rlib", deps + "/rmetaXYZ/full.rmeta"};
  ran.observation.reads = {{deps, ReadKind::Listing}, {deps + "/libb-2.rmeta", ReadKind::Contents}};
  CHECK(ran.judged().verdict == UnitVerdict::Storable);
  CHECK(ran.judged().reads.empty());
  CHECK_FALSE(ran.judged().reads_all_variables);
  ran.observation.environment_readers = {"/usr/bin/x86_64-linux-gnu-gcc-12",
                                         "/lib/x86_64-linux-gnu/libbfd-2.40-system.so"};
  CHECK_FALSE(ran.judged().reads_all_variables);
  ran.observation.environment_readers = {deps + "/libmacros-3.so"};
  CHECK(ran.judged().reads_all_variables);
  ran.observation.environment_readers = {"/usr/bin/dash"};
  CHECK(ran.judged().reads_all_variables);
  write_file_atomically(deps + "/other", "");
  ran.observation.writes.push_back(deps + "/other");
  CHECK(ran.judged().verdict == UnitVerdict::WritesOutside);
}

TEST_CASE("acts that no later run can be told from") {
  const std::vector<std::pair<ImpurityKind, UnitVerdict>> rows{
      {ImpurityKind::Date, UnitVerdict::AsksForDate},
      {ImpurityKind::Network, UnitVerdict::UsesNetwork},
      {ImpurityKind::LocalSocket, UnitVerdict::RunsUnobserved},
      {ImpurityKind::UnobservedProgram, UnitVerdict::RunsUnobserved},
      {ImpurityKind::UnobservedCall, UnitVerdict::RunsUnobserved},
      {ImpurityKind::LeftRunning, UnitVerdict::LeavesRunning},
      {ImpurityKind::LogIncomplete, UnitVerdict::NotObserved}};
  for (const auto& [kind, verdict] : rows) {
    CAPTURE(reason_of(verdict));
    Ran ran;
    ran.observation.impurities = {{kind, ""}};
    CHECK(ran.judged().verdict == verdict);
  }
}

TEST_CASE("a build directory that is called by another name is the same") {
  Ran ran;
  std::filesystem::create_directory_symlink(ran.root + "/ws/target", ran.root + "/link");
  ran.places.build_directory = ran.root + "/link";
  ran.places.out_directory = ran.root + "/link/debug/build/a-1/out";
  ran.observation.writes = {ran.root + "/ws/target/debug/build/a-1/out/x"};
  CHECK(ran.judged().verdict == UnitVerdict::Storable);
  const auto judgement = ran.read("ws/target/x", ReadKind::Absence);
  CHECK(judgement.reads == std::vector<Read>{{ran.root + "/link/x", ReadKind::Absence}});
}

TEST_CASE("logs are found by cargo's names of units, and only where there is one") {
  Observation rustc;
  rustc.unit.arguments = {"rustc", "-C", "extra-filename=-0000000000000001"};
  Observation script;
  script.unit.kind = observe::UnitKind::BuildScript;
  script.unit.out_dir = "/t/debug/build/a-0000000000000002/out";
  auto again = script;
  again.unit.out_dir = "/t/debug/build/a/0000000000000003/out";
  const UnitLogs logs({rustc, script, again, again});
  PlannedUnit unit;
  unit.note.hash = "0000000000000001";
  CHECK(logs.of(unit) != nullptr);
  unit.is_script_run = true;
  CHECK(logs.of(unit) == nullptr);
  unit.note.hash = "0000000000000002";
  CHECK(logs.of(unit) != nullptr);
  unit.note.hash = "0000000000000003";
  CHECK(logs.of(unit) == nullptr);
}
