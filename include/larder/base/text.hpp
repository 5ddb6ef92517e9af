#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

namespace larder {

/// ASCII only, whatever the locale.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
/// Printable ASCII, including the space.
constexpr bool is_printable(char c) {
  return c >= 0x20 && c < 0x7f;
}

/// ASCII letters in the other case; all else stays.
std::string upper(std::string_view text);
std::string lower(std::string_view text);

/// Each occurrence of a text replaced by another one; what was put in is not looked at again.
/// `what` is not empty.
std::string replaced(std::string text, std::string_view what, std::string_view with);

/// `Prefixes` is any range of strings.
template <typename Prefixes = std::initializer_list<std::string_view>>
bool starts_with_one_of(std::string_view text, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

}  // namespace larder
