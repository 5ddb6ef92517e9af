#include "larder/cook/unit_plan.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace larder;
using namespace larder::cook;

namespace {

/// A dry run put together unit by unit. A unit's value is 8 times its number in hexadecimal, as
/// cargo's JSON and file say it.
class PlannedRun {
 public:
  /// `unit` is cargo's name of kind and target; the dependencies are numbers of units before.
  PlannedRun& add(const std::string& package, const std::string& unit,
                  const std::vector<int>& dependencies = {}, const std::string& type = "lib",
                  const std::vector<std::string>& flags = {}) {
    const int number = ++count_;
    const auto hash = fmt::format("{:016x}", number);
    std::string json;
    for (const int below : dependencies)
      json += fmt::format("{}[1,\"x\",false,{}]", json.empty() ? "" : ",", value_of(below));
    run_.after.push_back({"debug/.fingerprint/" + package + "-" + hash, package, hash, unit,
                          "{\"deps\":[" + json + "]}", fmt::format("{:02x}00000000000000", number),
                          0});
    if (unit.starts_with("run-")) {
      StubbedCall call{{"/t/build-script-build"}, {}};
      call.environment.set("OUT_DIR", "/t/debug/build/" + package + "-" + hash + "/out");
      run_.calls.push_back(call);
      return *this;
    }
    StubbedCall call{{"rustc", "--crate-name", package, "--crate-type", type, "-C",
                      "extra-filename=-" + hash, "-L", "dependency=/t/debug/deps"},
                     {}};
    call.arguments.insert(call.arguments.end(), flags.begin(), flags.end());
    call.environment.set("CARGO_PKG_NAME", package);
    call.environment.set("CARGO_PKG_VERSION", "1.0.0");
    call.environment.set("CARGO_MANIFEST_DIR", "/src/" + package);
    run_.calls.push_back(call);
    return *this;
  }

  DryRun& run() { return run_; }
  cargo::Lockfile lock() const { return cargo::parse_lockfile("Cargo.lock", lock_text); }
  PlannedRun() { run_.copied_to = "/t"; }

  /// "a: storable" by package and unit.
  std::map<std::string, UnitVerdict> verdicts() const {
    std::map<std::string, UnitVerdict> out;
    for (const auto& unit : make_unit_plan(run_, lock(), LocalUnits::LeaveOut).units)
      out[unit.note.package + " " + unit.note.unit] = unit.verdict;
    return out;
  }

  std::map<std::string, bool> observed() const {
    std::map<std::string, bool> out;
    for (const auto& unit : make_unit_plan(run_, lock(), LocalUnits::LeaveOut).units)
      out[unit.note.package + " " + unit.note.unit] = unit.is_observed;
    return out;
  }

  static std::string entry(const std::string& name, bool external) {
    return "[[package]]\nname = \"" + name + "\"\nversion = \"1.0.0\"\n" +
           (external ? "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
                       "checksum = \"" +
                           std::string(64, 'a') + "\"\n"
                     : "") +
           "\n";
  }

  std::string lock_text = "version = 4\n\n" + entry("a", true) + entry("b", true) +
                          entry("c", true) + entry("local", false);

 private:
  static int value_of(int number) { return number; }

  DryRun run_;
  int count_ = 0;
};

using Observed = std::map<std::string, bool>;
using Verdicts = std::map<std::string, UnitVerdict>;

}  // namespace

TEST_CASE("units stand behind what they are compiled against") {
  PlannedRun run;
  run.add("c", "lib-c").add("b", "lib-b", {1}).add("a", "lib-a", {1, 2});
  std::reverse(run.run().after.begin(), run.run().after.end());
  const auto plan = make_unit_plan(run.run(), run.lock(), LocalUnits::LeaveOut);
  REQUIRE(plan.units.size() == 3);
  CHECK(plan.units[0].note.package == "c");
  CHECK(plan.units[1].note.package == "b");
  CHECK(plan.units[2].dependencies == std::vector<std::size_t>{0, 1});
  CHECK(plan.units[2].package == "a 1.0.0");
  CHECK(plan.units[2].package_directory == "/src/a");
  CHECK(plan.units[2].name() == "debug/.fingerprint/a-0000000000000003/lib-a");
  CHECK(plan.units[2].profile_directory() == "debug");
}

