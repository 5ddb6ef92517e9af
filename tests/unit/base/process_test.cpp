#include "larder/base/process.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>
#include "../support/values.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "../support/temporary_directory.hpp"

using namespace larder;

namespace {

ProcessSpec shell(const std::string& script) {
  return {{"sh", "-c", script}, "", test::environment_of({{"PATH", "/usr/bin:/bin"}})};
}

int exit_code(const ExitStatus& status) {
  const auto* exited = std::get_if<Exited>(&status);
  return exited == nullptr ? -1 : exited->code;
}
int signal_number(const ExitStatus& status) {
  const auto* signalled = std::get_if<Signalled>(&status);
  return signalled == nullptr ? -1 : signalled->number;
}
int start_error(const ExitStatus& status) {
  const auto* failed = std::get_if<NotStarted>(&status);
  return failed == nullptr ? -1 : failed->error_number;
}

/// How a process ends that calls `end_like`.
int wait_status_of_end_like(const ExitStatus& status) {
  std::cout.flush();
  const pid_t child = ::fork();
  if (child == 0) end_like(status);
  int raw = 0;
  ::waitpid(child, &raw, 0);
  return raw;
}

}  // namespace

TEST_CASE("the exit code of a program is told as it is") {
  CHECK(exit_code(run_process(shell("exit 0"))) == 0);
  CHECK(exit_code(run_process(shell("exit 101"))) == 101);
  CHECK(succeeded(run_process(shell("true"))));
  CHECK_FALSE(succeeded(run_process(shell("exit 1"))));
}

TEST_CASE("a program that a signal ended is told apart from one that exited") {
  const auto status = run_process(shell("kill -KILL $$"));
  CHECK(signal_number(status) == SIGKILL);
  CHECK_FALSE(succeeded(status));
}

TEST_CASE("a program that does not exist, or cannot run, is not started") {
  const auto environment = test::environment_of({{"PATH", "/usr/bin:/bin"}});
  for (const std::string program : {"larder-no-such-program", "/no/such/program"}) {
    const ProcessSpec spec{{program}, "", environment};
    CHECK(start_error(run_process(spec)) == ENOENT);
    CHECK(start_error(capture_process(spec).status) == ENOENT);
    CHECK(start_error(run_process_lines(spec, [](std::string_view) {})) == ENOENT);
  }
  CHECK(start_error(run_process({{"/etc/passwd"}, "", environment})) == EACCES);
  CHECK_FALSE(succeeded(NotStarted{ENOENT}));
}

TEST_CASE("a bare name is looked up in the PATH of the child, not in ours") {
  CHECK(start_error(run_process(
            {{"sh", "-c", "true"}, "", test::environment_of({{"PATH", "/nowhere"}})})) == ENOENT);
}

TEST_CASE("the child gets exactly the environment, arguments and directory of the spec") {
  const test::TemporaryDirectory directory;
  const auto captured = capture_process(
      {{"/bin/sh", "-c", "pwd -P; env -0 | tr '\\0' ' '; echo \"$1\"", "sh", "a  $b"},
       directory.path(),
       test::environment_of({{"PATH", "/usr/bin:/bin"}, {"ONLY", "x y"}})});
  CHECK(captured.output.starts_with(std::filesystem::canonical(directory.path()).string() + "\n"));
  CHECK(captured.output.find("ONLY=x y ") != std::string::npos);
  CHECK(captured.output.find("HOME=") == std::string::npos);
  CHECK(captured.output.ends_with("a  $b\n"));
}

TEST_CASE("both streams are captured, apart and whole, however much is written") {
  const auto captured = capture_process(shell(
      "i=0; while [ $i -lt 20000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done; exit 3"));
  CHECK(exit_code(captured.status) == 3);
  CHECK(captured.output.starts_with("out0\nout1\n"));
  CHECK(captured.output.ends_with("out19999\n"));
  CHECK(captured.errors.starts_with("err0\nerr1\n"));
  CHECK(captured.errors.ends_with("err19999\n"));
}

TEST_CASE("lines are delivered one by one, with their newline, the last also without") {
  std::vector<std::string> lines;
  const auto status =
      run_process_lines(shell("printf 'one\\ntw'; sleep 0.1; printf 'o\\n\\nlast'; exit 7"),
                        [&](std::string_view line) { lines.emplace_back(line); });
  CHECK(exit_code(status) == 7);
  CHECK(lines == std::vector<std::string>{"one\n", "two\n", "\n", "last"});
}

TEST_CASE("a line arrives while the program is still running") {
  const test::TemporaryDirectory directory;
  // The program goes on only once its first line has been seen.
  const auto status = run_process_lines(
      shell("echo go; i=0; while [ ! -e '" + directory / "seen" +
            "' ]; do i=$((i+1)); [ $i -gt 200 ] && exit 9; sleep 0.05; done"),
      [&](std::string_view) { std::filesystem::create_directory(directory / "seen"); });
  CHECK(exit_code(status) == 0);
}

TEST_CASE("a signal that reaches us is passed on, and how the child then ends is told") {
  const auto status =
      run_process(shell("trap 'exit 42' TERM; sleep 0.3; kill -TERM $PPID; i=0; "
                        "while [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); done; exit 1"));
  CHECK(exit_code(status) == 42);
}

TEST_CASE("end_like repeats an exit code and a signal") {
  const int exited = wait_status_of_end_like(Exited{101});
  CHECK(WIFEXITED(exited));
  CHECK(WEXITSTATUS(exited) == 101);
  const int signalled = wait_status_of_end_like(Signalled{SIGTERM});
  CHECK(WIFSIGNALED(signalled));
  CHECK(WTERMSIG(signalled) == SIGTERM);
  const int not_started = wait_status_of_end_like(NotStarted{ENOENT});
  CHECK(WEXITSTATUS(not_started) == 127);
}

TEST_CASE("our own file is found") {
  CHECK(std::filesystem::path(own_executable()).filename() == "larder_unit_tests");
}
