#pragma once

#include "larder/base/source_tree.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

/// A tree with one file more.
class TreeWithFile : public SourceTree {
 public:
  TreeWithFile(const SourceTree& below, std::string path, std::string contents)
      : below_(below), path_(std::move(path)), contents_(std::move(contents)) {}

  FileKind kind(const std::string& path) const override {
    return path == path_ ? FileKind::File : below_.kind(path);
  }
  std::optional<std::string> read(const std::string& path) const override {
    return path == path_ ? contents_ : below_.read(path);
  }
  /// Without the file: nobody looks for this one that way.
  std::vector<DirectoryEntry> list(const std::string& path) const override {
    return below_.list(path);
  }
  bool is_executable(const std::string& path) const override { return below_.is_executable(path); }

 private:
  const SourceTree& below_;
  std::string path_;
  std::string contents_;
};

struct MadeLockfile {
  std::string path;
  std::string contents;
};

/// The Cargo.lock that cargo would leave in a workspace: made of nothing, or brought up to date, in
/// a temporary copy of its manifests, so that nothing is written into the workspace. Throws
/// `cargo-failed`, `cargo-missing`.
MadeLockfile make_lockfile(const Context& context, const std::string& manifest_path);

}  // namespace larder::commands
