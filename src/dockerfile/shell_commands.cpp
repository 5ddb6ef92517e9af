#include "larder/dockerfile/shell_commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text_scan.hpp"

namespace larder::dockerfile {

namespace {

constexpr std::array<std::string_view, 10> prefixes{"then", "do", "else",  "elif",  "!",
                                                    "{",    "if", "while", "until", "time"};
constexpr std::array<std::string_view, 5> openers{"if", "while", "until", "for", "case"};
constexpr std::array<std::string_view, 3> closers{"fi", "done", "esac"};

template <typename Words>
bool is_among(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<ShellCommand> run() {
    while (at_ < text_.size()) step();
    finish_command();
    return std::move(commands_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\n') {
      ++at_;
      finish_command();
    } else if (is_space(c)) {
      ++at_;
    } else if (text_.substr(at_).starts_with("\\\n")) {
      at_ += 2;
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
      control(c);
    } else if (is_redirection()) {
      redirection();
    } else {
      word();
    }
  }

  void control(char c) {
    const bool doubled = at_ + 1 < text_.size() && text_[at_ + 1] == c;
    at_ += doubled && c != '(' && c != ')' ? 2 : 1;
    if (c == ')' && !cases_.empty() && cases_.back() == subshell_) {
      words_.clear();  // a pattern of `case`
      return;
    }
    finish_command();
    after_or_ = c == '|' && doubled;
    if (c == '(') ++subshell_;
    if (c == ')') subshell_ = std::max(0, subshell_ - 1);
  }

  /// `>`, `2>&1`, `<<EOF`, `&>file`
  bool is_redirection() const {
    auto at = at_;
    while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9') ++at;
    return at < text_.size() && (text_[at] == '<' || text_[at] == '>');
  }

  void redirection() {
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    while (at_ < text_.size() &&
           std::string_view("<>&|-").find(text_[at_]) != std::string_view::npos)
      ++at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    at_ = end_of_shell_word();
  }

  void word() {
    const auto end = std::max(end_of_shell_word(), at_ + 1);
    words_.push_back({std::string(text_.substr(at_, end - at_)), at_});
    at_ = end;
    if (words_.size() == 1) reserved_word();
  }

  /// Reserved words are only such as the first word of a command.
  void reserved_word() {
    const auto text = words_[0].text;
    if (is_among(text, openers)) ++conditions_;
    if (text == "case") cases_.push_back(subshell_);
    if (is_among(text, closers)) {
      conditions_ = std::max(0, conditions_ - 1);
      if (text == "esac" && !cases_.empty()) cases_.pop_back();
    }
    if (is_among(text, prefixes) || is_among(text, closers) || text == "}") words_.clear();
  }

  std::size_t end_of_shell_word() const {
    auto at = at_;
    while (at < text_.size()) {
      const char c = text_[at];
      if (is_space(c) || std::string_view(";&|()<>").find(c) != std::string_view::npos) break;
      at = after_piece(at);
    }
    return std::min(at, text_.size());
  }

  /// The place after a byte with what belongs to it: a quoted text, a substitution.
  std::size_t after_piece(std::size_t at) const {
    const char c = text_[at];
    if (c == '\\') return at + 2;
    if (c == '\'' || c == '`') return std::min(text_.find(c, at + 1), text_.size() - 1) + 1;
    if (c == '"') return after_double_quotes(at);
    if (c == '$' && at + 1 < text_.size() && text_[at + 1] == '(')
      return after_group(at + 1, '(', ')');
    if (c == '$' && at + 1 < text_.size() && text_[at + 1] == '{')
      return after_group(at + 1, '{', '}');
    return at + 1;
  }

  std::size_t after_double_quotes(std::size_t at) const {
    for (++at; at < text_.size() && text_[at] != '"';) {
      if (text_[at] == '\\') {
        at += 2;
      } else if (text_[at] == '$' && at + 1 < text_.size() && text_[at + 1] == '(') {
        at = after_group(at + 1, '(', ')');
      } else {
        ++at;
      }
    }
    return std::min(at + 1, text_.size());
  }

  std::size_t after_group(std::size_t at, char open, char close) const {
    int depth = 0;
    for (; at < text_.size(); ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '\'' && open == '(') {
        at = std::min(text_.find('\'', at + 1), text_.size() - 1);
      } else if (text_[at] == open) {
        ++depth;
      } else if (text_[at] == close && --depth == 0) {
        return at + 1;
      }
    }
    return text_.size();
  }

  void finish_command() {
    // In a pattern such as `a|b)`, the bar ends no command.
    if (!words_.empty() && words_[0].text == "case") words_.clear();
    if (!words_.empty()) {
      commands_.push_back({std::exchange(words_, {}), subshell_, conditions_ > 0 || after_or_});
    }
    after_or_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<ShellWord> words_;
  int subshell_ = 0;
  int conditions_ = 0;
  bool after_or_ = false;
  /// The depth of subshells at each `case` that is open.
  std::vector<int> cases_;
  std::vector<ShellCommand> commands_;
};

}  // namespace

std::vector<ShellCommand> split_shell(std::string_view script) {
  return Splitter(script).run();
}

}  // namespace larder::dockerfile
