#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace larder::dockerfile {

struct ShellWord {
  /// As written, with quotes.
  std::string text;
  /// In the text that was split.
  std::size_t offset = 0;
};

/// A simple command of a shell script. Redirections are left out.
struct ShellCommand {
  /// Includes leading assignments (`NAME=value`).
  std::vector<ShellWord> words;
  /// How many `( … )` it is in: what it sets is forgotten behind them.
  int subshell = 0;
  /// Whether it may be left out or repeated: in `if`, `case` or a loop, or after `||`.
  bool is_conditional = false;
};

/// The commands of a script in the order in which they stand, without running anything: enough of
/// the POSIX grammar to find programs and their arguments. `for NAME in …` is a command of its own.
/// Never fails; text that is no shell script gives some commands.
std::vector<ShellCommand> split_shell(std::string_view script);

}  // namespace larder::dockerfile
