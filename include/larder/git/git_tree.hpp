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

/// The files of a commit as a checkout of it has them, the root of the repository at "/"; nothing
/// is checked out. Symbolic links are followed within the repository; those that lead out of it
/// lead nowhere. A submodule has the files of its commit where its repository was cloned as well,
/// and is an empty directory where it was not. Throws `git-object` for objects that are missing,
/// damaged or have entries that no checkout could have, and `file-too-large`, all naming commit and
/// path.
class GitTree : public SourceTree {
 public:
  /// `reading`, where given, notes what is read from now on.
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

/// What was read from a commit: whether a file or directory is there, what it holds, which names a
/// directory has. It tells for another commit whether reading it would give the same answers, and
/// looks only at directories that differ.
class Reading {
 public:
  Reading();
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  Reading(Reading&&) noexcept;
  Reading& operator=(Reading&&) noexcept;

  /// Whether everything that was read is the same in that commit.
  bool holds_in(const GitTree& tree);

  struct Directory;
  Directory& root() { return *root_; }

 private:
  std::unique_ptr<Directory> root_;
};

/// Whether two commits differ in a file with a name that `is_meant` accepts, submodules aside.
bool differ_in_files(const GitTree& before, const GitTree& after,
                     const std::function<bool(const std::string&)>& is_meant);

}  // namespace larder::git
