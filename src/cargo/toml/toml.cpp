#include "larder/cargo/toml/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "regular_toml.hpp"
#include "toml_scan.hpp"

namespace larder::cargo {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

Position position_of(const toml::source_position& position) {
  return {static_cast<std::uint32_t>(position.line), static_cast<std::uint32_t>(position.column)};
}

/// The byte of a position.
std::size_t offset_of(std::string_view text, Position position) {
  std::size_t at = 0;
  for (std::uint32_t line = 1; line < position.line; ++line) at = text.find('\n', at) + 1;
  for (auto left = position.column; left > 1 && at < text.size(); --left) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

/// From toml++'s values to ours.
class Converter {
 public:
  Converter(std::string_view text, const TomlScan& scan) : text_(text), scan_(&scan) {}

  /// Moves the texts out of `table`.
  TomlTable table(toml::table& table) {
    TomlTable out;
    for (auto& [key, value] : table) {
      if (value.is_table()) check_header(key, *value.as_table());
      out.emplace_hint(out.end(), std::string(key.str()), convert(value));
    }
    return out;
  }

  /// Whether only a scan can tell that cargo accepts the text.
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
    // toml++ writes Z for +00:00 as well.
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

  /// Whether `key = value` made the entry, and not a header. toml++ gives a table the position of
  /// its header, or that of its key when it comes from a dotted key.
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
                    "a dotted key cannot add to a table that a header above has made"};
      }
    }
  }

  std::string_view text_;
  const TomlScan* scan_;
  int depth_ = 0;
  bool has_doubt_ = false;
  std::optional<TomlScan::Problem> problem_;
};

/// With the column in bytes.
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

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), is_bare);
}

std::string inline_double(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  auto text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

void write_table(std::string& out, const std::string& prefix, const TomlTable& table) {
  for (const auto& [key, value] : table) {
    if (value.table() == nullptr) out += toml_key(key) + " = " + toml_inline(value) + "\n";
  }
  for (const auto& [key, value] : table) {
    const auto* inner = value.table();
    if (inner == nullptr) continue;
    const auto name = prefix + toml_key(key);
    bool has_values = inner->empty();
    for (const auto& entry : *inner) has_values = has_values || entry.second.table() == nullptr;
    if (has_values) out += (out.empty() ? "[" : "\n[") + name + "]\n";
    write_table(out, name + ".", *inner);
  }
}

}  // namespace

const TomlTable& table_at(const TomlTable& table, std::string_view key) {
  static const TomlTable none;
  const auto found = table.find(key);
  return found == table.end() || found->second.table() == nullptr ? none : *found->second.table();
}

TomlTable* find_table(TomlTable& table, std::string_view key) {
  const auto found = table.find(key);
  return found == table.end() ? nullptr : found->second.table();
}

const TomlValue* TomlValue::find(std::string_view key) const {
  const auto* entries = table();
  if (entries == nullptr) return nullptr;
  const auto found = entries->find(key);
  return found == entries->end() ? nullptr : &found->second;
}

std::string_view TomlValue::type_name() const {
  static constexpr std::array<std::string_view, 7> names{
      "a string", "an integer", "a float", "a boolean", "a date", "an array", "a table"};
  return names.at(data_.index());
}

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

std::optional<TomlCursor> TomlCursor::find(std::string_view key) const {
  const auto& table = as_table();
  const auto found = table.find(key);
  if (found == table.end()) return std::nullopt;
  return TomlCursor(*this, found->second);
}

std::optional<TomlCursor> TomlCursor::find_any(std::initializer_list<std::string_view> keys) const {
  for (const auto key : keys) {
    if (auto found = find(key)) return found;
  }
  return std::nullopt;
}

