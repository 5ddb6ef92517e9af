#include "larder/cargo/command/flags.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

#include "support/till_workspace.hpp"

// Every flag of cargo's own commands is known, and none is lost on its way through `build`.

namespace larder::test {

namespace fs = std::filesystem;

namespace {

/// The spellings of flags in a help text: `  -p, --package [<SPEC>]  …`.
Words spellings_in(const std::string& help) {
  Words out;
  std::istringstream lines(help);
  for (std::string text; std::getline(lines, text);) {
    const auto begin = text.find_first_not_of(' ');
    // clippy's ` -W / --warn` are for behind `--`.
    if (begin == std::string::npos || text[begin] != '-' || text.find(" / ") != std::string::npos)
      continue;
    std::istringstream words(text.substr(begin));
    for (std::string word; words >> word && word[0] == '-';) {
      out.push_back(word.substr(0, word.find_first_of(",.[=")));
      if (word.back() != ',') break;
    }
  }
  return out;
}

bool ran_tests(const Run& run) {
  return run.output.find("running 1 test") != std::string::npos;
}

}  // namespace

TEST_SUITE("commands") {
  TEST_CASE("every flag in the help of cargo's commands is in the table, for that command") {
    const TestDirectory directory("help");
    for (const std::string command : {"build", "check", "test", "bench", "clippy", "run", "rustc",
                                      "rustdoc", "doc", "install"}) {
      if (command == "clippy" && !has_clippy()) continue;
      const auto help = cargo({command, "--help"}, directory.path());
      REQUIRE(help.code() == 0);
      const auto spellings = spellings_in(help.output);
      CHECK(spellings.size() > 5);
      for (const auto& spelling : spellings) {
        CAPTURE(command);
        CAPTURE(spelling);
        const auto* flag = cargo::find_flag(spelling);
        REQUIRE(flag != nullptr);
        CHECK(cargo::knows(command, *flag));
      }
    }
  }

  TEST_CASE("a recorded test takes --no-run and --doc at build") {
    const TillWorkspace till(TestDirectory("test-flags"));
    till.cook_for("test --locked");
    till.bring_sources();
    const auto compiled = must(till.larder({"test", "--no-run", "--strict"}));
    CAPTURE(compiled.errors);
    CHECK_FALSE(ran_tests(compiled));
    const auto documented = must(till.larder({"test", "--doc"}));
    CAPTURE(documented.errors);
    CHECK_FALSE(ran_tests(documented));
    CHECK(documented.says("Doc-tests"));
    CHECK(ran_tests(till.larder({"test", "--strict"})));
    CHECK(till.larder({"cook", "--doc"}).error_id() == "flag-disagrees");
  }

  TEST_CASE("run runs the recorded build with the program's arguments; --artifact-dir is kept") {
    const TestDirectory directory("run-flags");
    auto environment = test_environment();
    environment.set("RUSTC_BOOTSTRAP", "1");
    const TillWorkspace till(directory, environment);
    till.cook_for("run --locked -p till");
    till.bring_sources();
    write_file(till.app() + "/till/src/main.rs",
               "fn main() { println!(\"{:?}\", std::env::args().skip(1).collect::<Vec<_>>()); }\n");
    const auto ran = must(till.larder({"run", "--strict", "--", "--port", "80"}));
    CHECK(ran.output == "[\"--port\", \"80\"]\n");
    must(till.larder({"build", "--strict", "--artifact-dir", "out", "-Zunstable-options"}));
    CHECK(fs::exists(till.app() + "/out/till"));
  }

  TEST_CASE("misspelt flags, missing values and unknown commands are told first") {
    const TestDirectory directory("misspelt");
    check_error(larder({"cook", "--relase"}, directory.path()), 2, "command-invalid",
                {"`--release`"});
    check_error(chef({"cook", "--features", "--release"}, directory.path()), 2, "command-invalid",
                {"a value is required for `--features`"});
    CHECK(chef({"cook"}, directory.path()).says("`cargo chef prepare"));
    CHECK(larder({"cook"}, directory.path()).says("`cargo larder prepare"));
    const auto unknown = larder({"nextest", "run"}, directory.path());
    CHECK(unknown.code() == 2);
    CHECK(unknown.says("`nextest`"));
    CHECK(larder({"help"}, directory.path()).code() == 0);
    CHECK(chef({"help"}, directory.path()).code() == 0);
  }
}

}  // namespace larder::test
