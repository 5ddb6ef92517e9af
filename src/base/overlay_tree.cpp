#include "larder/base/overlay_tree.hpp"

#include <algorithm>

#include "larder/base/path.hpp"

namespace larder {

OverlayTree::OverlayTree(const SourceTree& below,
                         const std::map<std::string, std::optional<std::string>>& files)
    : below_(below) {
  for (const auto& [path, contents] : files) {
    if (contents) {
      files_.write(path, *contents);
    } else {
      hidden_.insert(path);
    }
  }
}

FileKind OverlayTree::kind(const std::string& path) const {
  if (hidden_.contains(path)) return FileKind::Absent;
  const auto own = files_.kind(path);
  return own == FileKind::Absent ? below_.kind(path) : own;
}

std::optional<std::string> OverlayTree::read(const std::string& path) const {
  if (hidden_.contains(path)) return std::nullopt;
  auto own = files_.read(path);
  return own ? own : below_.read(path);
}

std::vector<DirectoryEntry> OverlayTree::list(const std::string& path) const {
  auto entries = files_.list(path);
  for (const auto& entry : below_.list(path)) {
    const auto has_name = [&](const DirectoryEntry& other) { return other.name == entry.name; };
    const bool is_hidden = hidden_.contains(path::join(path, entry.name));
    if (!is_hidden && std::none_of(entries.begin(), entries.end(), has_name))
      entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

}  // namespace larder
