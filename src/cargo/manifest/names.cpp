#include "larder/cargo/manifest/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace larder::cargo {

namespace {

struct CodePoints {
  char32_t first;
  char32_t last;
};

#include "../toml/xid_ranges.inc"

template <typename Ranges>
bool is_in(const Ranges& ranges, char32_t character) {
  const auto range = std::partition_point(ranges.begin(), ranges.end(),
                                          [&](const auto& each) { return each.last < character; });
  return range != ranges.end() && range->first <= character;
}

bool is_ascii(char32_t character) {
  return character < 0x80;
}

bool is_ascii_digit(char32_t character) {
  return character >= '0' && character <= '9';
}

bool is_ascii_letter(char32_t character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool is_alphanumeric(char32_t character) {
  if (is_ascii(character)) return is_ascii_letter(character) || is_ascii_digit(character);
  return is_in(alphanumeric_ranges, character);
}

/// The length of the UTF-8 sequence that starts with this byte. 0 if the byte cannot start one.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

std::string empty(std::string_view what) {
  return fmt::format("a {} must not be empty", what);
}

/// `rest` is what follows the character in `name`.
std::string invalid_character(std::string_view name, std::string_view rest, std::string_view what,
                              std::string_view rule) {
  auto character = name.substr(0, name.size() - rest.size());
  auto start = character.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(character[start]) & 0xC0U) == 0x80U) --start;
  character.remove_prefix(start);
  return fmt::format("invalid character `{}` in {}: `{}`; {}", character, what, name, rule);
}

/// Checks the name of a package (each part of it), a registry or a path base.
std::optional<std::string> identifier_problem(std::string_view name, std::string_view what) {
  if (name.empty()) return empty(what);
  auto rest = name;
  const auto first = take_character(rest);
  if (is_ascii_digit(first))
    return invalid_character(name, rest, what, "it cannot start with a digit");
  if (!is_xid_start(first) && first != '_')
    return invalid_character(name, rest, what,
                             "it must start with a letter or `_` (Unicode: XID_Start)");
  while (!rest.empty()) {
    const auto character = take_character(rest);
    if (!is_xid_continue(character) && character != '-') {
      return invalid_character(name, rest, what,
                               "letters, digits, `_` and `-` are allowed (Unicode: XID_Continue)");
    }
  }
  return std::nullopt;
}

/// Lower case, as far as reserved names need it. The Kelvin sign is the only character beyond ASCII
/// whose lower case is ASCII.
std::string lower_case(std::string_view name) {
  constexpr std::string_view kelvin = "\u212A";
  std::string out;
  while (!name.empty()) {
    const bool is_kelvin = name.starts_with(kelvin);
    const char c = is_kelvin ? 'k' : name[0];
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    name.remove_prefix(is_kelvin ? kelvin.size() : 1);
  }
  return out;
}

bool is_reserved_profile(std::string_view lower_name) {
  static constexpr std::array<std::string_view, 19> reserved{
      "build",    "check",   "clean",   "config", "fetch",    "fix", "install",
      "metadata", "package", "publish", "report", "root",     "run", "rust",
      "rustc",    "rustdoc", "target",  "tmp",    "uninstall"};
  return lower_name.starts_with("cargo") ||
         std::find(reserved.begin(), reserved.end(), lower_name) != reserved.end();
}

}  // namespace

bool is_xid_start(char32_t character) {
  return is_ascii(character) ? is_ascii_letter(character) : is_in(xid_start_ranges, character);
}

bool is_xid_continue(char32_t character) {
  if (is_ascii(character))
    return is_ascii_letter(character) || is_ascii_digit(character) || character == '_';
  return is_in(xid_continue_ranges, character);
}

char32_t take_character(std::string_view& text) {
  constexpr char32_t replacement = 0xFFFD;
  static constexpr std::array<char32_t, 5> lowest{0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (is_ascii(lead)) {
    text.remove_prefix(1);
    return lead;
  }
  const auto length = sequence_length(lead);
  const auto sequence = text.substr(0, length);
  char32_t character = length < 2 ? lead : lead & (0xFFU >> (length + 1));
  bool is_valid = length > 0 && sequence.size() == length;
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    const auto byte = static_cast<unsigned char>(sequence[i]);
    is_valid = is_valid && (byte & 0xC0U) == 0x80U;
    character = (character << 6U) | (byte & 0x3FU);
  }
  is_valid = is_valid && character >= lowest[length] && character <= 0x10FFFF &&
             (character < 0xD800 || character > 0xDFFF);
  text.remove_prefix(is_valid ? length : 1);
  return is_valid ? character : replacement;
}

std::string crate_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::optional<std::string> package_name_problem(std::string_view name) {
  // `a::b` is a name too. It also needs the feature `open-namespaces`, which is checked elsewhere.
  for (;;) {
    const auto end = name.find("::");
    if (auto problem = identifier_problem(name.substr(0, end), "package name")) return problem;
    if (end == std::string_view::npos) return std::nullopt;
    name.remove_prefix(end + 2);
  }
}

std::optional<std::string> registry_name_problem(std::string_view name) {
  return identifier_problem(name, "registry name");
}

std::optional<std::string> path_base_name_problem(std::string_view name) {
  return identifier_problem(name, "path base name");
}

std::optional<std::string> profile_name_problem(std::string_view name) {
  for (auto rest = name; !rest.empty();) {
    const auto character = take_character(rest);
    if (!is_alphanumeric(character) && character != '_' && character != '-')
      return invalid_character(name, rest, "profile name",
                               "letters, digits, `_` and `-` are allowed");
  }
  const auto lower_name = lower_case(name);
  std::string_view instead;
  if (lower_name == "debug") {
    instead = "; the default profile is `dev`";
  } else if (lower_name == "build-override") {
    instead = "; it goes into a profile, as in [profile.dev.build-override]";
  } else if (!is_reserved_profile(lower_name)) {
    return std::nullopt;
  }
  return fmt::format("profile name `{}` is reserved{}", name, instead);
}

std::optional<std::string> feature_name_problem(std::string_view name) {
  constexpr std::string_view what = "feature name";
  if (name.empty()) return empty(what);
  if (name.starts_with("dep:"))
    return fmt::format("feature name `{}` must not start with `dep:`", name);
  if (const auto slash = name.find('/'); slash != std::string_view::npos)
    return invalid_character(name, name.substr(slash + 1), what, "slashes are not allowed");
  auto rest = name;
  const auto first = take_character(rest);
  if (!is_xid_start(first) && first != '_' && !is_ascii_digit(first)) {
    return invalid_character(name, rest, what,
                             "it must start with a letter, `_` or a digit (Unicode: XID_Start)");
  }
  while (!rest.empty()) {
    const auto character = take_character(rest);
    if (!is_xid_continue(character) && character != '-' && character != '+' && character != '.') {
      return invalid_character(
          name, rest, what,
          "letters, digits, `_`, `-`, `+` and `.` are allowed (Unicode: XID_Continue)");
    }
  }
  return std::nullopt;
}

}  // namespace larder::cargo
