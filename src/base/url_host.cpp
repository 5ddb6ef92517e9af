#include "url_host.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace larder {

namespace {

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    out +=
        escape ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

/// A number in an IPv4 address: decimal, hexadecimal (0x…) or octal.
std::optional<std::uint64_t> address_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  unsigned radix = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    radix = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    radix = 8;
    text.remove_prefix(1);
  }
  constexpr std::uint64_t too_large = 1ULL << 40U;
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= radix) return std::nullopt;
    value = std::min(value * radix + static_cast<unsigned>(digit), too_large);
  }
  return value;
}

std::vector<std::string_view> labels_of(std::string_view host) {
  std::vector<std::string_view> out;
  while (true) {
    const auto dot = host.find('.');
    out.push_back(host.substr(0, dot));
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  if (out.size() > 1 && out.back().empty()) out.pop_back();
  return out;
}

bool is_number(std::string_view label) {
  if (!label.empty() && is_digits(label)) return true;
  return label.starts_with("0x") && address_number(label);
}

std::optional<std::string> ipv4(const std::vector<std::string_view>& labels) {
  if (labels.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto number = address_number(labels[i]);
    const bool last = i + 1 == labels.size();
    const auto bits = last ? 8 * (4 - i) : 8;
    if (!number || *number >= (1ULL << bits)) return std::nullopt;
    address += last ? *number : *number << (8 * (3 - i));
  }
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U,
                     address & 255U);
}

struct Gap {
  std::size_t first = 0;
  std::size_t length = 0;
};

/// The longest run of zero groups, which is written as "::".
Gap longest_gap(const std::array<unsigned, 8>& groups) {
  Gap best;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto end = i;
    while (end < groups.size() && groups.at(end) == 0) ++end;
    if (end - i > best.length) best = {i, end - i};
  }
  return best.length > 1 ? best : Gap{};
}

std::optional<std::string> ipv6(std::string_view text) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups.at(i) = (static_cast<unsigned>(address.s6_addr[2 * i]) << 8U) |
                   static_cast<unsigned>(address.s6_addr[2 * i + 1]);
  }
  const auto gap = longest_gap(groups);
  std::string out;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (gap.length > 0 && i == gap.first) {
      out += i == 0 ? "::" : ":";
      i += gap.length - 1;
    } else {
      out += fmt::format("{:x}{}", groups.at(i), i + 1 < groups.size() ? ":" : "");
    }
  }
  return "[" + out + "]";
}

}  // namespace

std::string percent_encoded(std::string_view text, std::string_view forbidden) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool escape = byte <= 0x20 || byte >= 0x7f || forbidden.find(c) != std::string_view::npos;
    out += escape ? fmt::format("%{:02X}", byte) : std::string(1, c);
  }
  return out;
}

std::optional<std::string> special_host(std::string_view text) {
  if (text.starts_with('['))
    return text.ends_with(']') ? ipv6(text.substr(1, text.size() - 2)) : std::nullopt;
  auto host = percent_decoded(text);
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) {
    return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
  });
  const bool forbidden = std::any_of(host.begin(), host.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f ||
           std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
  });
  if (host.empty() || forbidden) return std::nullopt;
  const auto labels = labels_of(host);
  return is_number(labels.back()) ? ipv4(labels) : host;
}

std::optional<std::string> opaque_host(std::string_view text) {
  if (text.starts_with('['))
    return text.ends_with(']') ? ipv6(text.substr(1, text.size() - 2)) : std::nullopt;
  if (text.find_first_of(std::string_view("\0\t\n\r #/:<>?@[\\]^|", 17)) != std::string_view::npos)
    return std::nullopt;
  return percent_encoded(text, "");
}

}  // namespace larder
