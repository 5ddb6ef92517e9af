#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "larder/base/text.hpp"
#include "larder/cargo/toml/toml.hpp"

// A second look at a text, for what cargo reads differently from toml++.

namespace larder::cargo {

/// Whether a key without quotes may have this character.
constexpr bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
}

/// How deep arrays and inline tables may be nested, and how many parts a key may have.
constexpr int deepest_toml = 80;

/// Positions as toml++ has them: the column counts characters.
struct TomlScan {
  struct Problem {
    Position position;
    std::string message;
  };
  /// The first thing that cargo refuses.
  std::optional<Problem> problem;
  /// Line and column → the value of the multi-line string there, if toml++ gives a different one.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> strings;
};

/// If toml++ accepts a text, this finds a problem only where cargo refuses the text. If toml++
/// refuses it, this may find a problem or none.
TomlScan scan_toml(std::string_view text);

/// Whether keys of the text could overflow the stack, so that it has to be scanned before it is
/// parsed.
bool could_be_too_deep(std::string_view text);

/// Whether the text has a byte of the kind that a scan looks for. Without one, a scan only finds
/// hexadecimal floats and deep nesting.
bool is_worth_scanning(std::string_view text);

}  // namespace larder::cargo
