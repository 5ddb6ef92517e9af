#include "larder/dockerfile/expand.hpp"

#include <algorithm>
#include <optional>

#include "text_scan.hpp"

namespace larder::dockerfile {

namespace {

enum class Dialect { Docker, Shell };

/// The deepest `${A:-${B:-…}}` that is looked into.
constexpr int deepest = 32;

/// The value without the shortest or longest part at one end that matches.
std::string without_match(const std::string& value, std::string_view pattern, bool from_end,
                          bool longest) {
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const auto length = longest ? value.size() - i : i;
    const auto part = from_end ? std::string_view(value).substr(value.size() - length)
                               : std::string_view(value).substr(0, length);
    if (!matches_pattern(pattern, part)) continue;
    return from_end ? value.substr(0, value.size() - length) : value.substr(length);
  }
  return value;
}

/// The first or every longest match replaced.
std::string with_replacement(const std::string& value, std::string_view pattern,
                             std::string_view replacement, bool all) {
  std::string out;
  for (std::size_t at = 0; at < value.size();) {
    auto length = value.size() - at;
    while (length > 0 && !matches_pattern(pattern, std::string_view(value).substr(at, length)))
      --length;
    if (length == 0) {
      out += value[at++];
      continue;
    }
    out += replacement;
    at += length;
    if (!all) return out + value.substr(at);
  }
  return out;
}

class Expander {
 public:
  Expander(std::string_view text, const Variables& variables, char escape, Dialect dialect,
           int depth)
      : text_(text), variables_(variables), escape_(escape), dialect_(dialect), depth_(depth) {}

  void run() {
    while (at_ < text_.size()) unquoted();
    finish();
  }

  /// All text as one word.
  std::string joined() const {
    std::string out;
    for (const auto& word : words_) out += (out.empty() ? "" : " ") + word;
    return out;
  }
  std::vector<std::string> take_words() { return std::move(words_); }
  bool is_known() const { return known_; }

 private:
  void unquoted() {
    const char c = text_[at_];
    if (c == '\'') {
      single_quoted();
    } else if (c == '"') {
      double_quoted();
    } else if (c == escape_) {
      ++at_;
      if (at_ < text_.size()) add(text_[at_++]);
    } else if (c == '$') {
      dollar(false);
    } else if (c == '`' && dialect_ == Dialect::Shell) {
      skip_backquoted();
    } else {
      add(c);
      ++at_;
    }
  }

  void single_quoted() {
    const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
    add(text_.substr(at_ + 1, end - at_ - 1));
    at_ = std::min(end + 1, text_.size());
  }

  void double_quoted() {
    add("");
    for (++at_; at_ < text_.size() && text_[at_] != '"';) {
      const char c = text_[at_];
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (c == '$') {
        dollar(true);
      } else if (c == '`' && dialect_ == Dialect::Shell) {
        skip_backquoted();
      } else if (c == escape_ && (next == '"' || next == '$' || next == escape_ || next == '`')) {
        add(next);
        at_ += 2;
      } else {
        add(c);
        ++at_;
      }
    }
    if (at_ < text_.size()) ++at_;
  }

  void skip_backquoted() {
    known_ = false;
    at_ = std::min(text_.find('`', at_ + 1), text_.size());
    if (at_ < text_.size()) ++at_;
  }

  void dollar(bool quoted) {
    const auto rest = text_.substr(at_ + 1);
    if (rest.starts_with('{')) return braced(quoted);
    if (rest.starts_with('(') && dialect_ == Dialect::Shell) return skip_substitution();
    if (!rest.empty() && is_name_start(rest[0])) {
      std::size_t length = 1;
      while (length < rest.size() && is_name_char(rest[length])) ++length;
      at_ += length + 1;
      return add_value(std::string(value_of(rest.substr(0, length)).value_or("")), quoted);
    }
    constexpr std::string_view special = "0123456789@*#?-$!";
    ++at_;
    if (rest.empty() || special.find(rest[0]) == std::string_view::npos) return add('$');
    known_ = false;
    ++at_;
  }

  void skip_substitution() {
    known_ = false;
    at_ = end_of_group(at_ + 1, '(', ')');
  }

