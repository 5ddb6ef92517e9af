#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "support/till_workspace.hpp"

// A signal that reaches the program reaches cargo, and the program ends as cargo does.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

bool wait_until(const std::function<bool()>& done) {
  for (int tenths = 0; tenths < 600; ++tenths) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

/// The process id in a file, once it is written whole.
pid_t pid_in(const std::string& file) {
  if (!fs::exists(file)) return 0;
  const auto text = read_file(file);
  return text.ends_with('\n') ? static_cast<pid_t>(std::stoi(text)) : 0;
}

bool is_running(pid_t pid) {
  // A process that only waits to be collected is a zombie: it has ended.
  const auto stat = fmt::format("/proc/{}/stat", pid);
  return fs::exists(stat) && read_file(stat).find(") Z ") == std::string::npos;
}

/// Runs the program until cargo compiles itoa, which lasts until the test lets go; sends the signal
/// to the program alone and checks how both end.
void interrupt(const TestDirectory& directory, const std::string& command, int number) {
  auto environment = test_environment();
  // Stands before rustc; cargo is its parent.
  write_script(directory / "slow-rustc", fmt::format(R"(case "$*" in *'--crate-name itoa'*)
  echo $PPID > {0}/cargo
  while [ -d {0} ] && [ ! -e {0}/let-go ]; do sleep 0.1; done
  exit 1;;
esac
exec "$@"
)",
                                                     directory.path()));
  environment.set("RUSTC_WRAPPER", directory / "slow-rustc");
  const TillWorkspace till(directory, environment);
  till.prepare_for("build --locked");
  if (command != "cook") till.bring_sources();

  // The shell becomes the program, with the same process id; its output goes to a file, which the
  // wrapper that is left alone does not hold up.
  write_script(directory / "start", fmt::format(R"(echo $$ > {0}/program
exec {1} {2} > {0}/output 2> {0}/errors
)",
                                                directory.path(), larder_program(), command));
  bool reached = false;
  std::thread killer([&] {
    reached = wait_until([&] { return pid_in(directory / "cargo") > 0; });
    const auto program = pid_in(directory / "program");
    if (program > 0) ::kill(program, number);
  });
  const auto captured = capture_process({{directory / "start"}, till.app(), environment});
  killer.join();
  const auto cargo = pid_in(directory / "cargo");
  const bool cargo_ended = wait_until([&] { return !is_running(cargo); });
  write_file(directory / "let-go", "");

  CAPTURE(read_file(directory / "errors"));
  REQUIRE(reached);
  const auto* signalled = std::get_if<Signalled>(&captured.status);
  REQUIRE(signalled != nullptr);
  CHECK(signalled->number == number);
  CHECK(cargo_ended);
}

}  // namespace

TEST_SUITE("signals") {
  TEST_CASE("SIGTERM during cook") {
    interrupt(TestDirectory("term-cook"), "cook", SIGTERM);
  }
  TEST_CASE("SIGINT during cook") {
    interrupt(TestDirectory("int-cook"), "cook", SIGINT);
  }
  TEST_CASE("SIGTERM during build") {
    interrupt(TestDirectory("term-build"), "build", SIGTERM);
  }
  TEST_CASE("SIGINT during build") {
    interrupt(TestDirectory("int-build"), "build", SIGINT);
  }

  TEST_CASE("a cook that was interrupted can be cooked again") {
    const TestDirectory directory("again");
    interrupt(directory, "cook", SIGTERM);
    const auto app = directory / "app";
    must(larder({"cook"}, app));
    copy_tree(directory / "plan", app);
    CHECK(reused_in(larder({"build", "--strict"}, app)).all());
  }
}

}  // namespace larder::test
