#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "larder/cargo/command/flags.hpp"

// A command as words: aliases, and the conversion from a string to words and back.

namespace larder::cargo {

namespace {

/// What an alias of the user stands for. Empty if there is none with that name.
std::vector<std::string> alias_of(const std::string& name, const Config& config,
                                  const Environment& environment) {
  if (const auto variable = environment.get("CARGO_ALIAS_" + config_variable_part(name)))
    return split_command(*variable);
  const auto alias = config.find({"alias", name});
  if (!alias) return {};
  return alias->value().string() != nullptr ? split_command(alias->as_string())
                                            : alias->as_strings();
}

/// The subcommand: the first word that is neither the toolchain nor a global flag or its value.
std::vector<std::string>::iterator subcommand_of(std::vector<std::string>& words) {
  auto at = words.begin();
  while (at != words.end() && (at->starts_with('+') || at->starts_with('-'))) {
    const auto* flag = find_flag(*at);
    const bool has_value =
        flag != nullptr && flag->value != FlagValue::None && flag->value != FlagValue::Attached;
    at += has_value && at + 1 != words.end() ? 2 : 1;
  }
  return at;
}

}  // namespace

std::vector<std::string> expand_alias(std::vector<std::string> words, const Config& config,
                                      const Environment& environment) {
  static const std::map<std::string, std::string> builtin{
      {"b", "build"}, {"c", "check"}, {"t", "test"}, {"r", "run"}};
  // Cargo ignores an alias with such a name, and warns about it.
  static const std::set<std::string> commands{
      "add",    "bench",     "build",  "check",  "clean",   "config",  "doc",
      "fetch",  "fix",       "help",   "info",   "init",    "install", "login",
      "logout", "metadata",  "new",    "owner",  "package", "pkgid",   "publish",
      "remove", "report",    "run",    "rustc",  "rustdoc", "search",  "test",
      "tree",   "uninstall", "update", "vendor", "version", "yank"};
  std::set<std::string> seen;
  for (;;) {
    const auto first = subcommand_of(words);
    if (first == words.end()) return words;
    const auto name = *first;
    if (commands.contains(name)) return words;
    auto meaning = alias_of(name, config, environment);
    if (const auto own = builtin.find(name); meaning.empty() && own != builtin.end())
      meaning = {own->second};
    if (meaning.empty() || !seen.insert(name).second) return words;
    const auto at = words.erase(first);
    words.insert(at, meaning.begin(), meaning.end());
  }
}

std::vector<std::string> split_command(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) out.push_back(std::exchange(word, ""));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0)
    throw Error("command-invalid", fmt::format("the quote {} is not closed in: {}", quote, text));
  if (in_word) out.push_back(word);
  if (!out.empty() && out.front() == "cargo") out.erase(out.begin());
  return out;
}

std::string join_command(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n'\"\\$`*?[]#~&;|<>(){}!") == std::string::npos;
    if (!out.empty()) out += ' ';
    if (plain) {
      out += word;
      continue;
    }
    out += '\'';
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    out += '\'';
  }
  return out;
}

}  // namespace larder::cargo
