#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "larder/base/text.hpp"
#include "larder/cargo/toml/toml.hpp"

// A second look at a text, for what cargo reads in another way than toml++.

namespace larder::cargo {

/// Of a key without quotes.
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
  /// Line and column → the value of the multi-line string there, where toml++ gives another one.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> strings;
};

/// Of a text that toml++ refuses it finds something or nothing; another text is refused only where
/// cargo refuses it.
TomlScan scan_toml(std::string_view text);

/// Whether keys of the text could overflow the stack: then it has to be scanned before it is
/// parsed.
bool could_be_too_deep(std::string_view text);

/// Whether the text has a byte without which a scan finds nothing but hexadecimal floats and deep
/// nesting.
bool is_worth_scanning(std::string_view text);

}  // namespace larder::cargo
