#include "toml_scan.hpp"

#include <algorithm>
#include <charconv>

namespace larder::cargo {

namespace {

constexpr std::string_view newline_characters = "\r\n";
constexpr std::string_view blank_characters = " \t\r\n";

bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

void append_utf8(std::string& out, std::uint32_t character) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  const auto continuation = [&](unsigned shift) { byte(0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) {
    byte(character);
  } else if (character < 0x800) {
    byte(0xC0U | (character >> 6U));
    continuation(0);
  } else if (character < 0x10000) {
    byte(0xE0U | (character >> 12U));
    continuation(6);
    continuation(0);
  } else {
    byte(0xF0U | (character >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

/// Takes an escape off `rest`, which begins after its backslash, and appends what it stands for.
void take_escape(std::string_view& rest, std::string& out) {
  constexpr std::string_view names = "btnfre\"\\";
  constexpr std::string_view values = "\b\t\n\f\r\x1b\"\\";
  const char name = rest.empty() ? '\0' : rest[0];
  rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
  if (const auto simple = names.find(name); simple != std::string_view::npos) {
    out += values[simple];
    return;
  }
  const auto digits = rest.substr(0, name == 'x' ? 2 : name == 'u' ? 4 : 8);
  std::uint32_t character = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), character, 16);
  append_utf8(out, character);
  rest.remove_prefix(digits.size());
}

/// Takes a line break and all blanks after it off `rest`, which begins after a backslash. False if
/// there is no line break.
bool take_escaped_newline(std::string_view& rest) {
  const auto newline = rest.find_first_not_of(" \t");
  if (newline == std::string_view::npos ||
      newline_characters.find(rest[newline]) == std::string_view::npos)
    return false;
  rest.remove_prefix(std::min(rest.find_first_not_of(blank_characters), rest.size()));
  return true;
}

/// What cargo reads between the quotes of a multi-line basic string.
std::string multi_line_value(std::string_view rest) {
  std::string out;
  while (!rest.empty()) {
    const auto backslash = std::min(rest.find('\\'), rest.size());
    out += rest.substr(0, backslash);
    rest.remove_prefix(backslash);
    if (rest.empty()) break;
    rest.remove_prefix(1);
    if (!take_escaped_newline(rest)) take_escape(rest, out);
  }
  return out;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  TomlScan run() {
    for (skip_blanks(); !at_end(); skip_blanks()) {
      if (take('[')) {
        take('[');
        key();
        take(']');
        take(']');
      } else {
        key_value(0);
      }
    }
    return std::move(scan_);
  }

 private:
  /// Also ends the scan.
  void refuse(std::size_t at, std::string message) {
    if (!scan_.problem) scan_.problem = {position(at), std::move(message)};
    at_ = text_.size();
  }

  Position position(std::size_t at) const {
    const auto before = text_.substr(0, at);
    const auto line = std::count(before.begin(), before.end(), '\n');
    const auto start = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto column =
        std::count_if(before.begin() + static_cast<std::ptrdiff_t>(start), before.end(),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(column + 1)};
  }

  bool at_end() const { return at_ >= text_.size(); }
  char next() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  void skip_to(std::size_t at) { at_ = std::min(at, text_.size()); }
  void skip_spaces() { skip_to(text_.find_first_not_of(" \t", at_)); }

  /// Skips spaces, line breaks and comments.
  void skip_blanks() {
    skip_to(text_.find_first_not_of(blank_characters, at_));
    while (next() == '#') {
      skip_to(text_.find('\n', at_));
      skip_to(text_.find_first_not_of(blank_characters, at_));
    }
  }

  void key_value(int depth) {
    key();
    take('=');
    skip_spaces();
    value(depth);
  }

  void key() {
    const auto start = at_;
    int parts = 0;
    do {
      skip_spaces();
      simple_key();
      skip_spaces();
      if (++parts > deepest_toml)
        refuse(start, "this key has too many parts: cargo reads up to 80");
    } while (take('.'));
  }

  void simple_key() {
    if (next() == '"' || next() == '\'') return string();
    while (is_bare(next())) ++at_;
    if (!at_end() && std::string_view(" \t.=]").find(next()) == std::string_view::npos) {
      refuse(at_,
             "this key must be quoted: only ASCII letters and digits, `_` and `-` can be written "
             "without quotes");
    }
  }

  void value(int depth) {
    const char c = next();
    if (c == '"' || c == '\'') return string();
    if (c != '[' && c != '{') return scalar();
    if (depth == deepest_toml) {
      return refuse(at_,
                    "arrays and inline tables are nested too deeply: cargo reads up to 80 levels");
    }
    ++at_;
    const char close = c == '[' ? ']' : '}';
    for (skip_blanks(); !at_end() && !take(close); skip_blanks()) {
      if (c == '[') {
        value(depth + 1);
      } else {
        key_value(depth + 1);
      }
      skip_blanks();
      take(',');
    }
  }

  /// Reads a number, boolean or date, with the spaces after it.
  void scalar() {
    const auto start = at_;
    skip_to(text_.find_first_of(",]}#\r\n", at_));
    const auto text = text_.substr(start, at_ - start);
    if (text.empty()) return refuse(start, "there is no value");
    const auto odd = std::find_if(text.begin(), text.end(), is_beyond_ascii);
    if (odd != text.end())
      return refuse(start + static_cast<std::size_t>(odd - text.begin()), "unexpected character");
    const auto sign = text.starts_with('+') || text.starts_with('-') ? 1U : 0U;
    if (text.substr(sign).starts_with("0x") && text.find_first_of("pP.") != std::string_view::npos)
      refuse(start, "a float cannot be hexadecimal");
  }

  void string() {
    const auto start = at_;
    const char quote = next();
    const std::string delimiter(3, quote);
    if (text_.substr(at_, 3) != delimiter) return single_line_string(quote);
    at_ += 3;
    const auto contents = at_;
    while (!at_end() && text_.substr(at_, 3) != delimiter) skip_character(quote);
    skip_to(at_ + 3);
    while (take(quote)) {  // Up to two more belong to the contents.
    }
    multi_line_string(start, text_.substr(contents, at_ - 3 - contents));
  }

  void single_line_string(char quote) {
    ++at_;
    while (!at_end() && !take(quote)) skip_character(quote);
  }

  void skip_character(char quote) { at_ += quote == '"' && next() == '\\' ? 2U : 1U; }

  /// Corrects two things: toml++ turns CRLF into LF, and a backslash in it skips any Unicode space.
  void multi_line_string(std::size_t start, std::string_view contents) {
    const bool is_basic = text_[start] == '"';
    const bool has_odd_spaces = is_basic && contents.find('\\') != std::string_view::npos &&
                                std::any_of(contents.begin(), contents.end(), is_beyond_ascii);
    if (contents.find('\r') == std::string_view::npos && !has_odd_spaces) return;
    if (contents.starts_with('\r')) contents.remove_prefix(1);
    if (contents.starts_with('\n')) contents.remove_prefix(1);
    auto value = is_basic ? multi_line_value(contents) : std::string(contents);
    const auto place = position(start);
    scan_.strings.emplace(std::pair(place.line, place.column), std::move(value));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  TomlScan scan_;
};

}  // namespace

TomlScan scan_toml(std::string_view text) {
  return Scanner(text).run();
}

bool could_be_too_deep(std::string_view text) {
  constexpr unsigned harmless = 1000;
  if (text.size() < harmless) return false;
  unsigned dots = 0;  // std::count counts in 64 bits, which takes twice as long.
  for (const char c : text) dots += c == '.' ? 1U : 0U;
  return dots > harmless;
}

bool is_worth_scanning(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all >= 0x80 || text.find('+') != std::string_view::npos ||
         text.find('\r') != std::string_view::npos;
}

}  // namespace larder::cargo
