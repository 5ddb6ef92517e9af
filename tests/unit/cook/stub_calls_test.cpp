#include "larder/cook/stub_calls.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "larder/base/files.hpp"
#include "larder/cook/stub_wrapper.hpp"

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"

using namespace larder;
using namespace larder::cook;

namespace {

/// A dry run that records calls.
class Recorder {
 public:
  Recorder() {
    make_directories(out);
    write_file_atomically(calls, "");
    write_file_atomically(stub, "");
  }

  /// Whether the program answers, when it is called like this.
  static bool answers(std::vector<std::string> words, std::vector<std::string> variables) {
    return answer_recorded_call(pointers(words).data(), pointers(variables).data());
  }

  /// What a build script with this `OUT_DIR` prints.
  std::string printed_by_script(const std::string& out_dir) const {
    const auto file = directory / "printed";
    const int ours = ::dup(STDOUT_FILENO);
    const int theirs = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(theirs, STDOUT_FILENO);
    const bool answered = answers({"/t/build-script-build"}, {"OUT_DIR=" + out_dir});
    ::dup2(ours, STDOUT_FILENO);
    ::close(theirs);
    ::close(ours);
    return answered ? read_file(file).value_or("") : "not answered";
  }

  /// Rustc's arguments for a crate in that build directory.
  std::vector<std::string> compile(const std::string& crate) const {
    return {stub,
            "rustc",
            "--crate-name",
            crate,
            "--emit=link,metadata",
            "-C",
            "metadata",
            "-C",
            "extra-filename=-1",
            "--out-dir",
            out};
  }

  test::TemporaryDirectory directory;
  std::string out = directory / dry_run_build + "/debug/build/a-b/0123456789abcdef/out";
  std::string calls = directory / noted_calls;
  std::string stub = directory / dry_run_stub_name;

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (auto& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
  }
};

const std::string of_package = "CARGO_MANIFEST_DIR=/registry/a-1.0.0";

std::vector<std::string> without(std::vector<std::string> words, const std::string& word) {
  words.erase(std::find(words.begin(), words.end(), word));
  return words;
}

}  // namespace

TEST_CASE("a call is read as it was recorded, whatever is in its words") {
  const Recorder recorder;
  auto arguments = recorder.compile("a");
  for (const auto* word : {"", "a=b", "two\nlines", "--cfg", "feature=\"x\""})
    arguments.emplace_back(word);
  const std::vector<std::string> script{"/t/build-script-build"};
  const std::vector<std::string> variables{of_package,
                                           "EMPTY=",
                                           "EQUALS=a=b=c",
                                           "LINES=a\nb",
                                           "OF_TWO=counting",
                                           "OF_TWO=other",
                                           "OUT_DIR=" + recorder.out,
                                           "no variable"};
  CHECK(Recorder::answers(arguments, variables));
  CHECK(recorder.printed_by_script(recorder.out) ==
        "cargo:rerun-if-env-changed=LARDER_RUN_0123456789abcdef\n");
  CHECK(Recorder::answers(arguments, variables));
  const auto read = read_calls(recorder.calls);
  REQUIRE(read.size() == 3);
  CHECK(read[1].arguments == script);
  arguments.erase(arguments.begin());
  CHECK(read[0].arguments == arguments);
  CHECK(read[2].arguments == arguments);
  const std::map<std::string, std::string> expected{{"CARGO_MANIFEST_DIR", "/registry/a-1.0.0"},
                                                    {"EMPTY", ""},
                                                    {"EQUALS", "a=b=c"},
                                                    {"LINES", "a\nb"},
                                                    {"OF_TWO", "counting"},
                                                    {"OUT_DIR", recorder.out}};
  CHECK(read[0].environment.variables() == expected);
  CHECK(read[1].environment.variables() ==
        std::map<std::string, std::string>{{"OUT_DIR", recorder.out}});
  CHECK(read[2].environment.variables() == expected);
  CHECK(read_calls(recorder.directory / "none").empty());
}

