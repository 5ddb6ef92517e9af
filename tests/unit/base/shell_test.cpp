#include "larder/base/shell.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;

namespace {

/// What `action` writes to a standard stream.
template <typename Action>
std::string written_to(int stream, Action&& action) {
  const test::TemporaryDirectory directory;
  const auto file = directory / "stream";
  std::fflush(nullptr);
  const int kept = ::dup(stream);
  const int replacement = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  ::dup2(replacement, stream);
  ::close(replacement);
  action();
  std::fflush(nullptr);
  ::dup2(kept, stream);
  ::close(kept);
  return read_file(file).value_or("");
}

std::string everything(const Shell& shell) {
  return written_to(STDERR_FILENO, [&] {
    shell.status("Cooking", "a");
    shell.detail("Running", "b");
    shell.note("c");
    shell.warning("d");
    shell.error("e");
  });
}

}  // namespace

TEST_CASE("each verbosity shows what it should on standard error") {
  CHECK(everything(Shell(Verbosity::Normal, false)) ==
        "     Cooking a\nnote: c\nwarning: d\nerror: e\n");
  CHECK(everything(Shell(Verbosity::Verbose, false)) ==
        "     Cooking a\n     Running b\nnote: c\nwarning: d\nerror: e\n");
  CHECK(everything(Shell(Verbosity::Quiet, false)) == "error: e\n");
}

TEST_CASE("colour is written only when asked for") {
  CHECK(everything(Shell(Verbosity::Verbose, true)).find('\x1b') != std::string::npos);
  CHECK(everything(Shell(Verbosity::Verbose, false)).find('\x1b') == std::string::npos);
}

TEST_CASE("data goes to standard output unchanged") {
  CHECK(written_to(STDOUT_FILENO, [] { Shell::print("{\"a\": 1}"); }) == "{\"a\": 1}");
}
