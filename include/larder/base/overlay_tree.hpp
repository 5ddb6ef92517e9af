#pragma once

#include "larder/base/source_tree.hpp"

namespace larder {

/// A tree with some files replaced, or hidden where they have no contents.
class OverlayTree : public SourceTree {
 public:
  OverlayTree(const SourceTree& below,
              const std::map<std::string, std::optional<std::string>>& files);

  FileKind kind(const std::string& path) const override;
  std::optional<std::string> read(const std::string& path) const override;
  std::vector<DirectoryEntry> list(const std::string& path) const override;
  bool is_executable(const std::string& path) const override { return below_.is_executable(path); }

 private:
  const SourceTree& below_;
  MemoryTree files_;
  std::set<std::string> hidden_;
};

}  // namespace larder
