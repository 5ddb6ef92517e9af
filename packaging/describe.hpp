#pragma once

#include <string>
#include <vector>

// The parts of a command line, as manual pages and completions need them.

namespace larder::packaging {

struct Option {
  /// As they are typed: "-v", "--verbose". Empty for a positional argument.
  std::vector<std::string> names;
  /// The placeholder of its value, such as "FILE". Empty for a switch.
  std::string value;
  std::vector<std::string> choices;
  std::string description;
  std::string default_value;
  bool required = false;

  [[nodiscard]] bool takes_value() const { return !value.empty(); }
  [[nodiscard]] bool takes_file() const { return value == "FILE"; }
};

struct Command {
  std::string name;
  std::string description;
  std::string footer;
  std::vector<Option> options;
  std::vector<Option> places;
  /// Words of cargo may follow.
  bool takes_cargo_words = false;
};

struct Program {
  std::string version;
  /// Its name is empty.
  Command main;
  std::vector<Command> commands;
};

/// "cargo-larder-prepare", or "cargo-larder" for the program itself.
std::string page_name(const Command& command);

std::string man_page(const Program& program, const Command& command);
std::string bash_completion(const Program& program);
std::string zsh_completion(const Program& program);
std::string fish_completion(const Program& program);
/// Lets fish complete `cargo larder` too.
std::string fish_configuration();

}  // namespace larder::packaging
