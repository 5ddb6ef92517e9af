#pragma once

#include <string>
#include <vector>

#include "larder/base/process.hpp"

namespace larder::test {

using Words = std::vector<std::string>;

/// How a program ran, and what it wrote.
struct Run {
  ExitStatus status;
  std::string output;
  std::string errors;

  /// The exit code; -1 when it was ended by a signal or could not be started.
  int code() const;
  /// The number of the signal that ended it, 0 for none.
  int signal() const;
  /// The id of the error that it showed, empty for none.
  std::string error_id() const;
  bool says(std::string_view text) const { return errors.find(text) != std::string::npos; }
};

/// The same run, which must have succeeded.
Run must(Run run);
/// The same, and checks that it said all of this.
Run must_say(const Run& run, const Words& said);
/// Checks that a run ended with this code and the error of this id, or none, that it said all of
/// this, and that it printed nothing.
void check_error(const Run& run, int code, std::string_view id, const Words& said = {});

/// The environment of this process without what could make cargo compile differently, with a
/// CARGO_HOME of the tests' own.
Environment test_environment();
/// The same, where large crates are compiled: little is optimised, and there is no debug
/// information. Which units there are, and what is reused, does not depend on either.
Environment hasty_environment();

/// An environment with one more directory in front of PATH.
Environment with_path(const std::string& directory, Environment environment = test_environment());

/// The program under test: LARDER_TEST_PROGRAM, or the one of the build directory.
std::string larder_program();
Run larder(const Words& arguments, const std::string& directory,
           const Environment& environment = test_environment());
/// The same program by the name cargo-chef, as `cargo chef` runs it: behind the word `chef`.
Run chef(const Words& arguments, const std::string& directory,
         const Environment& environment = test_environment());
/// The directory of that name.
std::string chef_directory();
Run cargo(const Words& arguments, const std::string& directory,
          const Environment& environment = test_environment());

/// Any other program.
Run run_in(const std::string& directory, const Words& argv,
           const Environment& environment = test_environment());
bool has_cargo();
bool has_clippy();
/// How often a test does something: what the variable says, in the longer runs that set it.
unsigned number_from(const char* variable, unsigned ordinary);
/// Tells that something that a test needs is not there: as a skip, or as a failure where CI is set.
void tell_missing(const std::string& what);
/// The path of a program on PATH; empty when there is none, which is told.
std::string find_program(const std::string& name);
/// The sysroot of rustc. Its `bin` has the programs without rustup before them.
std::string real_sysroot();
/// As rustc calls this machine.
std::string host_triple();

/// "build --release" → {"build", "--release"}.
Words split(std::string_view text);
/// The words with a space between them, for messages.
std::string joined(const Words& words);
Words operator+(Words left, const Words& right);

}  // namespace larder::test
