#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/git/repository.hpp"

namespace larder::git {

class Reading;

/// The files of a commit as a checkout would have them, with the root of the repository at "/".
/// Nothing is checked out. Symbolic links are followed within the repository; a link that leads out
/// of it is dangling. A submodule has the files of its commit if its repository was cloned, and is
/// an empty directory otherwise. Throws `git-object` for objects that are missing, damaged or have
/// entries that no checkout could have, and `file-too-large`. Both name the commit and the path.
class GitTree : public SourceTree {
 public:
  /// `reading`, when given, records what is read from now on.
  GitTree(const Repository& repository, const std::string& commit, Reading* reading = nullptr);
  ~GitTree() override;
  GitTree(const GitTree&) = delete;
  GitTree& operator=(const GitTree&) = delete;
  GitTree(GitTree&&) noexcept;
  GitTree& operator=(GitTree&&) = delete;

  FileKind kind(const std::string& path) const override;
  std::optional<std::string> read(const std::string& path) const override;
  std::vector<DirectoryEntry> list(const std::string& path) const override;
  bool is_executable(const std::string& path) const override;

  class Content;
  const Content& content() const { return *content_; }

 private:
  std::unique_ptr<Content> content_;
};

/// A record of what was read from a commit: whether a file or directory exists, its contents, the
/// names in a directory. It can tell whether reading another commit would give the same answers,
/// and visits only directories that differ.
class Reading {
 public:
  Reading();
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  Reading(Reading&&) noexcept;
  Reading& operator=(Reading&&) noexcept;

  /// Whether everything that was read is the same in `tree`.
  bool holds_in(const GitTree& tree);

  struct Directory;
  Directory& root() { return *root_; }

 private:
  std::unique_ptr<Directory> root_;
};

/// Whether two commits differ in a file whose name `is_meant` accepts. Submodules are ignored.
bool differ_in_files(const GitTree& before, const GitTree& after,
                     const std::function<bool(const std::string&)>& is_meant);

}  // namespace larder::git
