#include "regular_toml.hpp"

#include <algorithm>
#include <charconv>

#include "toml_scan.hpp"

namespace larder::cargo {

namespace {

bool is_among(const std::vector<const TomlTable*>& tables, const TomlTable* table) {
  return std::find(tables.begin(), tables.end(), table) != tables.end();
}

/// The most parts that a key may have, and the deepest nesting of arrays and inline tables.
constexpr std::size_t deepest = 16;

/// Functions that return a bool return false if the text is not regular.
class RegularTomlReader {
 public:
  explicit RegularTomlReader(std::string_view text) : text_(text) {}

  std::optional<TomlTable> run() {
    auto* table = &root_;
    while (skip_blanks()) {
      if (at_end()) return std::move(root_);
      if (next() == '[') {
        table = header();
        if (table == nullptr) break;
      } else if (!key_value(*table)) {
        break;
      }
      if (!end_line()) break;
    }
    return std::nullopt;
  }

 private:
  struct KeyPart {
    std::string_view text;
    Position position;
  };

  bool at_end() const { return at_ == text_.size(); }
  char next() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  Position position() const { return {line_, static_cast<std::uint32_t>(at_ - line_start_ + 1)}; }

  // --- between values ----------------------------------------------------------------------------

  void skip_spaces() {
    while (next() == ' ' || next() == '\t') ++at_;
  }

  bool take_newline() {
    if (!take('\n')) return false;
    ++line_;
    line_start_ = at_;
    return true;
  }

  /// Skips a comment, if there is one, up to the end of its line.
  bool skip_comment() {
    if (next() != '#') return true;
    while (is_printable(next()) || next() == '\t') ++at_;
    return at_end() || next() == '\n';
  }

  /// Skips spaces, comments and line breaks.
  bool skip_blanks() {
    do {
      skip_spaces();
      if (!skip_comment()) return false;
    } while (take_newline());
    return true;
  }

  bool end_line() {
    skip_spaces();
    return skip_comment() && (at_end() || take_newline());
  }

  // --- keys --------------------------------------------------------------------------------------

  /// Reads a key into `key_`.
  bool read_key() {
    key_.clear();
    do {
      if (key_.size() == deepest) return false;
      skip_spaces();
      const auto start = position();
      const auto part = next() == '"' || next() == '\'' ? quoted() : bare();
      if (!part || part->empty()) return false;
      key_.push_back({*part, start});
      skip_spaces();
    } while (take('.'));
    return true;
  }

  std::optional<std::string_view> bare() {
    const auto start = at_;
    while (is_bare(next())) ++at_;
    return text_.substr(start, at_ - start);
  }

  /// The table below `table` that the last part of `key_` belongs to. Tables on the way to it must
  /// be new or among `known`, and new ones are added to `known`. A new table has the position
  /// `header`, if there is one, or otherwise that of its part of the key.
  TomlTable* parent_of_last(TomlTable* table, std::vector<const TomlTable*>& known,
                            std::optional<Position> header) const {
    for (std::size_t i = 0; i + 1 < key_.size(); ++i) {
      const auto& part = key_[i];
      const auto found = table->find(part.text);
      if (found != table->end()) {
        table = found->second.table();
        if (table == nullptr || !is_among(known, table)) return nullptr;
      } else {
        table = add(*table, part.text, {TomlTable{}, header.value_or(part.position)})->table();
        known.push_back(table);
      }
    }
    return table;
  }

  /// Null if the key is already there.
  static TomlValue* add(TomlTable& table, std::string_view key, TomlValue&& value) {
    const auto [entry, is_new] = table.try_emplace(std::string(key), std::move(value));
    return is_new ? &entry->second : nullptr;
  }

  /// Reads a header. Returns the table that the next entries belong to, or null if the text is not
  /// regular.
  TomlTable* header() {
    const auto start = position();
    take('[');
    const bool is_array = take('[');
    if (!read_key() || !take(']') || (is_array && !take(']'))) return nullptr;
    dotted_.clear();
    auto* parent = parent_of_last(&root_, headed_, start);
    if (parent == nullptr) return nullptr;
    return is_array ? add_to_array(*parent, start) : add_table(*parent, start);
  }