TEST_CASE("local units are in the plan only if they are wanted, and are always observed") {
  PlannedRun run;
  run.add("local", "lib-local")
      .add("local", "bin-local", {1}, "bin", {"-C", "incremental=/t/debug/incremental"})
      .add("local", "test-lib-local", {2}, "bin")
      .add("a", "lib-a");
  const auto without = make_unit_plan(run.run(), run.lock(), LocalUnits::LeaveOut);
  for (const auto& unit : without.units) CHECK(unit.is_left_out() == unit.is_local);
  std::vector<UnitVerdict> verdicts;
  for (const auto& unit : make_unit_plan(run.run(), run.lock(), LocalUnits::Include).units) {
    CHECK(unit.is_observed == unit.is_local);
    verdicts.push_back(unit.verdict);
  }
  CHECK(verdicts == std::vector{UnitVerdict::Storable, UnitVerdict::Incremental, UnitVerdict::Above,
                                UnitVerdict::Storable});
}

TEST_CASE("a local unit without a call of its own shares its file name with others") {
  PlannedRun run;
  run.add("local", "lib-local", {}, "cdylib");
  run.run().calls.clear();
  const auto plan = make_unit_plan(run.run(), run.lock(), LocalUnits::Include);
  REQUIRE(plan.units.size() == 1);
  CHECK(plan.units[0].is_local);
  CHECK(plan.units[0].verdict == UnitVerdict::SharesName);
}

TEST_CASE("all units below are known, at any depth") {
  PlannedRun run;
  run.add("c", "lib-c").add("b", "lib-b", {1}).add("a", "lib-a", {2});
  const auto plan = make_unit_plan(run.run(), run.lock(), LocalUnits::LeaveOut);
  REQUIRE(plan.units.size() == 3);
  CHECK(plan.units[2].below == std::vector<std::size_t>{0, 1});
  CHECK(plan.units[2].dependencies == std::vector<std::size_t>{1});
}

TEST_CASE("what a build script or a proc-macro decides is stored where it is observed") {
  PlannedRun run;
  run.add("c", "build-script-build-script-build", {}, "bin")
      .add("c", "run-build-script-build-script-build", {1})
      .add("c", "lib-c", {2})
      .add("b", "lib-b", {3})
      .add("a", "lib-a");
  CHECK(run.observed() == Observed{{"c build-script-build-script-build", false},
                                   {"c run-build-script-build-script-build", true},
                                   {"c lib-c", true},
                                   {"b lib-b", true},
                                   {"a lib-a", false}});
  PlannedRun macros;
  macros.add("c", "lib-c", {}, "proc-macro")
      .add("b", "lib-b", {1})
      .add("b", "lib-b", {2})
      .add("a", "lib-a", {3}, "proc-macro")
      .add("local", "lib-local", {4});
  CHECK(macros.observed() ==
        Observed{
            {"c lib-c", false}, {"b lib-b", true}, {"a lib-a", true}, {"local lib-local", true}});
}

TEST_CASE("a run of a build script is called as cargo calls it, and seen at any height") {
  PlannedRun run;
  run.add("c", "build-script-build-script-build", {}, "bin")
      .add("c", "run-build-script-build-script-build", {1})
      .add("c", "lib-c", {2})
      .add("b", "lib-b", {3});
  const auto plan = make_unit_plan(run.run(), run.lock(), LocalUnits::LeaveOut);
  REQUIRE(plan.units.size() == 4);
  CHECK(plan.units[1].call.arguments == std::vector<std::string>{"/t/build-script-build"});
  CHECK(plan.units[1].compilation.arguments[0] == "rustc");
  CHECK(plan.units[1].package == "c 1.0.0");
  CHECK(plan.units[0].script_runs.empty());
  CHECK(plan.units[3].script_runs == std::vector<std::size_t>{1});
}

TEST_CASE("above a unit that is not stored there is none") {
  PlannedRun run;
  run.add("c", "lib-c", {}, "lib", {"-lz"}).add("b", "lib-b", {1}).add("a", "lib-a", {2});
  CHECK(run.verdicts() == Verdicts{{"c lib-c", UnitVerdict::Flags},
                                   {"b lib-b", UnitVerdict::Above},
                                   {"a lib-a", UnitVerdict::Above}});
}