  /// The place after the bracket that closes the one at `at`.
  std::size_t end_of_group(std::size_t at, char open, char close) const {
    int depth = 0;
    Quotes quotes(escape_);
    for (; at < text_.size(); ++at) {
      if (!quotes.is_plain(text_, at)) continue;
      if (text_[at] == open) ++depth;
      if (text_[at] == close && --depth == 0) return at + 1;
    }
    return text_.size();
  }

  void braced(bool quoted) {
    const auto end = end_of_group(at_ + 1, '{', '}');
    const auto inside = text_.substr(at_ + 2, end - at_ - 3);
    std::size_t length = 0;
    while (length < inside.size() && is_name_char(inside[length])) ++length;
    const bool is_closed = end > at_ + 2 && text_[end - 1] == '}';
    if (!is_closed || length == 0 || !is_name_start(inside[0])) {
      add(text_.substr(at_, end - at_));
      known_ = known_ && dialect_ == Dialect::Docker;
      at_ = end;
      return;
    }
    at_ = end;
    add_value(modified(inside.substr(0, length), inside.substr(length)), quoted);
  }

  /// `${name` with what follows the name: `:-word`, `#pattern`, …
  std::string modified(std::string_view name, std::string_view rest) {
    const auto value = value_of(name);
    auto text = std::string(value.value_or(""));
    if (rest.empty()) return text;
    const bool colon = rest[0] == ':';
    const auto sign = rest.substr(colon ? 1 : 0, 1);
    const auto word = rest.substr(std::min(rest.size(), colon ? std::size_t{2} : std::size_t{1}));
    const bool is_set = value && !(colon && value->empty());
    if (sign == "-" || sign == "=") return is_set ? text : inner(word);
    if (sign == "+") return is_set ? inner(word) : "";
    if (sign == "?") return text;
    if (sign == "#" || sign == "%") return trimmed_value(text, sign[0], word);
    if (sign == "/") return replaced_value(text, word);
    known_ = false;
    return text;
  }

  std::string trimmed_value(const std::string& value, char sign, std::string_view word) {
    const bool longest = word.starts_with(sign);
    if (longest) word.remove_prefix(1);
    return without_match(value, inner(word), sign == '%', longest);
  }

  std::string replaced_value(const std::string& value, std::string_view word) {
    const bool all = word.starts_with('/');
    if (all) word.remove_prefix(1);
    const auto slash = word.find('/');
    const auto replacement = slash == std::string_view::npos ? "" : inner(word.substr(slash + 1));
    return with_replacement(value, inner(word.substr(0, slash)), replacement, all);
  }

  std::string inner(std::string_view word) {
    if (depth_ >= deepest) return std::string(word);
    Expander expander(word, variables_, escape_, dialect_, depth_ + 1);
    // Spaces in a default are kept, whatever the dialect.
    expander.splits_ = false;
    expander.run();
    known_ = known_ && expander.known_;
    return expander.joined();
  }

  std::optional<std::string_view> value_of(std::string_view name) const {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return std::nullopt;
    return found->second;
  }

  void add(char c) { add(std::string_view(&c, 1)); }
  void add(std::string_view text) {
    current_ += text;
    has_current_ = true;
  }

  void add_value(const std::string& value, bool quoted) {
    if (quoted || dialect_ == Dialect::Docker || !splits_) {
      current_ += value;
      has_current_ = has_current_ || quoted || !value.empty() || dialect_ == Dialect::Docker;
      return;
    }
    for (const char c : value) {
      if (is_space(c)) {
        finish();
      } else {
        add(c);
      }
    }
  }

  void finish() {
    if (has_current_) words_.push_back(std::move(current_));
    current_.clear();
    has_current_ = false;
  }

  std::string_view text_;
  const Variables& variables_;
  char escape_;
  Dialect dialect_;
  int depth_;
  bool splits_ = true;
  std::size_t at_ = 0;
  std::string current_;
  bool has_current_ = false;
  std::vector<std::string> words_;
  bool known_ = true;
};

}  // namespace

std::string expand(std::string_view word, const Variables& variables, char escape) {
  Expander expander(word, variables, escape, Dialect::Docker, 0);
  expander.run();
  return expander.joined();
}

ShellWords expand_in_shell(std::string_view word, const Variables& variables) {
  Expander expander(word, variables, '\\', Dialect::Shell, 0);
  expander.run();
  return {expander.take_words(), expander.is_known()};
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  // Where to continue after the last `*`, with one more byte taken by it.
  auto star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p + (escaped ? 1 : 0)] == text[t])) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace larder::dockerfile
