#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "larder/commands/commands.hpp"

// What both faces of the program, cargo-larder and cargo-chef, do with the world outside.

namespace larder::cli {

inline constexpr int usage_exit = 2;

struct GlobalOptions {
  int verbose = 0;
  bool quiet = false;
  std::string color;
  /// How an error of ours ends the program.
  int error_exit = 1;
};

void add_global_options(CLI::App& app, GlobalOptions& options);

/// Our own -q, -v and --color, for cargo.
std::vector<std::string> flags_for_cargo(const GlobalOptions& options);

std::vector<std::string> concat(std::vector<std::string> a, const std::vector<std::string>& b);

Environment read_environment();

/// Words behind the first `--`, taken out of `words`.
std::optional<std::vector<std::string>> take_trailing(std::vector<std::string>& words);

/// Parses `words` and runs a command: the only place that catches errors. Returns the exit code:
/// cargo's own, `error_exit` for an error, 2 for wrong usage; a signal that ended cargo ends us
/// too. The name of `app` is what hints call the program.
int parse_and_run(CLI::App& app, std::vector<std::string> words, const Environment& environment,
                  const GlobalOptions& options,
                  const std::function<ExitStatus(const commands::Context&)>& command);

}  // namespace larder::cli
