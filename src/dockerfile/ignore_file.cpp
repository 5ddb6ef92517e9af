#include "larder/dockerfile/ignore_file.hpp"

#include <algorithm>
#include <optional>

#include "larder/base/path.hpp"
#include "text_scan.hpp"

namespace larder::dockerfile {

namespace {

/// `[a-z]` or `[^a]` at the start of `pattern`. Returns whether it matches `c`, and cuts it off;
/// nothing for a class without an end.
std::optional<bool> take_class(std::string_view& pattern, char c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  const auto next = [&]() -> std::optional<char> {
    if (at < pattern.size() && pattern[at] == '\\') ++at;
    return at < pattern.size() ? std::optional(pattern[at++]) : std::nullopt;
  };
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) {
      pattern.remove_prefix(at + 1);
      return found != negated;
    }
    const auto low = next();
    auto high = low;
    if (at < pattern.size() && pattern[at] == '-') {
      ++at;
      high = next();
    }
    if (!low || !high) return std::nullopt;
    found = found || (*low <= c && c <= *high);
  }
  return std::nullopt;
}

/// One step of a component's pattern, other than `*`: takes it and returns whether it matches `c`.
bool take_one(std::string_view& pattern, char c) {
  if (pattern[0] == '[') return take_class(pattern, c).value_or(false);
  if (pattern[0] == '?') {
    pattern.remove_prefix(1);
    return true;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  const bool same = pattern[0] == c;
  pattern.remove_prefix(1);
  return same;
}

/// Go's filepath.Match for one component.
bool matches_component(std::string_view pattern, std::string_view name) {
  std::optional<std::string_view> after_star;
  std::string_view at_star;
  while (!name.empty()) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      after_star = pattern;
      at_star = name;
      continue;
    }
    auto rest = pattern;
    if (!rest.empty() && take_one(rest, name[0])) {
      pattern = rest;
      name.remove_prefix(1);
    } else if (after_star) {
      at_star.remove_prefix(1);
      name = at_star;
      pattern = *after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

/// Whether the pattern matches the path or a directory above it. Of all ways to use `**`, the
/// longest prefixes of the path are tried first; each position of the pattern is kept once.
bool matches_path(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  std::vector<bool> reached(pattern.size() + 1, false);
  reached[0] = true;
  const auto skip_stars = [&](std::vector<bool>& states) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      // At the end `**` needs something to match.
      if (states[i] && pattern[i] == "**" && i + 1 < pattern.size()) states[i + 1] = true;
    }
  };
  skip_stars(reached);
  for (const auto& name : path) {
    std::vector<bool> next(pattern.size() + 1, false);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!reached[i]) continue;
      if (pattern[i] == "**") {
        next[i] = true;
        if (i + 1 == pattern.size()) next[i + 1] = true;
      } else if (matches_component(pattern[i], name)) {
        next[i + 1] = true;
      }
    }
    skip_stars(next);
    if (next[pattern.size()]) return true;
    reached = std::move(next);
  }
  return false;
}

}  // namespace

IgnoreFile::IgnoreFile(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::uint32_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    // A comment begins in the first column (patternmatcher/ignorefile).
    const bool is_comment = text[0] == '#';
    auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_comment || line.empty()) continue;
    Pattern pattern;
    pattern.line = number;
    pattern.is_exception = line[0] == '!';
    if (pattern.is_exception) line = trimmed(line.substr(1));
    pattern.components = path::components(path::normalize("/" + std::string(line)));
    if (!pattern.components.empty()) patterns_.push_back(std::move(pattern));
  }
}

const IgnoreFile::Pattern* IgnoreFile::deciding(std::string_view path) const {
  const auto components = path::components(path::normalize("/" + std::string(path)));
  const auto found = std::find_if(
      patterns_.rbegin(), patterns_.rend(),
      [&](const Pattern& pattern) { return matches_path(pattern.components, components); });
  return found == patterns_.rend() ? nullptr : &*found;
}

bool IgnoreFile::excludes(std::string_view path) const {
  const auto* pattern = deciding(path);
  return pattern != nullptr && !pattern->is_exception;
}

std::uint32_t IgnoreFile::deciding_line(std::string_view path) const {
  const auto* pattern = deciding(path);
  return pattern == nullptr ? 0 : pattern->line;
}

}  // namespace larder::dockerfile