namespace {

/// Finds the keys that lead from one value to another, which is below it.
bool find_keys(const TomlValue& from, const TomlValue& to, std::string& keys) {
  if (&from == &to) return true;
  if (const auto* array = from.array()) {
    return std::any_of(array->begin(), array->end(),
                       [&](const TomlValue& item) { return find_keys(item, to, keys); });
  }
  if (from.table() == nullptr) return false;
  const auto length = keys.size();
  for (const auto& [key, value] : *from.table()) {
    keys += (keys.empty() ? "" : ".") + toml_key(key);
    if (find_keys(value, to, keys)) return true;
    keys.resize(length);
  }
  return false;
}

}  // namespace

std::string TomlCursor::key() const {
  std::string keys;
  find_keys(document_->root, *value_, keys);
  return keys;
}

Error TomlCursor::error(std::string message) const {
  Error error(*error_id_, std::move(message));
  error.at(location());
  return error;
}

Error TomlCursor::wrong_type(std::string_view wanted) const {
  return error(fmt::format("`{}` must be {}, but it is {}", key(), wanted, value_->type_name()));
}

const std::string& TomlCursor::as_string() const {
  if (const auto* text = value_->string()) return *text;
  throw wrong_type("a string");
}

bool TomlCursor::as_bool() const {
  if (const auto* flag = value_->boolean()) return *flag;
  throw wrong_type("true or false");
}

const TomlTable& TomlCursor::as_table() const {
  if (const auto* table = value_->table()) return *table;
  throw wrong_type("a table");
}

std::vector<TomlCursor> TomlCursor::as_array() const {
  const auto* array = value_->array();
  if (array == nullptr) throw wrong_type("an array");
  std::vector<TomlCursor> items;
  for (const auto& item : *array) items.push_back(TomlCursor(*this, item));
  return items;
}

std::vector<std::string> TomlCursor::as_strings() const {
  std::vector<std::string> out;
  for (const auto& item : as_array()) {
    if (item.value().string() == nullptr) throw item.wrong_type("an array of strings");
    out.push_back(item.as_string());
  }
  return out;
}

std::vector<std::pair<std::string_view, TomlCursor>> TomlCursor::entries() const {
  const auto& table = as_table();
  std::vector<std::pair<std::string_view, TomlCursor>> out;
  out.reserve(table.size());
  for (const auto& [key, value] : table) out.emplace_back(key, TomlCursor(*this, value));
  return out;
}

std::optional<std::string> TomlCursor::string_at(std::string_view key) const {
  const auto found = find(key);
  return found ? std::optional(found->as_string()) : std::nullopt;
}

std::optional<bool> TomlCursor::bool_at(std::string_view key) const {
  const auto found = find(key);
  return found ? std::optional(found->as_bool()) : std::nullopt;
}

std::vector<std::string> TomlCursor::strings_at(std::string_view key) const {
  const auto found = find(key);
  return found ? found->as_strings() : std::vector<std::string>{};
}

std::string toml_quote(std::string_view text) {
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
  };
  std::string out = "\"";
  if (std::all_of(text.begin(), text.end(), plain)) return out.append(text).append("\"");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20 || byte == 0x7f) {
          out += fmt::format("\\u{:04X}", byte);
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string toml_key(std::string_view key) {
  return is_bare_key(key) ? std::string(key) : toml_quote(key);
}

std::string toml_inline(const TomlValue& value) {
  if (const auto* text = value.string()) return toml_quote(*text);
  if (const auto* flag = value.boolean()) return *flag ? "true" : "false";
  if (const auto* number = value.integer()) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value.data())) return inline_double(*number);
  if (const auto* date = std::get_if<TomlDate>(&value.data())) return date->text;
  std::string out;
  if (const auto* array = value.array()) {
    for (const auto& item : *array) out += (out.empty() ? "" : ", ") + toml_inline(item);
    return "[" + out + "]";
  }
  for (const auto& [key, item] : *value.table()) {
    out += (out.empty() ? " " : ", ") + toml_key(key) + " = " + toml_inline(item);
  }
  return out.empty() ? "{}" : "{" + out + " }";
}

std::string toml_document(const TomlTable& table) {
  std::string out;
  write_table(out, "", table);
  return out;
}

}  // namespace larder::cargo
