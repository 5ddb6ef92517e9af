#include "manifest_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace larder::test {

void ManifestText::set(const std::string& header, const std::string& key, std::string value) {
  erase(header, key);
  table(header).entries.emplace_back(key, std::move(value));
}

void ManifestText::erase(const std::string& header, const std::string& key) {
  for (auto& table : tables_) {
    if (table.header == header && !table.is_item)
      std::erase_if(table.entries, [&](const auto& entry) { return entry.first == key; });
  }
}

void ManifestText::erase_table(const std::string& header) {
  std::erase_if(tables_, [&](const Table& table) { return table.header == header; });
}

bool ManifestText::has(const std::string& header) const {
  return std::any_of(tables_.begin(), tables_.end(),
                     [&](const Table& table) { return table.header == header; });
}

bool ManifestText::has(const std::string& header, const std::string& key) const {
  return std::any_of(tables_.begin(), tables_.end(), [&](const Table& table) {
    return table.header == header &&
           std::any_of(table.entries.begin(), table.entries.end(), [&](const auto& entry) {
             return entry.first == key || entry.first.starts_with(key + ".");
           });
  });
}

ManifestText::Table& ManifestText::table(const std::string& header) {
  for (auto& table : tables_) {
    if (table.header == header && !table.is_item) return table;
  }
  tables_.push_back({header, false, {}});
  return tables_.back();
}

ManifestText::Table& ManifestText::add_item(const std::string& header) {
  tables_.push_back({header, true, {}});
  return tables_.back();
}

namespace {

std::string with_windows_lines(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

}  // namespace

bool ManifestText::has_below(const std::string& header) const {
  return std::any_of(tables_.begin(), tables_.end(),
                     [&](const Table& table) { return table.header.starts_with(header + "."); });
}

std::string ManifestText::render(Random& random) const {
  const bool dotted = random.chance(8);
  std::string top;
  std::string rest;
  for (const auto& table : tables_) {
    const bool at_top = !table.is_item && (table.header.empty() || dotted);
    const bool empty = table.entries.empty();
    // A header behind dotted keys would define its table twice.
    if (empty && dotted && !table.is_item && has_below(table.header)) continue;
    if (at_top && !empty) {
      const auto prefix = table.header.empty() ? "" : table.header + ".";
      for (const auto& [key, value] : table.entries)
        top += fmt::format("{}{} = {}\n", prefix, key, value);
      continue;
    }
    rest +=
        table.is_item ? fmt::format("[[{}]]\n", table.header) : fmt::format("[{}]\n", table.header);
    for (const auto& [key, value] : table.entries) rest += fmt::format("{} = {}\n", key, value);
    if (random.chance(20)) rest += "# a comment, \xc3\xa4\n\n";
  }
  auto text = top + rest;
  if (random.chance(8)) text = with_windows_lines(text);
  if (random.chance(4)) text = "\xef\xbb\xbf" + text;
  if (random.chance(5) && !text.empty()) text.pop_back();
  return text;
}

std::string toml_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string spelled(Random& random, const std::string& text) {
  const bool plain = text.find_first_of("'\\\n") == std::string::npos;
  switch (random.below(8)) {
    case 0:
      return plain ? "'" + text + "'" : toml_quoted(text);
    case 1:
      return plain ? "'''" + text + "'''" : toml_quoted(text);
    case 2:
      return "\"\"\"\n" + toml_quoted(text).substr(1, toml_quoted(text).size() - 2) + "\"\"\"";
    case 3: {
      const bool ascii = !text.empty() && (static_cast<unsigned char>(text[0]) < 0x80);
      return ascii ? fmt::format("\"\\u{:04x}", text[0]) + toml_quoted(text.substr(1)).substr(1)
                   : toml_quoted(text);
    }
    default:
      return toml_quoted(text);
  }
}

std::string toml_name(const std::string& name) {
  constexpr std::string_view bare =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const bool is_bare = !name.empty() && name.find_first_not_of(bare) == std::string::npos;
  return is_bare ? name : toml_quoted(name);
}

std::string array_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + toml_quoted(text);
  return "[" + out + "]";
}

std::string inline_table(const Entries& entries) {
  std::string out;
  for (const auto& [key, value] : entries)
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key, value);
  return "{ " + out + " }";
}

}  // namespace larder::test
