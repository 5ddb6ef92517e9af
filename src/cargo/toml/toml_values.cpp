#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "larder/cargo/toml/toml.hpp"
#include "toml_scan.hpp"

// Looks into values and writes them, without the parser.

namespace larder::cargo {

namespace {

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

/// Finds the keys that lead from one value to another one below it.
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

void TomlCursor::check_strings() const {
  const auto* array = value_->array();
  if (array == nullptr) throw wrong_type("an array");
  for (const auto& item : *array) {
    if (item.string() == nullptr) throw TomlCursor(*this, item).wrong_type("an array of strings");
  }
}

std::vector<std::string> TomlCursor::as_strings() const {
  check_strings();
  std::vector<std::string> out;
  out.reserve(value_->array()->size());
  for (const auto& item : *value_->array()) out.push_back(*item.string());
  return out;
}

TomlCursor::Entries TomlCursor::entries() const {
  return Entries(*this);
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

void add_toml_quoted(std::string& out, std::string_view text) {
  const auto is_plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
  };
  out += '"';
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    out.append(text) += '"';
    return;
  }
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
  out += '"';
}

std::string toml_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  add_toml_quoted(out, text);
  return out;
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
