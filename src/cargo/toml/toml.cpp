#include "larder/cargo/toml/toml.hpp"

#include <toml++/toml.h>

#include <sstream>

#include "regular_toml.hpp"
#include "toml_scan.hpp"

namespace larder::cargo {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

Position position_of(const toml::source_position& position) {
  return {static_cast<std::uint32_t>(position.line), static_cast<std::uint32_t>(position.column)};
}

/// The byte offset of a position.
std::size_t offset_of(std::string_view text, Position position) {
  std::size_t at = 0;
  for (std::uint32_t line = 1; line < position.line; ++line) at = text.find('\n', at) + 1;
  for (auto left = position.column; left > 1 && at < text.size(); --left) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

/// Converts toml++'s values to ours.
class Converter {
 public:
  Converter(std::string_view text, const TomlScan& scan) : text_(text), scan_(&scan) {}

  /// Moves the strings out of `table`.
  TomlTable table(toml::table& table) {
    TomlTable out;
    for (auto& [key, value] : table) {
      if (value.is_table()) check_header(key, *value.as_table());
      out.emplace_hint(out.end(), std::string(key.str()), convert(value));
    }
    return out;
  }

  /// Whether only a scan can decide whether cargo accepts the text.
  bool has_doubt() const { return has_doubt_; }
  const std::optional<TomlScan::Problem>& problem() const { return problem_; }

 private:
  TomlValue convert(toml::node& node) {
    const auto position = position_of(node.source().begin);
    switch (node.type()) {
      case toml::node_type::string:
        return {string(*node.as_string(), position), position};
      case toml::node_type::boolean:
        return {node.as_boolean()->get(), position};
      case toml::node_type::integer:
        return {node.as_integer()->get(), position};
      case toml::node_type::floating_point:
        has_doubt_ = true;
        return {node.as_floating_point()->get(), position};
      case toml::node_type::table:
      case toml::node_type::array:
        return nested(node, position);
      default:
        return {date(node), position};
    }
  }

  TomlDate date(const toml::node& node) const {
    std::ostringstream out;
    if (const auto* day = node.as_date()) out << *day;
    if (const auto* time = node.as_time()) out << *time;
    const auto* both = node.as_date_time();
    if (both == nullptr) return {out.str()};
    out << *both;
    auto text = out.str();
    // toml++ writes +00:00 as Z too.
    const auto end = offset_of(text_, position_of(node.source().end));
    if (text.ends_with('Z') && text_[end - 1] == '0') text.replace(text.size() - 1, 1, "+00:00");
    return {std::move(text)};
  }

  std::string string(toml::value<std::string>& text, Position position) const {
    if (!scan_->strings.empty()) {
      const auto found = scan_->strings.find({position.line, position.column});
      if (found != scan_->strings.end()) return found->second;
    }
    return std::move(text.get());
  }

  TomlValue nested(toml::node& node, Position position) {
    if (++depth_ >= deepest_toml) has_doubt_ = true;
    TomlValue::Data data;
    if (auto* inner = node.as_table()) {
      data = table(*inner);
    } else {
      TomlArray items;
      items.reserve(node.as_array()->size());
      for (auto& item : *node.as_array()) items.push_back(convert(item));
      data = std::move(items);
    }
    --depth_;
    return {std::move(data), position};
  }

  /// Whether an entry comes from `key = value` and not from a header. toml++ gives a table the
  /// position of its header, or that of its key if it comes from a dotted key.
  static bool is_pair(const toml::key& key, const toml::node& value) {
    const auto& begin = value.source().begin;
    if (const auto* table = value.as_table())
      return table->is_inline() || begin == key.source().begin;
    return begin > key.source().begin;
  }

  /// After [a.b], the table `a` has no header of its own. toml++ lets a dotted key below another
  /// header add to it; cargo refuses that.
  void check_header(const toml::key& table_key, const toml::table& table) {
    if (is_pair(table_key, table)) return;
    const auto header = table.source().begin.line;
    bool is_implied = false;
    bool has_earlier = false;
    for (const auto& entry : table) {
      const auto line = entry.first.source().begin.line;
      is_implied |= line == header;
      has_earlier |= line < header;
    }
    if (!is_implied && !has_earlier) return;
    for (const auto& [key, value] : table) {
      const auto& begin = key.source().begin;
      if ((is_implied || begin.line < header) && is_pair(key, value)) {
        problem_ = {position_of(begin),
                    "a dotted key cannot extend a table that a header above has defined"};
      }
    }
  }

  std::string_view text_;
  const TomlScan* scan_;
  int depth_ = 0;
  bool has_doubt_ = false;
  std::optional<TomlScan::Problem> problem_;
};

/// The location of a position, with the column in bytes.
Location location_in(std::string_view file, std::string_view text, Position position) {
  const auto offset = offset_of(text, position);
  const auto line_start = text.substr(0, offset).rfind('\n') + 1;  // npos + 1 is 0
  return locate(file, text, position.line, static_cast<std::uint32_t>(offset - line_start + 1));
}

Error syntax_error(const std::string& error_id, std::string_view file, std::string_view text,
                   Position position, std::string_view what) {
  Error error(error_id, "this is not valid TOML: " + std::string(what));
  error.at(location_in(file, text, position));
  return error;
}

}  // namespace

Location TomlDocument::location(Position position) const {
  return location_in(file, text, position);
}

TomlDocument parse_toml(std::string file, std::string text, const std::string& error_id) {
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  if (auto regular = read_regular_toml(text))
    return {std::move(file), std::move(text), TomlValue(std::move(*regular), Position{1, 1})};
  TomlScan scan;
  const auto check = [&](const std::optional<TomlScan::Problem>& problem) {
    if (problem) throw syntax_error(error_id, file, text, problem->position, problem->message);
  };
  if (could_be_too_deep(text)) check(scan_toml(text).problem);
  try {
    auto parsed = toml::parse(std::string_view(text));
    const bool is_scanned = is_worth_scanning(text);
    if (is_scanned) scan = scan_toml(text);
    check(scan.problem);
    Converter converter(text, scan);
    auto root = TomlValue(converter.table(parsed), Position{1, 1});
    check(converter.problem());
    if (!is_scanned && converter.has_doubt()) check(scan_toml(text).problem);
    return {std::move(file), std::move(text), std::move(root)};
  } catch (const toml::parse_error& error) {
    throw syntax_error(error_id, file, text, position_of(error.source().begin),
                       error.description());
  }
}

}  // namespace larder::cargo
