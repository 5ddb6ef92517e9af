#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "larder/base/error.hpp"

/// TOML as values with positions. The parser (toml++) is known to toml.cpp alone.
namespace larder::cargo {

/// Line and column of a value, from 1, in characters (a `Location` has bytes); 0 for a value that
/// was not read from a text.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

class TomlValue;
using TomlArray = std::vector<TomlValue>;
/// Sorted by key, as cargo's own maps are.
using TomlTable = std::map<std::string, TomlValue, std::less<>>;
/// Dates occur in no key that cargo interprets; kept as text so that unknown keys pass.
struct TomlDate {
  std::string text;
  bool operator==(const TomlDate&) const = default;
};

class TomlValue {
 public:
  using Data =
      std::variant<std::string, std::int64_t, double, bool, TomlDate, TomlArray, TomlTable>;

  TomlValue() : data_(TomlTable{}) {}
  TomlValue(Data data, Position position = {}) : data_(std::move(data)), position_(position) {}

  const Position& position() const { return position_; }
  const Data& data() const { return data_; }
  Data& data() { return data_; }

  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const TomlArray* array() const { return std::get_if<TomlArray>(&data_); }
  const TomlTable* table() const { return std::get_if<TomlTable>(&data_); }
  TomlTable* table() { return std::get_if<TomlTable>(&data_); }

  /// The value of `key` when this is a table that has it.
  const TomlValue* find(std::string_view key) const;
  /// "a string", "an integer", …, for messages.
  std::string_view type_name() const;

  /// Equal contents, wherever they were read.
  bool operator==(const TomlValue& other) const { return data_ == other.data_; }

 private:
  Data data_;
  Position position_;
};

/// The table under a key; an empty one where there is none.
const TomlTable& table_at(const TomlTable& table, std::string_view key);
/// The same to be changed; null where there is none.
TomlTable* find_table(TomlTable& table, std::string_view key);

/// A parsed file, with what an error message needs.
struct TomlDocument {
  std::string file;
  std::string text;
  TomlValue root;

  Location location(Position position) const;
};

/// Parses TOML 1.1, which cargo accepts since 1.94. A byte order mark is skipped. `error_id` is the
/// id of the error thrown for a text that is not TOML (`manifest-parse`, `lock-parse`, …), with its
/// position.
TomlDocument parse_toml(std::string file, std::string text, const std::string& error_id);

/// A value in a document together with the keys that lead to it: typed reading whose errors name
/// key, file, line and column.
class TomlCursor {
 public:
  TomlCursor(const TomlDocument& document, const std::string& error_id)
      : document_(&document), value_(&document.root), error_id_(&error_id) {}

  const TomlValue& value() const { return *value_; }
  /// The dotted key that leads to the value, for messages; that of the array for an item of one.
  /// Found by searching the document.
  std::string key() const;
  Location location() const { return document_->location(value_->position()); }
  const TomlDocument& document() const { return *document_; }

  /// The value under `key`; this must be a table.
  std::optional<TomlCursor> find(std::string_view key) const;
  /// The first of several spellings of one key.
  std::optional<TomlCursor> find_any(std::initializer_list<std::string_view> keys) const;

  const std::string& as_string() const;
  bool as_bool() const;
  std::vector<std::string> as_strings() const;
  const TomlTable& as_table() const;
  std::vector<TomlCursor> as_array() const;
  /// The entries of a table in key order.
  std::vector<std::pair<std::string_view, TomlCursor>> entries() const;
  bool is_table() const { return value_->table() != nullptr; }

  std::optional<std::string> string_at(std::string_view key) const;
  std::optional<bool> bool_at(std::string_view key) const;
  std::vector<std::string> strings_at(std::string_view key) const;

  /// An error with this cursor's error id, at its position.
  Error error(std::string message) const;

 private:
  TomlCursor(const TomlCursor& parent, const TomlValue& value)
      : document_(parent.document_), value_(&value), error_id_(parent.error_id_) {}
  Error wrong_type(std::string_view wanted) const;

  const TomlDocument* document_;
  const TomlValue* value_;
  const std::string* error_id_;
};

/// A quoted TOML basic string.
std::string toml_quote(std::string_view text);
/// A key: bare where TOML allows, quoted elsewhere.
std::string toml_key(std::string_view key);
/// A value on one line, tables inline with sorted keys.
std::string toml_inline(const TomlValue& value);
/// A table as a document: sorted keys, plain values before sub-tables, arrays of tables inline.
std::string toml_document(const TomlTable& table);

}  // namespace larder::cargo
