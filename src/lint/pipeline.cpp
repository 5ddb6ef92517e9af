#include <algorithm>

#include "larder/lint/lint.hpp"

// Caches that `docker build` exports: cook is no part of the final image, so it is only exported
// with mode=max.

namespace larder::lint {

namespace {

/// The text of a cache's description in a line: behind `cache-to:` in YAML, `--cache-to` in a
/// command, or `cache-to = [` in a bake file.
std::optional<std::size_t> place_of_cache(std::string_view line) {
  for (const std::string_view key : {"cache-to", "cache_to"}) {
    const auto at = line.find(key);
    if (at != std::string_view::npos) return at;
  }
  return std::nullopt;
}

bool is_comment_line(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  return start != std::string_view::npos && line[start] == '#';
}

bool is_allowed_comment(std::string_view line) {
  return is_comment_line(line) && line.find("larder: allow") != std::string_view::npos &&
         line.find("cache-mode") != std::string_view::npos;
}

/// Whether the description goes on in this line: an item of a YAML list or block.
bool continues(std::string_view line, std::size_t indent) {
  const auto start = line.find_first_not_of(" \t");
  return start != std::string_view::npos && start > indent &&
         line.find(": ") == std::string_view::npos;
}

std::vector<std::string_view> lines_in(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// `type=inline` has no mode: it never has the layers of other stages.
bool lacks_mode(std::string_view description) {
  return description.find("type=") != std::string_view::npos &&
         description.find("mode=max") == std::string_view::npos &&
         description.find("mode=${") == std::string_view::npos;
}

}  // namespace

std::vector<Finding> lint_pipeline(const std::string& file, std::string_view text) {
  std::vector<Finding> out;
  const auto lines = lines_in(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto at = place_of_cache(lines[i]);
    if (!at || is_comment_line(lines[i]) || (i > 0 && is_allowed_comment(lines[i - 1]))) continue;
    std::string description(lines[i].substr(*at));
    for (auto next = i + 1;
         next < lines.size() && continues(lines[next], lines[i].find_first_not_of(" \t")); ++next)
      description += lines[next];
    if (!lacks_mode(description)) continue;
    out.push_back({"cache-mode",
                   Severity::Warning,
                   file,
                   {static_cast<std::uint32_t>(i + 1), static_cast<std::uint32_t>(*at + 1)},
                   "this cache has the layers of the final image alone, and cook is not among them",
                   "add mode=max"});
  }
  return out;
}

}  // namespace larder::lint
