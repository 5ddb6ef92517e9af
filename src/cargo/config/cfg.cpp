#include "larder/cargo/config/cfg.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

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
    auto expression = parse_expression(0);
    skip_space();
    return text_.empty() ? expression : std::nullopt;
  }

 private:
  static constexpr int deepest = 128;

  void skip_space() {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
  }
  bool take(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
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
  std::optional<Expression> parse_not(int depth) {
    if (!take('(')) return std::nullopt;
    auto operand = parse_expression(depth + 1);
    if (!operand || !take(')')) return std::nullopt;
    return Expression{Expression::Kind::Not, {}, {std::move(*operand)}};
  }
  std::optional<Expression> parse_expression(int depth) {
    if (depth > deepest) return std::nullopt;
    const auto name = identifier();
    if (name.empty()) return std::nullopt;
    skip_space();
    const bool list = text_.starts_with('(');
    if (list && name == "all") return parse_list(Expression::Kind::All, depth);
    if (list && name == "any") return parse_list(Expression::Kind::Any, depth);
    if (list && name == "not") return parse_not(depth);
    if (list || name == "all" || name == "any" || name == "not") return std::nullopt;
    const bool literal = name == "r#true" || name == "r#false";
    if (!take('=')) return Expression{Expression::Kind::Value, literal ? name.substr(2) : name, {}};
    skip_space();
    if (!text_.starts_with('"')) return std::nullopt;
    const auto end = text_.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    // A backslash is not an escape here.
    auto value = name + " = " + std::string(text_.substr(0, end + 1));
    text_.remove_prefix(end + 1);
    return Expression{Expression::Kind::Value, std::move(value), {}};
  }

  std::string_view text_;
};

/// Whether this is a target triple, or the file stem of a target specification.
bool is_platform_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte >= 0x80 || c == '_' || c == '-' || c == '.';
  });
}

std::string print(const Expression& expression) {
  if (expression.kind == Expression::Kind::Value) return expression.value;
  std::string out;
  for (const auto& operand : expression.operands) out += (out.empty() ? "" : ", ") + print(operand);
  static constexpr std::array<std::string_view, 4> words{"", "not", "all", "any"};
  return std::string(words.at(static_cast<std::size_t>(expression.kind))) + "(" + out + ")";
}

bool is_list(const Expression& expression) {
  return expression.kind == Expression::Kind::All || expression.kind == Expression::Kind::Any;
}

/// Expressions that differ only in order, duplicates and needless nesting get the same form.
Expression simplify(Expression expression) {
  std::map<std::string, Expression> operands;
  for (auto& operand : expression.operands) {
    auto simple = simplify(std::move(operand));
    const bool nested = is_list(simple) && simple.kind == expression.kind;
    auto items = nested ? std::move(simple.operands) : std::vector{std::move(simple)};
    for (auto& item : items) operands.try_emplace(print(item), std::move(item));
  }
  if (is_list(expression) && operands.size() == 1) return std::move(operands.begin()->second);
  expression.operands.clear();
  for (auto& [text, operand] : operands) expression.operands.push_back(std::move(operand));
  return expression;
}

PlatformPart cfg_part(const Expression& expression) {
  return {true, print(expression)};
}

bool is_cfg(std::string_view key) {
  return key.starts_with("cfg(") && key.ends_with(')');
}

std::optional<Expression> parse_cfg(std::string_view key) {
  key.remove_prefix(4);
  key.remove_suffix(1);
  return Parser(key).parse_whole();
}

}  // namespace

std::optional<std::vector<PlatformPart>> parse_platform(std::string_view key) {
  if (!is_cfg(key)) {
    if (!is_platform_name(key)) return std::nullopt;
    return std::vector<PlatformPart>{{false, std::string(key)}};
  }
  auto parsed = parse_cfg(key);
  if (!parsed) return std::nullopt;
  const auto expression = simplify(std::move(*parsed));
  if (expression.kind != Expression::Kind::All) return std::vector{cfg_part(expression)};
  std::vector<PlatformPart> parts;
  for (const auto& operand : expression.operands) parts.push_back(cfg_part(operand));
  return parts;
}

std::string displayed_platform(std::string_view key) {
  const auto expression = is_cfg(key) ? parse_cfg(key) : std::nullopt;
  return expression ? "cfg(" + print(*expression) + ")" : std::string(key);
}

std::string platform_key(const std::vector<PlatformPart>& parts) {
  if (parts.size() == 1) return parts[0].is_cfg ? "cfg(" + parts[0].text + ")" : parts[0].text;
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part.text;
  return "cfg(all(" + out + "))";
}

}  // namespace larder::cargo