TEST_CASE("only what the lock file knows from a registry or repository alone is external") {
  PlannedRun run;
  run.add("a", "lib-a").add("local", "lib-local", {1}).add("unknown", "lib-unknown");
  CHECK(run.verdicts() == Verdicts{{"a lib-a", UnitVerdict::Storable},
                                   {"local lib-local", UnitVerdict::Local},
                                   {"unknown lib-unknown", UnitVerdict::Local}});
  run.lock_text += PlannedRun::entry("a", false);
  CHECK(run.verdicts().at("a lib-a") == UnitVerdict::Local);
}

TEST_CASE("above a local package nothing external is stored") {
  PlannedRun run;
  run.add("local", "lib-local").add("a", "lib-a", {1});
  CHECK(run.verdicts().at("a lib-a") != UnitVerdict::Storable);
}

TEST_CASE("flags that read something else than sources") {
  struct Row {
    std::vector<std::string> flags;
    std::string type;
    bool storable;
  };
  const std::vector<Row> rows{
      {{"--cfg", "x"}, "lib", true},
      {{"-C", "opt-level=3"}, "lib", true},
      {{"-Clinker=clang", "-C", "link-arg=-fuse-ld=mold"}, "proc-macro", true},
      {{"-C", "link-arg=-Tscript.ld"}, "lib", true},
      {{"-C", "link-arg=-Tscript.ld"}, "proc-macro", false},
      {{"-Clink-args=-Wl,-z,now /x.o"}, "proc-macro", false},
      {{"-Cprofile-use=/p"}, "lib", false},
      {{"-Cprofile-use=p"}, "lib", false},
      {{"-L", "/opt/lib"}, "lib", false},
      {{"-L/opt/lib"}, "lib", false},
      {{"-L", "native=/opt/lib"}, "lib", false},
      {{"-lz"}, "lib", false},
      {{"-Zcodegen-backend=/b.so"}, "lib", false},
      {{"-Z", "codegen-backend=cranelift"}, "lib", true},
      {{"--sysroot", "/s"}, "lib", false},
      {{"--target", "x.json"}, "lib", false},
      {{"--target", "x86_64-unknown-linux-musl"}, "lib", true},
      {{"--extern", "b=/t/debug/deps/libb.rmeta"}, "lib", true},
      {{"--extern", "proc_macro"}, "proc-macro", true},
      {{"--extern", "b=/opt/libb.rlib"}, "lib", false},
      {{"--extern=b=/opt/libb.rlib"}, "lib", false},
      {{"@file"}, "lib", false},
      {{"--remap-path-prefix=/a=/b"}, "lib", true}};
  for (const auto& row : rows) {
    CAPTURE(fmt::format("{} {}", row.flags[0], row.flags.back()));
    CAPTURE(row.type);
    PlannedRun run;
    run.add("a", "lib-a", {}, row.type, row.flags);
    CHECK((run.verdicts().at("a lib-a") == UnitVerdict::Storable) == row.storable);
  }
}

TEST_CASE("what was not understood is not stored") {
  SUBCASE("no call") {
    PlannedRun run;
    run.add("a", "lib-a");
    run.run().calls.clear();
    CHECK(run.verdicts().at("a lib-a") == UnitVerdict::Unknown);
  }
  SUBCASE("two calls") {
    PlannedRun run;
    run.add("a", "lib-a");
    run.run().calls.push_back(run.run().calls[0]);
    CHECK(run.verdicts().at("a lib-a") == UnitVerdict::Unknown);
  }
  SUBCASE("a dependency that is nowhere") {
    PlannedRun run;
    run.add("b", "lib-b").add("a", "lib-a", {7});
    CHECK(run.verdicts().at("a lib-a") == UnitVerdict::Unknown);
  }
  SUBCASE("a dependency of which there are two") {
    PlannedRun run;
    run.add("b", "lib-b").add("a", "lib-a", {1});
    run.run().after.push_back(run.run().after[0]);
    CHECK(run.verdicts().at("a lib-a") == UnitVerdict::Unknown);
  }
}