  TomlTable* add_table(TomlTable& parent, Position start) {
    auto* added = add(parent, key_.back().text, {TomlTable{}, start});
    if (added == nullptr) return nullptr;
    headed_.push_back(added->table());
    return added->table();
  }

  TomlTable* add_to_array(TomlTable& parent, Position start) {
    const auto found = parent.find(key_.back().text);
    const bool is_new = found == parent.end();
    auto* value = is_new ? add(parent, key_.back().text, {TomlArray{}, start}) : &found->second;
    if (is_new) headed_arrays_.push_back(value);
    const bool is_headed =
        std::find(headed_arrays_.begin(), headed_arrays_.end(), value) != headed_arrays_.end();
    if (!is_headed) return nullptr;
    auto& items = std::get<TomlArray>(value->data());
    return items.emplace_back(TomlTable{}, start).table();
  }

  bool key_value(TomlTable& table) {
    if (!read_key() || !take('=')) return false;
    auto* parent = parent_of_last(&table, dotted_, std::nullopt);
    auto* added = parent == nullptr ? nullptr : add(*parent, key_.back().text, {});
    skip_spaces();
    return added != nullptr && value(*added);
  }

  // --- values ------------------------------------------------------------------------------------

  bool value(TomlValue& out) {
    const auto start = position();
    switch (next()) {
      case '"':
      case '\'': {
        const auto text = quoted();
        if (text) out.set(std::string(*text), start);
        return text.has_value();
      }
      case '[':
        out.set(TomlArray{}, start);
        return nested([&] { return items(std::get<TomlArray>(out.data())); });
      case '{':
        out.set(TomlTable{}, start);
        return nested([&] { return pairs(*out.table()); });
      case 't':
      case 'f':
        return boolean(out, start);
      default:
        return integer(out, start);
    }
  }

  /// Reads a string in quotes.
  std::optional<std::string_view> quoted() {
    const char quote = text_[at_++];
    const auto start = at_;
    while (is_printable(next()) && next() != quote && (quote == '\'' || next() != '\\')) ++at_;
    const auto contents = text_.substr(start, at_ - start);
    if (!take(quote)) return std::nullopt;
    // Three quotes begin a multi-line string.
    if (contents.empty() && next() == quote) return std::nullopt;
    return contents;
  }

  bool boolean(TomlValue& out, Position start) {
    const bool flag = next() == 't';
    const std::string_view word = flag ? "true" : "false";
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    out.set(flag, start);
    return true;
  }

  bool integer(TomlValue& out, Position start) {
    constexpr std::size_t most_digits = 18;  // all of them fit
    const bool is_negative = take('-');
    const auto first = at_;
    while (is_digit(next())) ++at_;
    const auto digits = text_.substr(first, at_ - first);
    if (digits.empty() || digits.size() > most_digits) return false;
    if (digits.size() > 1 && digits.front() == '0') return false;
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    out.set(is_negative ? -number : number, start);
    return true;
  }

  template <typename Read>
  bool nested(const Read& read) {
    ++at_;
    if (++depth_ > deepest) return false;
    const bool is_regular = read();
    --depth_;
    return is_regular;
  }

  bool items(TomlArray& out) {
    while (true) {
      if (!skip_blanks()) return false;
      if (take(']')) return true;
      if (!value(out.emplace_back()) || !skip_blanks()) return false;
      if (!take(',')) return take(']');
    }
  }

  bool pairs(TomlTable& out) {
    const auto outer = dotted_.size();
    while (true) {
      if (!skip_blanks()) return false;
      if (take('}')) break;
      if (!key_value(out) || !skip_blanks()) return false;
      if (take(',')) continue;
      if (!take('}')) return false;
      break;
    }
    dotted_.resize(outer);  // nothing can be added to this table any more
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
  std::size_t depth_ = 0;
  TomlTable root_;
  std::vector<KeyPart> key_;
  /// Tables made by dotted keys below the last header, or in an open inline table.
  std::vector<const TomlTable*> dotted_;
  /// Tables and arrays of tables made by headers.
  std::vector<const TomlTable*> headed_;
  std::vector<const TomlValue*> headed_arrays_;
};

}  // namespace

std::optional<TomlTable> read_regular_toml(std::string_view text) {
  return RegularTomlReader(text).run();
}

}  // namespace larder::cargo