TEST_CASE("a call with as much as a system accepts is recorded") {
  const Recorder recorder;
  auto arguments = recorder.compile("a");
  for (int i = 0; i < 40; ++i) arguments.emplace_back(130'000, 'x');
  CHECK(Recorder::answers(arguments, {of_package}));
  const auto read = read_calls(recorder.calls);
  REQUIRE(read.size() == 1);
  CHECK(read[0].arguments.size() == arguments.size() - 1);
  CHECK(read[0].arguments.back() == arguments.back());
}

TEST_CASE("calls that several processes record at once are all whole") {
  const Recorder recorder;
  constexpr int processes = 4;
  constexpr int calls = 50;
  std::vector<pid_t> started;
  for (int process = 0; process < processes; ++process) {
    const auto child = ::fork();
    if (child == 0) {
      auto words = recorder.compile("crate" + std::to_string(process));
      words.emplace_back(10'000, 'x');
      for (int call = 0; call < calls; ++call) Recorder::answers(words, {of_package});
      ::_exit(0);
    }
    started.push_back(child);
  }
  for (const auto child : started) ::waitpid(child, nullptr, 0);
  std::map<std::string, int> counts;
  for (const auto& call : read_calls(recorder.calls)) {
    CHECK(call.arguments.back() == std::string(10'000, 'x'));
    ++counts[call.option("crate-name")];
  }
  CHECK(counts == std::map<std::string, int>{
                      {"crate0", calls}, {"crate1", calls}, {"crate2", calls}, {"crate3", calls}});
}

TEST_CASE("a compiled build script is the stub, also where something is in its place") {
  const Recorder recorder;
  const auto script = recorder.out + "/build_script_build-1";
  for (int i = 0; i < 2; ++i) {
    CHECK(Recorder::answers(recorder.compile("build_script_build"), {of_package}));
    CHECK(std::filesystem::read_symlink(script) == recorder.stub);
  }
}

TEST_CASE("a stubbed build script names its unit, in both layouts") {
  const Recorder recorder;
  const auto build = recorder.directory / dry_run_build;
  for (const auto* unit :
       {"/debug/build/a-b/0123456789abcdef/out", "/debug/build/a-0123456789abcdef/out",
        "/x/release/build/build-b-0123456789abcdef/out"}) {
    CHECK(recorder.printed_by_script(build + unit) ==
          "cargo:rerun-if-env-changed=LARDER_RUN_0123456789abcdef\n");
  }
}

TEST_CASE("only calls that compile are recorded, and only where a dry run records them") {
  const Recorder recorder;
  const auto compile = recorder.compile("a");
  CHECK_FALSE(Recorder::answers(without(compile, "--emit=link,metadata"), {of_package}));
  CHECK_FALSE(Recorder::answers(without(compile, "--out-dir"), {of_package}));
  CHECK_FALSE(Recorder::answers(without(compile, "--crate-name"), {of_package}));
  CHECK_FALSE(Recorder::answers(recorder.compile("___"), {of_package}));
  CHECK_FALSE(Recorder::answers(compile, {}));
  CHECK_FALSE(Recorder::answers({recorder.stub}, {of_package}));
  CHECK_FALSE(Recorder::answers({}, {of_package}));
  CHECK_FALSE(Recorder::answers({"/t/build-script-build"}, {of_package}));
  CHECK_FALSE(Recorder::answers({"/t/build-script-build"}, {"OUT_DIR=/elsewhere/build/out"}));
  auto as_program = compile;
  as_program[0] = "/bin/cargo-larder";
  CHECK_FALSE(Recorder::answers(as_program, {of_package}));
  CHECK(read_calls(recorder.calls).empty());
  // Somebody else's file of that name.
  std::filesystem::remove(recorder.stub);
  CHECK_FALSE(Recorder::answers(compile, {of_package}));
  CHECK(read_calls(recorder.calls).empty());
}

TEST_CASE("a call that cannot be recorded is an error") {
  const Recorder recorder;
  std::filesystem::remove(recorder.calls);
  make_directories(recorder.calls);
  CHECK(test::error_id_of([&] { Recorder::answers(recorder.compile("a"), {of_package}); }) ==
        "file-write");
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
