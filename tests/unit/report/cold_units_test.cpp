#include "larder/report/cold_units.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "larder/report/verification.hpp"

using namespace larder;
using namespace larder::report;
using driver::Fingerprint;

namespace {

/// Hashes of units are made of one digit; so are the values by which others depend on them.
std::string hash_of(char digit) {
  return std::string(16, digit);
}

/// The number whose bytes, in cargo's order, are all of this digit twice.
std::uint64_t number_of(char digit) {
  return std::stoull(hash_of(digit), nullptr, 16);
}

struct Fields {
  std::string features = "[]";
  std::string rustflags = "[]";
  std::string local = "[]";
  std::string deps = "[]";
  int profile = 1;
  int path = 1;
};

/// In the fields that cargo 1.65 writes.
std::string json_of(const Fields& fields) {
  return fmt::format(
      R"({{"rustc":1,"features":"{}","target":1,"profile":{},"path":{},"deps":{},"local":{},)"
      R"("rustflags":{},"metadata":1,"config":1,"compile_kind":0}})",
      fields.features, fields.profile, fields.path, fields.deps, fields.local, fields.rustflags);
}

Fingerprint fingerprint(const std::string& package, char digit, const Fields& fields,
                        std::int64_t written, const std::string& unit = "") {
  return {"debug/.fingerprint/" + package + "-" + hash_of(digit),
          package,
          hash_of(digit),
          unit.empty() ? "lib-" + package : unit,
          json_of(fields),
          hash_of(digit),
          written};
}

ExternalUnit unit_of(const std::string& package, char digit, const std::string& version = "1.0.0") {
  return {package,
          version,
          package,
          "lib",
          {"/t/debug/deps/lib" + package + "-" + hash_of(digit) + ".rlib"}};
}

std::string depends_on(const std::string& package, char digit) {
  return fmt::format(R"([[7,"{}",false,{}]])", package, number_of(digit));
}

struct Case {
  std::vector<ExternalUnit> compiled;
  std::vector<Fingerprint> before, after;
  std::string words = {};
  Environment environment = {};
  bool files_there = true;
  std::map<std::string, std::string> configured = {};
  std::set<std::string> left_out = {};
};

std::vector<ColdUnit> explain(const Case& row, const cargo::Lockfile* lock = nullptr) {
  const auto there = [&](const std::string&) { return row.files_there; };
  return explain_cold_units({row.compiled, row.words, row.before, row.after, lock, row.environment,
                             row.configured, row.left_out, there});
}

std::vector<std::string> kinds(const Case& row, std::size_t index = 0,
                               const cargo::Lockfile* lock = nullptr) {
  const auto cold = explain(row, lock);
  REQUIRE(cold.size() == row.compiled.size());
  std::vector<std::string> out;
  for (const auto& reason : cold[index].reasons) out.emplace_back(word_of(reason.kind));
  return out;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("a unit in its place is compared with what it was") {
  const auto was = fingerprint("a", '1', {}, 10);
  Fields changed;
  changed.path = 2;
  changed.profile = 2;
  CHECK(kinds({{unit_of("a", '1')}, {was}, {fingerprint("a", '1', changed, 20)}}) ==
        Kinds{"profile", "place"});
}

TEST_CASE("a unit under a new name is compared with the most similar one of its kind") {
  Fields near, far;
  near.features = R"([\"x\"])";
  far.features = R"([\"y\"])";
  far.profile = 3;
  const std::vector<Fingerprint> before{fingerprint("a", '1', far, 10),
                                        fingerprint("a", '2', near, 10),
                                        fingerprint("a", '4', {}, 10, "build-script-a")};
  auto after = before;
  after.push_back(fingerprint("a", '3', {}, 20));
  CHECK(kinds({{unit_of("a", '3')}, before, after}) == Kinds{"features"});
  // What lies in the directory of another profile is no counterpart.
  auto elsewhere = before;
  for (auto& fingerprint : elsewhere) fingerprint.directory.replace(0, 5, "release");
  after = elsewhere;
  after.push_back(fingerprint("a", '3', {}, 20));
  CHECK(kinds({{unit_of("a", '3')}, elsewhere, after, "", {}, false}) == Kinds{"missing"});
}

TEST_CASE("a unit above a compiled one is compiled for its sake") {
  Fields above;
  above.deps = depends_on("a", '1');
  const std::vector<Fingerprint> before{fingerprint("a", '1', {}, 10),
                                        fingerprint("b", '2', above, 10)};
  auto after = before;
  for (auto& fingerprint : after) fingerprint.written = 20;
  const Case row{{unit_of("a", '1'), unit_of("b", '2')}, before, after, "", {}, false};
  CHECK(kinds(row, 0) == Kinds{"missing"});
  CHECK(kinds(row, 1) == Kinds{"dependency"});
}

TEST_CASE("a build script's variable is a reason for its package, whatever cargo says of it") {
  Fields script, above;
  script.local = R"([{"RerunIfEnvChanged":{"var":"KNOB","val":"1"}}])";
  above.deps = depends_on("build_script_build", '1');
  const std::string unit = "run-build-script-build-script-build";
  const std::vector<Fingerprint> before{fingerprint("a", '1', script, 10, unit),
                                        fingerprint("a", '2', above, 10)};
  auto after = before;
  for (auto& fingerprint : after) fingerprint.written = 20;
  Case row{{unit_of("a", '2')}, before, after};
  row.environment.set("KNOB", "2");
  CHECK(kinds(row) == Kinds{"environment"});
  // As `[env]` had it, whatever the environment says.
  row.configured["KNOB"] = "1";
  CHECK(kinds(row) != Kinds{"environment"});
  row.configured["KNOB"] = "3";
  CHECK(kinds(row) == Kinds{"environment"});
  row.configured.clear();
  row.environment.set("KNOB", "1");
  CHECK(kinds(row) == Kinds{"files"});
}

TEST_CASE("what no field tells is taken from cargo's words") {
  const std::vector<Fingerprint> before{fingerprint("a", '1', {}, 10)};
  auto after = before;
  after[0].written = 20;
  Case row{{unit_of("a", '1')}, before, after};
  row.words = "       Fresh b v1.0.0\n       Dirty a v1.0.0: the environment variable X changed\n";
  CHECK(kinds(row) == Kinds{"environment"});
  row.words = "       Dirty a v1.0.0 (/w/a): the file `src/lib.rs` has changed (1, 2)\n";
  CHECK(kinds(row) == Kinds{"files"});
  row.words = "       Dirty a v2.0.0: the environment variable X changed\n";
  CHECK(kinds(row) == Kinds{"files"});
}

TEST_CASE("a variable that is in no recipe is said to be none") {
  const std::vector<Fingerprint> before{fingerprint("a", '1', {}, 10)};
  auto after = before;
  after[0].written = 20;
  Case row{{unit_of("a", '1')}, before, after};
  row.left_out = {"URL", "X"};
  // As a build script and as rustc asked for it.
  for (const std::string words :
       {"the env variable X changed", "the environment variable X changed"}) {
    CAPTURE(words);
    row.words = "       Dirty a v1.0.0: " + words + "\n";
    const auto reasons = explain(row).at(0).reasons;
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0].kind == DirtyReason::Environment);
    CHECK(reasons[0].text ==
          words + " (set in [env], and in no recipe because of a password or token)");
  }
  row.words = "       Dirty a v1.0.0: the env variable XY changed\n";
  CHECK(explain(row).at(0).reasons.at(0).text == "the env variable XY changed");
}

