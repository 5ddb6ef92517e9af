#include "larder/base/path.hpp"

#include <algorithm>

namespace larder::path {

std::vector<std::string> components(std::string_view path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= path.size()) {
    const auto end = std::min(path.find('/', start), path.size());
    if (end > start) parts.emplace_back(path.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

namespace {

/// Whether normalising would leave `path` unchanged.
bool is_normal(std::string_view path) {
  if (path == "/") return true;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

/// Takes the last component off a normalised path. False if it has none that `..` would cancel.
bool remove_last(std::string& path) {
  const auto slash = path.rfind('/');
  const auto start = slash == std::string::npos ? 0 : slash + 1;
  const auto last = std::string_view(path).substr(start);
  if (last.empty() || last == "..") return false;
  path.resize(start > 1 ? start - 1 : start);
  return true;
}

std::string normalize_slowly(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::string out;
  out.reserve(path.size());
  if (absolute) out = '/';
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && (remove_last(out) || absolute)) continue;
    if (!out.empty() && !out.ends_with('/')) out += '/';
    out += part;
  }
  return out.empty() ? "." : out;
}

}  // namespace

std::string normalize(std::string_view path) {
  return is_normal(path) ? std::string(path) : normalize_slowly(path);
}

std::string join(std::string_view base, std::string_view relative) {
  if (relative.starts_with('/')) return normalize(relative);
  std::string joined;
  joined.reserve(base.size() + 1 + relative.size());
  joined.append(base).append(base.ends_with('/') ? "" : "/").append(relative);
  if (is_normal(joined)) return joined;
  return normalize_slowly(joined);
}

std::string parent(std::string_view path) {
  const auto slash = path.rfind('/');
  if (path == "/" || slash == std::string_view::npos) return "";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string stem(std::string_view path) {
  auto name = file_name(path);
  const auto dot = name.rfind('.');
  if (dot != std::string::npos && dot > 0) name.resize(dot);
  return name;
}

std::string relative(std::string_view path, std::string_view base) {
  const auto to = components(path);
  const auto from = components(base);
  const auto [a, b] = std::mismatch(to.begin(), to.end(), from.begin(), from.end());
  std::string out;
  for (auto it = b; it != from.end(); ++it) out += out.empty() ? ".." : "/..";
  for (auto it = a; it != to.end(); ++it) out += (out.empty() ? "" : "/") + *it;
  return out.empty() ? "." : out;
}

bool is_within(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.starts_with('/');
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

bool stays_inside(std::string_view path) {
  if (path.empty() || path.starts_with('/') || path.ends_with('/')) return false;
  if (path.find('\0') != std::string_view::npos || path.find('\\') != std::string_view::npos ||
      path.find("//") != std::string_view::npos) {
    return false;
  }
  const auto parts = components(path);
  return std::none_of(parts.begin(), parts.end(),
                      [](const std::string& part) { return part == ".." || part == "."; });
}

}  // namespace larder::path
