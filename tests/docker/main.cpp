#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "support/created_objects.hpp"
#include "support/docker.hpp"
#include "support/test_images.hpp"

// larder_docker_tests [--set-up | --clean-up | doctest's arguments]
//
// The tests run in a child in a process group of its own, so that what they made can be removed
// however they end. Without --set-up before, a run makes its images and removes them again.

namespace {

using namespace larder::test;

// What ctest takes for "skipped" (SKIP_RETURN_CODE).
constexpr int skipped = 77;
constexpr int seconds_to_stop = 20;

volatile std::sig_atomic_t signal_seen = 0;
volatile std::sig_atomic_t child_group = 0;

extern "C" void stop_child(int number) {
  if (number != SIGALRM) {
    signal_seen = number;
    ::alarm(seconds_to_stop);
  }
  if (child_group > 0) ::kill(-child_group, number == SIGALRM ? SIGKILL : SIGTERM);
}

int run_tests(int argc, char** argv) {
  const DiskWatch watch;
  doctest::Context context;
  context.applyCommandLine(argc, argv);
  return context.run();
}

int set_up() {
  make_test_images();
  std::printf("base %s, program %s\n", test_images().rust.c_str(), test_images().program.c_str());
  return 0;
}

int work(int argc, char** argv, bool only_set_up) {
  try {
    if (only_set_up) return set_up();
    if (test_images().rust.empty()) set_up();
    return run_tests(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "FAILED: %s\n", error.what());
    return 1;
  }
}

/// How the child ended, as an exit code.
int guard(int argc, char** argv, bool only_set_up) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGALRM}) {
    struct sigaction action {};
    action.sa_handler = stop_child;
    ::sigaction(number, &action, nullptr);
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGALRM}) std::signal(number, SIG_DFL);
    std::exit(work(argc, argv, only_set_up));
  }
  ::setpgid(child, child);
  child_group = child;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::alarm(0);
  child_group = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int finish() {
  if (!CreatedObjects::open().exists()) return 0;
  std::printf("%s\n", disk_report().c_str());
  return clean_up() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto missing = what_is_missing();
  if (!missing.empty()) {
    const char* ci = std::getenv("CI");
    const bool must_run = ci != nullptr && *ci != '\0';
    std::fprintf(stderr, "%s: %s\n", must_run ? "FAILED" : "SKIPPED", missing.c_str());
    return must_run ? 1 : skipped;
  }
  const bool only_set_up = argc == 2 && std::strcmp(argv[1], "--set-up") == 0;
  if (argc == 2 && std::strcmp(argv[1], "--clean-up") == 0) return finish();
  const bool is_alone = !only_set_up && test_images().rust.empty();
  int code = guard(argc, argv, only_set_up);
  const bool is_over = is_alone || signal_seen != 0 || (only_set_up && code != 0);
  if (is_over && finish() != 0 && code == 0) code = 1;
  if (signal_seen != 0) {
    std::signal(signal_seen, SIG_DFL);
    std::raise(signal_seen);
  }
  return code;
}
