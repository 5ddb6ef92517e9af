#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "larder/base/error.hpp"
#include "larder/base/text.hpp"
#include "larder/dockerfile/dockerfile.hpp"
#include "larder/dockerfile/expand.hpp"
#include "text_scan.hpp"

namespace larder::dockerfile {

namespace {

constexpr std::array<std::string_view, 18> instruction_keywords{
    "ADD",    "ARG",   "CMD",         "COPY",  "ENTRYPOINT", "ENV",
    "EXPOSE", "FROM",  "HEALTHCHECK", "LABEL", "ONBUILD",    "MAINTAINER",
    "RUN",    "SHELL", "STOPSIGNAL",  "USER",  "VOLUME",     "WORKDIR"};

/// Instructions whose arguments may be a JSON array.
constexpr std::array<std::string_view, 7> with_exec_form{"ADD", "CMD",   "COPY",  "ENTRYPOINT",
                                                         "RUN", "SHELL", "VOLUME"};

template <typename Names>
bool is_one_of(std::string_view word, const Names& names) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

bool may_have_heredoc(std::string_view keyword) {
  return keyword == "RUN" || keyword == "COPY" || keyword == "ADD";
}

/// A `#` may have spaces in front of it.
bool is_comment_line(std::string_view line) {
  const auto text = trimmed(line);
  return !text.empty() && text[0] == '#';
}

/// A line's text without the escape character at its end, if it has one that continues the line:
/// nothing or something other than another escape character stands in front of it (parser.go:
/// `lineContinuationRegex`).
std::optional<std::string_view> without_continuation(std::string_view line, char escape) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  if (line.empty() || line.back() != escape) return std::nullopt;
  line.remove_suffix(1);
  if (!line.empty() && line.back() == '\\') return std::nullopt;
  return line;
}

struct Directive {
  std::string name;
  std::string value;
};

/// `# name = value`
std::optional<Directive> directive_in(std::string_view line) {
  auto text = trimmed(line);
  if (text.empty() || text[0] != '#') return std::nullopt;
  text = trimmed(text.substr(1));
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto name = trimmed(text.substr(0, equals));
  const auto value = trimmed(text.substr(equals + 1));
  const bool is_name =
      !name.empty() && is_name_start(name[0]) && name[0] != '_' &&
      std::all_of(name.begin(), name.end(), [](char c) { return is_name_char(c) && c != '_'; });
  if (!is_name || value.empty()) return std::nullopt;
  return Directive{lower(name), std::string(value)};
}

std::string without_quotes(std::string_view word, char escape) {
  std::string out;
  char quote = '\0';
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == escape && i + 1 < word.size()) {
      out += word[++i];
    } else if (word[i] == quote) {
      quote = '\0';
    } else if (quote == '\0' && (word[i] == '\'' || word[i] == '"')) {
      quote = word[i];
    } else {
      out += word[i];
    }
  }
  return out;
}

Flag flag_of(std::string_view word, Position at, char escape) {
  const auto text = without_quotes(word.substr(2), escape);
  const auto equals = text.find('=');
  if (equals == std::string::npos) return {lower(text), std::nullopt, at};
  return {lower(text.substr(0, equals)), text.substr(equals + 1), at};
}

/// Reads the words that begin with `--` (parser.go: `extractBuilderFlags`). Returns where the
/// arguments begin.
std::size_t take_flags(const SourceText& source, std::size_t at, char escape,
                       std::vector<Flag>& flags) {
  const std::string_view text = source.str();
  for (;;) {
    at = after_spaces(text, at);
    if (!text.substr(at).starts_with("--")) return at;
    const auto end = end_of_word(text, at, escape);
    const auto word = text.substr(at, end - at);
    if (word == "--") return after_spaces(text, end);
    flags.push_back(flag_of(word, source.position(at), escape));
    at = end;
  }
}

/// The members of a JSON array of strings; nothing for any other text, which is then a shell
/// command (parser/line_parsers.go: `parseJSON`).
std::optional<std::vector<std::string>> exec_form(const std::string& text) {
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& member : list) {
    if (!member.is_string()) return std::nullopt;
    out.push_back(member.get_ref<const std::string&>());
  }
  return out;
}

