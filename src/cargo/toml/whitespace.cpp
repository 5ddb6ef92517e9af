#include "larder/cargo/toml/whitespace.hpp"

#include <algorithm>
#include <array>

namespace larder::cargo {

namespace {

using namespace std::string_view_literals;

constexpr std::array spaces{" "sv,      "\t"sv,     "\n"sv,     "\v"sv,     "\f"sv,
                            "\r"sv,     "\u0085"sv, "\u00a0"sv, "\u1680"sv, "\u2000"sv,
                            "\u2001"sv, "\u2002"sv, "\u2003"sv, "\u2004"sv, "\u2005"sv,
                            "\u2006"sv, "\u2007"sv, "\u2008"sv, "\u2009"sv, "\u200a"sv,
                            "\u2028"sv, "\u2029"sv, "\u202f"sv, "\u205f"sv, "\u3000"sv};

template <typename Matches>
std::size_t space_length(Matches matches) {
  const auto* const found = std::find_if(spaces.begin(), spaces.end(), matches);
  return found == spaces.end() ? 0 : found->size();
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (const auto length = space_length([&](auto space) { return text.starts_with(space); }))
    text.remove_prefix(length);
  while (const auto length = space_length([&](auto space) { return text.ends_with(space); }))
    text.remove_suffix(length);
  return text;
}

}  // namespace larder::cargo
