#include "larder/cargo/cfg.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "larder/cargo/toml.hpp"

namespace larder::cargo {

namespace {

/// A `cfg` predicate (cargo: crates/cargo-platform/src/cfg.rs).
struct Expression {
  enum class Kind { Value, Not, All, Any };
  Kind kind = Kind::Value;
  std::string value;
  std::vector<Expression> operands;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Expression> parse_whole() {
    if (!take_word("cfg") || !take('(')) return std::nullopt;
    auto expression = parse_expression(0);
    if (!expression || !take(')')) return std::nullopt;
    skip_space();
    return text_.empty() ? expression : std::nullopt;
  }

 private:
  static constexpr int deepest = 128;

  void skip_space() {
    while (!text_.empty() &&
           (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\n' || text_[0] == '\r')) {
      text_.remove_prefix(1);
    }
  }
  bool take(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_word(std::string_view word) {
    auto copy = *this;
    if (copy.identifier() != word) return false;
    *this = copy;
    return true;
  }
  std::string identifier() {
    skip_space();
    std::string prefix = text_.starts_with("r#") ? "r#" : "";
    const auto body = text_.substr(prefix.size());
    std::size_t length = 0;
    while (length < body.size() &&
           (body[length] == '_' || std::isalnum(static_cast<unsigned char>(body[length])) != 0)) {
      ++length;
    }
    if (length == 0 || std::isdigit(static_cast<unsigned char>(body[0])) != 0) return "";
    auto name = prefix + std::string(body.substr(0, length));
    text_.remove_prefix(name.size());
    return name;
  }
  std::optional<Expression> parse_list(Expression::Kind kind, int depth) {
    Expression out{kind, {}, {}};
    if (!take('(')) return std::nullopt;
    while (!take(')')) {
      auto operand = parse_expression(depth + 1);
      if (!operand) return std::nullopt;
      out.operands.push_back(std::move(*operand));
      if (take(')')) break;
      if (!take(',')) return std::nullopt;
    }
    return out;
  }
  std::optional<Expression> parse_expression(int depth) {
    if (depth > deepest) return std::nullopt;
    const auto name = identifier();
    if (name.empty()) return std::nullopt;
    skip_space();
    const bool list = text_.starts_with('(');
    if (list && name == "all") return parse_list(Expression::Kind::All, depth);
    if (list && name == "any") return parse_list(Expression::Kind::Any, depth);
    if (list && name == "not") {
      auto inner = parse_list(Expression::Kind::Not, depth);
      if (!inner || inner->operands.size() != 1) return std::nullopt;
      return inner;
    }
    if (list) return std::nullopt;
    if (!take('=')) return Expression{Expression::Kind::Value, name, {}};
    skip_space();
    if (!text_.starts_with('"')) return std::nullopt;
    const auto end = text_.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    Expression out{
        Expression::Kind::Value, name + " = " + toml_quote(text_.substr(1, end - 1)), {}};
    text_.remove_prefix(end + 1);
    return out;
  }

  std::string_view text_;
};

/// A target triple, or the stem of a target file.
bool is_platform_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte >= 0x80 || c == '_' || c == '-' || c == '.';
  });
}

std::string print(const Expression& expression);

std::vector<std::string> print_operands(const Expression& expression) {
  std::vector<std::string> out;
  for (const auto& operand : expression.operands) {
    if (operand.kind == expression.kind && operand.kind != Expression::Kind::Not) {
      for (auto& text : print_operands(operand)) out.push_back(std::move(text));
    } else {
      out.push_back(print(operand));
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string print(const Expression& expression) {
  if (expression.kind == Expression::Kind::Value) return expression.value;
  const auto operands = print_operands(expression);
  if (expression.kind != Expression::Kind::Not && operands.size() == 1) return operands[0];
  std::string out;
  for (const auto& operand : operands) out += (out.empty() ? "" : ", ") + operand;
  static constexpr std::array<std::string_view, 4> words{"", "not", "all", "any"};
  return std::string(words.at(static_cast<std::size_t>(expression.kind))) + "(" + out + ")";
}

}  // namespace

std::optional<std::vector<PlatformPart>> parse_platform(std::string_view key) {
  if (!key.starts_with("cfg(")) {
    if (!is_platform_name(key)) return std::nullopt;
    return std::vector<PlatformPart>{{false, std::string(key)}};
  }
  const auto expression = Parser(key).parse_whole();
  if (!expression) return std::nullopt;
  std::vector<PlatformPart> parts;
  if (expression->kind == Expression::Kind::All) {
    for (auto& text : print_operands(*expression)) parts.push_back({true, std::move(text)});
  } else {
    parts.push_back({true, print(*expression)});
  }
  return parts;
}

std::string platform_key(const std::vector<PlatformPart>& parts) {
  if (parts.size() == 1) return parts[0].is_cfg ? "cfg(" + parts[0].text + ")" : parts[0].text;
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part.text;
  return "cfg(all(" + out + "))";
}

}  // namespace larder::cargo
