#include "larder/base/overlay_tree.hpp"

#include <algorithm>

namespace larder {

FileKind OverlayTree::kind(const std::string& path) const {
  const auto own = files_.kind(path);
  return own == FileKind::Absent ? below_.kind(path) : own;
}

std::optional<std::string> OverlayTree::read(const std::string& path) const {
  auto own = files_.read(path);
  return own ? own : below_.read(path);
}

std::vector<DirectoryEntry> OverlayTree::list(const std::string& path) const {
  auto entries = files_.list(path);
  for (const auto& entry : below_.list(path)) {
    const auto has_name = [&](const DirectoryEntry& other) { return other.name == entry.name; };
    if (std::none_of(entries.begin(), entries.end(), has_name)) entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

}  // namespace larder