TEST_CASE("a version that was not cooked is the reason") {
  const auto lock = cargo::parse_lockfile("Cargo.lock",
                                          R"(version = 3

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
)");
  const std::vector<Fingerprint> before{fingerprint("a", '1', {}, 10)};
  auto after = before;
  after.push_back(fingerprint("a", '2', {}, 20));
  CHECK(kinds({{unit_of("a", '2', "1.0.1")}, before, after}, 0, &lock) == Kinds{"version"});
}

TEST_CASE("notes that are no JSON are passed over") {
  auto broken = fingerprint("a", '1', {}, 10);
  broken.json = "no";
  auto after = broken;
  after.written = 20;
  CHECK(kinds({{unit_of("a", '1')}, {broken}, {after}}) == Kinds{"files"});
}

TEST_CASE("a verification in JSON") {
  Verification verification{{{"build", "build --release", 3, {}}}, {"CC is set here"}};
  CHECK(verification.warm());
  verification.commands[0].cold.push_back(
      {unit_of("a", '1'), {{DirtyReason::Profile, "another profile"}}});
  CHECK_FALSE(verification.warm());
  CHECK(cold_lines(verification.commands[0]) ==
        std::vector<std::string>{"a v1.0.0: another profile"});
  CHECK(to_json(verification) == R"({
  "changed_since_cook": [
    "CC is set here"
  ],
  "commands": [
    {
      "cold": [
        {
          "kind": "lib",
          "package": "a",
          "reasons": [
            {
              "kind": "profile",
              "text": "another profile"
            }
          ],
          "target": "a",
          "version": "1.0.0"
        }
      ],
      "command": "build --release",
      "external_units": 3,
      "name": "build"
    }
  ],
  "warm": false
}
)");
}
