#include "json_text.hpp"

#include <array>
#include <string_view>

namespace larder::recipe {

using nlohmann::json;

namespace {

constexpr std::size_t indent_width = 2;

/// By byte: ASCII without control characters, quotes and backslashes.
constexpr auto plain_bytes = [] {
  std::array<bool, 256> out{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) out.at(byte) = byte != '"' && byte != '\\';
  return out;
}();

bool is_plain(char c) {
  return plain_bytes[static_cast<unsigned char>(c)];
}

/// How a character that is not plain is written. Empty for one that is left to the library.
std::string_view escaped(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

void add_string(std::string& out, std::string_view text) {
  const auto before = out.size();
  out += '"';
  for (auto rest = text;;) {
    std::size_t plain = 0;
    while (plain < rest.size() && is_plain(rest[plain])) ++plain;
    out.append(rest.substr(0, plain));
    if (plain == rest.size()) break;
    const auto escape = escaped(rest[plain]);
    if (escape.empty()) {
      out.resize(before);
      out += json(text).dump();
      return;
    }
    out += escape;
    rest.remove_prefix(plain + 1);
  }
  out += '"';
}

void add_value(std::string& out, const json& value, std::size_t indent) {
  if (value.is_string()) return add_string(out, value.get_ref<const std::string&>());
  if (!value.is_structured() || value.empty()) {
    out += value.dump();
    return;
  }
  out += value.is_object() ? '{' : '[';
  const auto inner = indent + indent_width;
  bool is_first = true;
  for (const auto& [key, item] : value.items()) {
    out.append(is_first ? "\n" : ",\n").append(inner, ' ');
    is_first = false;
    if (value.is_object()) {
      add_string(out, key);
      out += ": ";
    }
    add_value(out, item, inner);
  }
  out.append("\n").append(indent, ' ') += value.is_object() ? '}' : ']';
}

}  // namespace

std::string json_text(const json& document) {
  std::string out;
  add_value(out, document, 0);
  return out;
}

}  // namespace larder::recipe
