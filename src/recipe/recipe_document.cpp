#include "recipe_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "larder/base/path.hpp"

namespace larder::recipe {

using nlohmann::json;

namespace {

/// Finds a key that occurs twice in one object. The library silently keeps the last one. Its parser
/// callback could find it in the same pass, but with a callback, nlohmann_json 3.11 searches the
/// whole enclosing array at the end of each object, which takes quadratic time.
class DuplicateKeys : public json::json_sax_t {
 public:
  const std::optional<std::string>& found() const { return found_; }

  bool start_object(std::size_t) override {
    open_objects_.emplace_back();
    return true;
  }
  bool key(string_t& key) override {
    if (!open_objects_.back().insert(key).second) found_ = key;
    return !found_;
  }
  bool end_object() override {
    open_objects_.pop_back();
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

 private:
  std::vector<std::set<std::string>> open_objects_;
  std::optional<std::string> found_;
};

}  // namespace

json parse_document(const std::string& file, std::string_view text) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    // `byte` counts from 1 and includes the unexpected character.
    const auto before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
    const auto line =
        static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
    const auto column = static_cast<std::uint32_t>(before.size() - (before.rfind('\n') + 1) + 1);
    std::string message = error.what();
    // The library's own prefix and position say less than ours.
    if (const auto detail = message.find(": "); detail != std::string::npos)
      message = message.substr(detail + 2);
    throw Error("recipe-parse", "the recipe is not valid JSON: " + message)
        .at(locate(file, text, line, column))
        .hint("it may be truncated; make it again with `cargo larder prepare`");
  } catch (const json::out_of_range&) {
    throw Error("recipe-parse", "the recipe contains a number that is too large").in_file(file);
  }
  DuplicateKeys duplicates;
  json::sax_parse(text, &duplicates);
  if (duplicates.found()) {
    throw Error("recipe-invalid",
                fmt::format("the key `{}` occurs twice in one object", *duplicates.found()))
        .in_file(file);
  }
  return document;
}

Cursor Cursor::at(const std::string& key) const {
  if (!value_.is_object() || !value_.contains(key))
    throw error(fmt::format("`{}` has no `{}`", where_, key));
  return {value_.at(key), where_ + "." + key, file_};
}

bool Cursor::has(const std::string& key) const {
  return value_.is_object() && value_.contains(key) && !value_.at(key).is_null();
}

std::string Cursor::string() const {
  if (!value_.is_string()) throw error(fmt::format("`{}` must be a string", where_));
  return value_.get<std::string>();
}

bool Cursor::boolean() const {
  if (!value_.is_boolean()) throw error(fmt::format("`{}` must be true or false", where_));
  return value_.get<bool>();
}

std::size_t Cursor::number() const {
  if (!value_.is_number_unsigned())
    throw error(fmt::format("`{}` must be a non-negative integer", where_));
  return value_.get<std::size_t>();
}

std::vector<Cursor> Cursor::items() const {
  if (!value_.is_array()) throw error(fmt::format("`{}` must be an array", where_));
  std::vector<Cursor> out;
  for (std::size_t i = 0; i < value_.size(); ++i)
    out.emplace_back(value_[i], fmt::format("{}[{}]", where_, i), file_);
  return out;
}

std::vector<std::string> Cursor::strings() const {
  std::vector<std::string> out;
  for (const auto& item : items()) out.push_back(item.string());
  return out;
}

std::string Cursor::inner_path() const {
  auto text = string();
  if (path::stays_inside(text)) return text;
  throw error(fmt::format("`{}` is {}, a path that points outside its directory", where_,
                          json(text).dump()));
}

Error Cursor::error(std::string message) const {
  Error error("recipe-invalid", std::move(message));
  error.in_file(file_).hint("make the recipe again with `cargo larder prepare`");
  return error;
}

Error Cursor::unknown_value() const {
  return error(fmt::format("`{}` has the unknown value {}", where_, json(string()).dump()));
}

}  // namespace larder::recipe
