#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "larder/commands/commands.hpp"

// What the program does in the same way as cargo-larder and as cargo-chef: global options, the
// environment, parsing, errors and exit codes.

namespace larder::cli {

inline constexpr int usage_exit = 2;

struct GlobalOptions {
  int verbose = 0;
  bool quiet = false;
  std::string color;
  /// The exit code for an error of this program, not of cargo.
  int error_exit = 1;
};

void add_global_options(CLI::App& app, GlobalOptions& options);

/// The program's own -q, -v and --color, as arguments for cargo.
std::vector<std::string> flags_for_cargo(const GlobalOptions& options);

std::vector<std::string> concat(std::vector<std::string> a, const std::vector<std::string>& b);

/// As the third argument of main.
char** environment_block();

Environment read_environment();

/// Removes the first `--` and everything after it from `words`. Returns the words after it.
std::optional<std::vector<std::string>> take_trailing(std::vector<std::string>& words);

/// Parses `words`, runs a command and reports its errors. Returns the exit code: cargo's own,
/// `error_exit` for an error, 2 for wrong usage. A signal that ended cargo ends this process as
/// well. Hints call the program by the name of `app`.
int parse_and_run(CLI::App& app, std::vector<std::string> words, const Environment& environment,
                  const GlobalOptions& options,
                  const std::function<ExitStatus(const commands::Context&)>& command);

}  // namespace larder::cli
