#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace larder {

enum class FileKind { Absent, File, Directory };

struct DirectoryEntry {
  std::string name;
  /// For a symbolic link, the kind of its destination.
  FileKind kind = FileKind::Absent;
  bool is_link = false;
};

/// The files a workspace is read from: a disk, memory, or a commit. Paths are absolute within the
/// tree and normalised (see base/path.hpp). Symbolic links are followed, as cargo follows them.
class SourceTree {
 public:
  virtual ~SourceTree() = default;
  virtual FileKind kind(const std::string& path) const = 0;
  /// The bytes of a file; nothing when it does not exist. Throws `file-read` when it cannot be
  /// read, and on a disk `file-too-large`.
  virtual std::optional<std::string> read(const std::string& path) const = 0;
  /// Sorted by name; empty when the directory does not exist. Throws `file-read` when it cannot be
  /// read.
  virtual std::vector<DirectoryEntry> list(const std::string& path) const = 0;

  /// Whether the owner may execute the file.
  virtual bool is_executable(const std::string& path) const = 0;

  /// Whether several threads may use it at once.
  virtual bool is_shareable() const { return false; }

  bool is_file(const std::string& path) const { return kind(path) == FileKind::File; }
  bool is_directory(const std::string& path) const { return kind(path) == FileKind::Directory; }
};

/// The file system of this machine.
class DiskTree : public SourceTree {
 public:
  FileKind kind(const std::string& path) const override;
  std::optional<std::string> read(const std::string& path) const override;
  std::vector<DirectoryEntry> list(const std::string& path) const override;
  bool is_executable(const std::string& path) const override;
  bool is_shareable() const override { return true; }
};

/// Files held in memory. A directory exists when it has a file below it.
class MemoryTree : public SourceTree {
 public:
  MemoryTree() = default;
  explicit MemoryTree(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  void write(const std::string& path, std::string contents) { files_[path] = std::move(contents); }
  void remove(const std::string& path) { files_.erase(path); }
  /// Files are not executable until this is called.
  void set_executable(const std::string& path) { executable_.insert(path); }
  const std::map<std::string, std::string>& files() const { return files_; }

  FileKind kind(const std::string& path) const override;
  std::optional<std::string> read(const std::string& path) const override;
  std::vector<DirectoryEntry> list(const std::string& path) const override;
  bool is_executable(const std::string& path) const override { return executable_.contains(path); }
  bool is_shareable() const override { return true; }

 private:
  std::map<std::string, std::string> files_;
  std::set<std::string> executable_;
};

}  // namespace larder
