#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/base/error.hpp"

// A recipe as a JSON document, with errors that name the place. Knows no key of a recipe.

namespace larder::recipe {

/// Parses a recipe's text. Throws `recipe-parse`, or `recipe-invalid` when a key occurs twice in
/// one object. `file` is for messages.
nlohmann::json parse_document(const std::string& file, std::string_view text);

/// A JSON value with the keys that lead to it, for messages. What a value is asked for and is not
/// throws `recipe-invalid`. The document and `file` must outlive it.
class Cursor {
 public:
  Cursor(const nlohmann::json& value, std::string where, const std::string& file)
      : value_(value), where_(std::move(where)), file_(file) {}

  Cursor at(const std::string& key) const;
  /// Whether it is an object that has the key, with another value than null.
  bool has(const std::string& key) const;
  std::string string() const;
  bool boolean() const;
  std::size_t number() const;
  std::vector<Cursor> items() const;
  std::vector<std::string> strings() const;
  /// A path that stays inside its directory.
  std::string inner_path() const;
  template <typename Value>
  Value one_of(const std::vector<std::pair<std::string, Value>>& choices) const {
    const auto text = string();
    for (const auto& [name, value] : choices) {
      if (name == text) return value;
    }
    throw unknown_value();
  }
  const nlohmann::json& value() const { return value_; }
  Error error(std::string message) const;

 private:
  Error unknown_value() const;

  const nlohmann::json& value_;
  std::string where_;
  const std::string& file_;
};

}  // namespace larder::recipe
