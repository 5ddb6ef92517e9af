#include "larder/cargo/glob.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "larder/base/path.hpp"

namespace larder::cargo {

namespace {

/// Matches `[...]` at the front of `pattern` against `c` and removes it; nothing when it is
/// unclosed.
std::optional<bool> match_class(std::string_view& pattern, char c) {
  const bool negated = pattern.size() > 1 && pattern[1] == '!';
  const std::size_t first = negated ? 2 : 1;
  // A `]` directly behind the opening stands for itself.
  const auto close = pattern.find(']', first + 1);
  if (close == std::string_view::npos) return std::nullopt;
  bool matched = false;
  const auto set = pattern.substr(first, close - first);
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      matched = matched || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      matched = matched || set[i] == c;
    }
  }
  pattern.remove_prefix(close + 1);
  return matched != negated;
}

void walk(const SourceTree& tree, const std::string& base, const std::vector<std::string>& parts,
          std::size_t next, std::set<std::string>& found) {
  if (next == parts.size()) {
    if (tree.kind(base) != FileKind::Absent) found.insert(base);
    return;
  }
  const auto& part = parts[next];
  if (part == "**") {
    if (next + 1 == parts.size()) {
      found.insert(base);
    } else {
      walk(tree, base, parts, next + 1, found);
    }
    for (const auto& entry : tree.list(base)) {
      if (entry.kind == FileKind::Directory)
        walk(tree, path::join(base, entry.name), parts, next, found);
    }
    return;
  }
  if (!has_glob_characters(part)) {
    const auto below = path::join(base, part);
    if (tree.kind(below) != FileKind::Absent) walk(tree, below, parts, next + 1, found);
    return;
  }
  for (const auto& entry : tree.list(base)) {
    const bool usable = entry.kind == FileKind::Directory || next + 1 == parts.size();
    if (usable && glob_matches(part, entry.name)) {
      walk(tree, path::join(base, entry.name), parts, next + 1, found);
    }
  }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    if (pattern[0] == '*') {
      pattern.remove_prefix(1);
      for (std::size_t skipped = 0; skipped <= name.size(); ++skipped) {
        if (glob_matches(pattern, name.substr(skipped))) return true;
      }
      return false;
    }
    if (name.empty()) return false;
    if (pattern[0] == '[') {
      const auto matched = match_class(pattern, name[0]);
      if (!matched || !*matched) return false;
    } else {
      if (pattern[0] != '?' && pattern[0] != name[0]) return false;
      pattern.remove_prefix(1);
    }
    name.remove_prefix(1);
  }
  return name.empty();
}

bool has_glob_characters(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

std::vector<std::string> glob_paths(const SourceTree& tree, std::string_view pattern) {
  std::set<std::string> found;
  const auto normalized = path::normalize(pattern);
  walk(tree, "/", path::components(normalized), 0, found);
  return {found.begin(), found.end()};
}

}  // namespace larder::cargo
