#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder {

struct ProcessSpec {
  /// Program and arguments; no shell is involved. A program without '/' is looked up in the PATH of
  /// `environment`.
  std::vector<std::string> argv;
  std::string directory;
  /// The whole environment of the child.
  Environment environment;
};

struct Exited {
  int code = 0;
};
struct Signalled {
  int number = 0;
};
/// The program could not be started; `error_number` is errno (ENOENT: there is no such program).
struct NotStarted {
  int error_number = 0;
};
using ExitStatus = std::variant<Exited, Signalled, NotStarted>;

bool succeeded(const ExitStatus& status);

/// The path at which a program would be found: `name` itself if it has a '/', otherwise a file in
/// PATH. Empty when it does not exist.
std::string find_program(const std::string& name, const Environment& environment);

/// Runs a program with our standard streams. SIGINT, SIGTERM and SIGHUP that reach us meanwhile are
/// passed on to it, and we go on waiting: how it ends is for the caller to repeat.
ExitStatus run_process(const ProcessSpec& spec);

/// Like `run_process`, but passes each line of standard output, with its newline, to `on_line`.
ExitStatus run_process_lines(const ProcessSpec& spec,
                             const std::function<void(std::string_view)>& on_line);

struct Captured {
  ExitStatus status;
  std::string output;
  std::string errors;
};
Captured capture_process(const ProcessSpec& spec);

/// The path of this program's executable file.
std::string own_executable();

/// Ends this process the way a child ended: with its exit code, or by its signal.
[[noreturn]] void end_like(const ExitStatus& status);

}  // namespace larder