Instruction instruction_of(const SourceText& source, char escape) {
  const std::string_view text = source.str();
  const auto start = after_spaces(text, 0);
  auto end = start;
  while (end < text.size() && !is_space(text[end])) ++end;
  Instruction out;
  out.keyword = upper(text.substr(start, end - start));
  out.at = source.position(start);
  const auto arguments = take_flags(source, end, escape, out.flags);
  const auto trailing = trimmed(text.substr(std::min(arguments, text.size())));
  out.arguments = source.part(arguments, trailing.size());
  if (is_one_of(out.keyword, with_exec_form)) out.list = exec_form(out.arguments.str());
  return out;
}

class Parser {
 public:
  Parser(std::string file, std::string_view text) : text_(text) {
    result_.file = std::move(file);
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

  Dockerfile run() {
    read_directives();
    while (has_line()) {
      const auto line = next_line();
      if (is_comment_line(line)) {
        add_comment(line);
      } else if (!trimmed(line).empty()) {
        read_instruction(line);
      }
    }
    return std::move(result_);
  }

 private:
  bool has_line() const { return at_ < text_.size(); }

  /// Without its end. Counts the line.
  std::string_view next_line() {
    const auto start = at_;
    const auto end = std::min(text_.find('\n', at_), text_.size());
    at_ = std::min(end + 1, text_.size());
    ++line_;
    auto line = text_.substr(start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  [[noreturn]] void fail(Position at, std::string message) const {
    throw Error("dockerfile-parse", std::move(message))
        .at(locate(result_.file, text_, at.line, at.column));
  }

  void read_directives() {
    std::set<std::string> seen;
    while (has_line()) {
      const auto before = at_;
      const auto line = next_line();
      const auto directive = directive_in(line);
      if (!directive) {
        at_ = before;
        --line_;
        return;
      }
      use_directive(*directive, line, seen);
    }
  }

  void use_directive(const Directive& directive, std::string_view line,
                     std::set<std::string>& seen) {
    const bool known =
        directive.name == "syntax" || directive.name == "escape" || directive.name == "check";
    if (!known) return add_comment(line);
    if (!seen.insert(directive.name).second)
      fail({line_, 1}, fmt::format("the directive `{}` stands here twice", directive.name));
    if (directive.name == "syntax") result_.syntax = directive.value;
    if (directive.name == "check") result_.check = directive.value;
    if (directive.name != "escape") return;
    if (directive.value != "\\" && directive.value != "`")
      fail({line_, 1}, "the directive `escape` must be \\ or `");
    result_.escape = directive.value[0];
  }

  void add_comment(std::string_view line) {
    const auto hash = line.find('#');
    result_.comments.push_back({std::string(trimmed(line.substr(hash + 1))),
                                {line_, static_cast<std::uint32_t>(hash + 1)}});
  }

  /// An instruction with its continuation lines, comments and empty lines between them left out.
  SourceText logical_line(std::string_view line) {
    SourceText out;
    const auto indent = after_spaces(line, 0);
    line.remove_prefix(indent);
    auto column = static_cast<std::uint32_t>(indent + 1);
    for (;;) {
      const auto continued = without_continuation(line, result_.escape);
      out.append(continued.value_or(line), {line_, column});
      if (!continued) return out;
      do {
        if (!has_line()) return out;
        line = next_line();
        if (is_comment_line(line)) add_comment(line);
      } while (is_comment_line(line) || trimmed(line).empty());
      column = 1;
    }
  }

  void read_instruction(std::string_view line) {
    const auto text = logical_line(line);
    if (trimmed(text.str()).empty()) return;
    auto instruction = instruction_of(text, result_.escape);
    if (!is_one_of(instruction.keyword, instruction_keywords))
      fail(instruction.at, fmt::format("unknown instruction `{}`", instruction.keyword));
    read_heredocs(instruction);
    result_.instructions.push_back(std::move(instruction));
  }

  void read_heredocs(Instruction& instruction) {
    auto inner = triggered(instruction, result_.escape);
    const auto& owner = inner ? *inner : instruction;
    if (!may_have_heredoc(owner.keyword) || owner.list) return;
    const auto& text = owner.arguments.str();
    for (auto at = after_spaces(text, 0); at < text.size();) {
      const auto end = end_of_word(text, at, result_.escape);
      if (auto heredoc = heredoc_in(std::string_view(text).substr(at, end - at))) {
        read_heredoc_text(*heredoc, owner.arguments.position(at));
        instruction.heredocs.push_back(std::move(*heredoc));
      }
      at = after_spaces(text, end);
    }
  }

  /// `3<<-"NAME"` (parser.go: `ParseHeredoc`)
  std::optional<Heredoc> heredoc_in(std::string_view word) const {
    while (!word.empty() && word[0] >= '0' && word[0] <= '9') word.remove_prefix(1);
    if (!word.starts_with("<<")) return std::nullopt;
    word.remove_prefix(2);
    Heredoc out;
    out.strips_tabs = word.starts_with('-');
    if (out.strips_tabs) word.remove_prefix(1);
    if (word.empty() || word.find('<') != std::string_view::npos) return std::nullopt;
    out.name = expand(word, {}, result_.escape);
    out.expands = out.name == word;
    return out.name.empty() ? std::nullopt : std::optional(std::move(out));
  }

  void read_heredoc_text(Heredoc& heredoc, Position opened) {
    while (has_line()) {
      const auto start = at_;
      auto line = next_line();
      auto column = 1U;
      while (heredoc.strips_tabs && line.starts_with('\t')) {
        line.remove_prefix(1);
        ++column;
      }
      if (line == heredoc.name) return;
      const bool has_end = text_.substr(start, at_ - start).ends_with('\n');
      heredoc.text.append(std::string(line) + (has_end ? "\n" : ""), {line_, column});
    }
    fail(opened, fmt::format("the here-document `{}` has no end", heredoc.name));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;
  Dockerfile result_;
};

}  // namespace

Dockerfile parse(std::string file, std::string_view text) {
  return Parser(std::move(file), text).run();
}

std::optional<Instruction> triggered(const Instruction& instruction, char escape) {
  if (instruction.keyword != "ONBUILD") return std::nullopt;
  auto out = instruction_of(instruction.arguments, escape);
  out.heredocs = instruction.heredocs;
  return out;
}

const Flag* Instruction::flag(std::string_view name) const {
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

std::vector<Word> assignments(const Instruction& instruction, char escape) {
  const std::string_view text = instruction.arguments.str();
  std::vector<Word> out;
  for (auto at = after_spaces(text, 0); at < text.size();) {
    const auto end = end_of_word(text, at, escape);
    out.push_back({std::string(text.substr(at, end - at)), instruction.arguments.position(at)});
    at = after_spaces(text, end);
  }
  const bool is_old_form =
      instruction.keyword != "ARG" && out.size() > 1 && out[0].text.find('=') == std::string::npos;
  if (!is_old_form) return out;
  const auto value = trimmed(text.substr(std::min(text.size(), out[0].text.size())));
  return {{out[0].text + "=" + std::string(value), out[0].at}};
}

std::vector<Word> plain_words(const Instruction& instruction) {
  std::vector<Word> out;
  if (instruction.list) {
    for (const auto& word : *instruction.list)
      out.push_back({word, instruction.arguments.position(0)});
    return out;
  }
  const std::string_view text = instruction.arguments.str();
  for (auto at = after_spaces(text, 0); at < text.size();) {
    auto end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    out.push_back({std::string(text.substr(at, end - at)), instruction.arguments.position(at)});
    at = after_spaces(text, end);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> mount_fields(std::string_view value) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string field;
  bool quoted = false;
  const auto finish = [&] {
    const auto equals = field.find('=');
    const auto key = lower(trimmed(std::string_view(field).substr(0, equals)));
    if (!key.empty())
      out.emplace_back(key, equals == std::string::npos ? "" : field.substr(equals + 1));
    field.clear();
  };
  for (const char c : value) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      finish();
    } else {
      field += c;
    }
  }
  finish();
  return out;
}

}  // namespace larder::dockerfile
