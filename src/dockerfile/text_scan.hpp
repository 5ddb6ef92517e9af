#pragma once

#include <string>
#include <string_view>

// What the readers of this folder share: BuildKit's white space, trimming, quotes.

namespace larder::dockerfile {

/// Go's `unicode.IsSpace` for ASCII.
constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool is_name_char(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

/// The position of the first byte from `at` on that is no space.
constexpr std::size_t after_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

constexpr std::string_view trimmed(std::string_view text) {
  text.remove_prefix(after_spaces(text, 0));
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Tells what stands outside quotes, from the start of a text on. Within single quotes nothing is
/// escaped.
class Quotes {
 public:
  explicit Quotes(char escape) : escape_(escape) {}

  /// Whether the next byte is outside quotes, and neither a quote nor an escape. Moves `at` to an
  /// escaped byte.
  bool is_plain(std::string_view text, std::size_t& at);

 private:
  char escape_;
  char open_ = '\0';
};

/// The end of the word that begins at `at`: a space outside quotes. Quotes and escapes stay in it.
std::size_t end_of_word(std::string_view text, std::size_t at, char escape);

}  // namespace larder::dockerfile
