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

/// TOML as values with positions. Only toml.cpp knows the parser (toml++).
namespace larder::cargo {

/// Line and column of a value, from 1, in characters (a `Location` counts bytes); 0 for a value
/// that was not parsed from text.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Less code than `std::less` for strings, which takes a detour over `<=>`.
struct KeyOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a.compare(b) < 0; }
};

class TomlValue;
using TomlArray = std::vector<TomlValue>;
/// Sorted by key, as cargo's own maps are.
using TomlTable = std::map<std::string, TomlValue, KeyOrder>;
/// No key that cargo interprets is a date. Kept as text so that unknown keys pass.
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
  template <typename Type>
  void set(Type data, Position position) {
    data_.template emplace<Type>(std::move(data));
    position_ = position;
  }

  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const TomlArray* array() const { return std::get_if<TomlArray>(&data_); }
  const TomlTable* table() const { return std::get_if<TomlTable>(&data_); }
  TomlTable* table() { return std::get_if<TomlTable>(&data_); }

  /// The value of `key`; null when this is not a table or lacks it.
  const TomlValue* find(std::string_view key) const;
  /// "a string", "an integer", …, for messages.
  std::string_view type_name() const;

  /// Compares contents, not positions.
  bool operator==(const TomlValue& other) const { return data_ == other.data_; }

 private:
  Data data_;
  Position position_;
};

/// The table under a key; an empty one when there is none.
const TomlTable& table_at(const TomlTable& table, std::string_view key);
/// The same for modification; null when there is none.
TomlTable* find_table(TomlTable& table, std::string_view key);

/// A parsed file, with what an error message needs.
struct TomlDocument {
  std::string file;
  std::string text;
  TomlValue root;

  Location location(Position position) const;
};

/// Parses TOML 1.1, which cargo accepts since 1.94. Skips a byte order mark. `error_id` is the id
/// of the error thrown, with its position, for text that is not TOML (`manifest-parse`,
/// `lock-parse`, …).
TomlDocument parse_toml(std::string file, std::string text, const std::string& error_id);

/// A value in a document together with the keys that lead to it. Reads typed values; errors name
/// key, file, line and column.
class TomlCursor {
 public:
  TomlCursor(const TomlDocument& document, const std::string& error_id)
      : document_(&document), value_(&document.root), error_id_(&error_id) {}

  const TomlValue& value() const { return *value_; }
  /// The dotted key of the value, for messages; for an item of an array, the key of the array.
  /// Found by searching the document.
  std::string key() const;
  Location location() const { return document_->location(value_->position()); }
  const TomlDocument& document() const { return *document_; }

  /// The value under `key`. This must be a table.
  std::optional<TomlCursor> find(std::string_view key) const;
  /// The value under the first of these keys that is present: several spellings of one key.
  std::optional<TomlCursor> find_any(std::initializer_list<std::string_view> keys) const;

  const std::string& as_string() const;
  bool as_bool() const;
  std::vector<std::string> as_strings() const;
  /// Throws what `as_strings` throws.
  void check_strings() const;
  const TomlTable& as_table() const;
  std::vector<TomlCursor> as_array() const;
  class Entries;
  /// The entries of a table in key order: pairs of a key and a cursor.
  Entries entries() const;
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

/// A range over the entries of a table, which must stay where it is.
class TomlCursor::Entries {
 public:
  class Iterator {
   public:
    Iterator(const TomlCursor& table, TomlTable::const_iterator at) : table_(&table), at_(at) {}
    std::pair<std::string_view, TomlCursor> operator*() const {
      return {at_->first, TomlCursor(*table_, at_->second)};
    }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const TomlCursor* table_;
    TomlTable::const_iterator at_;
  };

  explicit Entries(const TomlCursor& table) : table_(table), entries_(table.as_table()) {}
  Iterator begin() const { return {table_, entries_.begin()}; }
  Iterator end() const { return {table_, entries_.end()}; }

 private:
  TomlCursor table_;
  const TomlTable& entries_;
};

/// A quoted TOML basic string.
std::string toml_quote(std::string_view text);
/// Appends it.
void add_toml_quoted(std::string& out, std::string_view text);
/// A key, bare if TOML allows it, otherwise quoted.
std::string toml_key(std::string_view key);
/// A value on one line, with tables inline and their keys sorted.
std::string toml_inline(const TomlValue& value);
/// A table as a document: sorted keys, plain values before sub-tables, arrays of tables inline.
std::string toml_document(const TomlTable& table);

}  // namespace larder::cargo
