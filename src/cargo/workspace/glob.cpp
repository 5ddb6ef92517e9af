#include "larder/cargo/workspace/glob.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "larder/base/path.hpp"

// Works like the `glob` crate 0.3, with a stack of paths and of the components that they have to
// match next. The order in which it finds paths decides the order of members.

namespace larder::cargo {

namespace {

/// The characters of a text. Bytes that are not UTF-8 stay single.
std::u32string characters(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 1 || i + length > text.size()) {
      out += first;
      ++i;
      continue;
    }
    auto value = static_cast<char32_t>(first & (0xffU >> (length + 1)));
    for (std::size_t k = 1; k < length; ++k)
      value = (value << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    out += value;
    i += length;
  }
  return out;
}

/// Matches `[...]` at the front of `pattern` against `c` and removes it. Nothing if it is not
/// closed.
std::optional<bool> match_class(std::u32string_view& pattern, char32_t c) {
  const bool negated = pattern.size() > 1 && pattern[1] == U'!';
  const std::size_t first = negated ? 2 : 1;
  // A `]` directly after the opening stands for itself.
  const auto close = pattern.find(U']', first + 1);
  if (close == std::u32string_view::npos) return std::nullopt;
  bool matched = false;
  const auto set = pattern.substr(first, close - first);
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == U'-') {
      matched = matched || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      matched = matched || set[i] == c;
    }
  }
  pattern.remove_prefix(close + 1);
  return matched != negated;
}

/// Matches the front of `pattern`, which is not a `*`, against `c` and removes it.
bool match_one(std::u32string_view& pattern, char32_t c) {
  if (pattern.empty()) return false;
  if (pattern[0] == U'[') return match_class(pattern, c).value_or(false);
  const bool matched = pattern[0] == U'?' || pattern[0] == c;
  pattern.remove_prefix(1);
  return matched;
}

bool matches(std::u32string_view pattern, std::u32string_view name) {
  // After a mismatch, go back to the last `*` and let it match one more character. A longer match
  // of an earlier `*` would gain nothing.
  std::optional<std::u32string_view> behind_star;
  std::u32string_view rest_of_name;
  while (!name.empty() || !pattern.empty()) {
    if (pattern.starts_with(U'*')) {
      pattern.remove_prefix(1);
      behind_star = pattern;
      rest_of_name = name;
    } else if (!name.empty() && match_one(pattern, name[0])) {
      name.remove_prefix(1);
    } else if (behind_star && !rest_of_name.empty()) {
      rest_of_name.remove_prefix(1);
      pattern = *behind_star;
      name = rest_of_name;
    } else {
      return false;
    }
  }
  return true;
}

std::string below(const std::string& base, const std::string& name) {
  return base.ends_with('/') ? base + name : base + "/" + name;
}

class Walk {
 public:
  Walk(const SourceTree& tree, std::string_view pattern)
      : tree_(tree), wants_directory_(pattern.ends_with('/')), parts_(path::components(pattern)) {}

  std::vector<GlobMatch> run() {
    if (parts_.empty()) return {};
    fill("/", 0);
    while (!todo_.empty()) {
      const auto item = todo_.back();
      todo_.pop_back();
      take(item);
    }
    return std::move(found_);
  }

 private:
  /// A path, and the component of the pattern that its name has to match.
  struct Item {
    std::string path;
    std::size_t part = 0;
    bool is_matched = false;
    /// If a listing has shown it.
    std::optional<FileKind> kind = std::nullopt;
  };

  bool is_directory(const std::string& path) const {
    return tree_.is_directory(path::normalize(path));
  }
  /// Dangling links exist too.
  bool exists(const std::string& path) const {
    const auto plain = path::normalize(path);
    if (tree_.kind(plain) != FileKind::Absent) return true;
    const auto entries = tree_.list(path::parent(plain));
    return std::any_of(entries.begin(), entries.end(), [&](const DirectoryEntry& entry) {
      return entry.name == path::file_name(plain);
    });
  }
  bool is_last(std::size_t part) const { return part + 1 == parts_.size(); }
  static bool is_dots(std::string_view part) { return part == "." || part == ".."; }

  void add(const Item& item) {
    auto path = path::normalize(item.path);
    const auto kind = item.kind ? *item.kind : tree_.kind(path);
    const bool is_directory = kind == FileKind::Directory;
    if (!wants_directory_ || is_directory) found_.push_back({std::move(path), is_directory});
  }

  /// Adds what may match a component below a directory, the last one first.
  void fill(const std::string& base, std::size_t part) {
    const auto& pattern = parts_[part];
    if (!has_glob_characters(pattern)) {
      auto next = below(base, pattern);
      // A name that is followed by another one is looked up with that one.
      if (is_dots(pattern)                             ? is_directory(base)
          : is_last(part) || is_dots(parts_[part + 1]) ? exists(next)
                                                       : true)
        go_on(std::move(next), part);
      return;
    }
    if (!is_directory(base)) return;
    auto entries = tree_.list(path::normalize(base));
    std::reverse(entries.begin(), entries.end());
    for (const auto& entry : entries)
      todo_.push_back({below(base, entry.name), part, false, entry.kind});
    if (!pattern.starts_with('.')) return;
    for (const auto* dots : {".", ".."}) {
      if (glob_matches(pattern, dots)) go_on(below(base, dots), part);
    }
  }

  void go_on(std::string path, std::size_t part) {
    if (is_last(part)) {
      todo_.push_back({std::move(path), part, true});
    } else {
      fill(path, part + 1);
    }
  }

  void take(const Item& item) {
    // Several `**` lead to the same place in many ways.
    if (!visited_.emplace(item.path, item.part).second) return;
    if (item.is_matched) return add(item);
    auto part = item.part;
    if (parts_[part] == "**") {
      while (!is_last(part) && parts_[part + 1] == "**") ++part;
      const bool directory = is_directory(item.path);
      if (directory) fill(item.path, part);
      if (is_last(part)) {
        if (directory) found_.push_back({path::normalize(item.path), true});
        return;
      }
      ++part;
    }
    if (!glob_matches(parts_[part], path::file_name(item.path))) return;
    if (is_last(part)) {
      add(item);
    } else {
      fill(item.path, part + 1);
    }
  }

  const SourceTree& tree_;
  bool wants_directory_;
  std::vector<std::string> parts_;
  std::vector<Item> todo_;
  std::set<std::pair<std::string, std::size_t>> visited_;
  std::vector<GlobMatch> found_;
};

/// Whether `[…]` at the front of a pattern is closed; removes it.
bool take_class(std::u32string_view& pattern) {
  const bool negated = pattern.size() > 1 && pattern[1] == U'!';
  const auto close = pattern.find(U']', negated ? 3 : 2);
  if (close == std::u32string_view::npos) return false;
  pattern.remove_prefix(close + 1);
  return true;
}

bool is_valid_component(const std::string& part) {
  if (part == "**") return true;
  if (part.find("**") != std::string::npos) return false;
  const auto text = characters(part);
  std::u32string_view rest(text);
  while (!rest.empty()) {
    if (rest[0] != U'[') {
      rest.remove_prefix(1);
    } else if (!take_class(rest)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  if (pattern == "*") return true;
  return matches(characters(pattern), characters(name));
}

bool has_glob_characters(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool is_valid_glob(std::string_view pattern) {
  const auto parts = path::components(pattern);
  return std::all_of(parts.begin(), parts.end(), is_valid_component);
}

std::vector<GlobMatch> glob_paths(const SourceTree& tree, std::string_view pattern) {
  return Walk(tree, pattern).run();
}

}  // namespace larder::cargo
