#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace larder::git {

struct Commit {
  /// The full id in hexadecimal digits.
  std::string id;
  /// The first line of its message; not necessarily UTF-8.
  std::string subject;
  std::string author;
  /// Commit time in seconds since 1970, and the committer's offset from UTC in minutes.
  std::int64_t time = 0;
  int offset = 0;
  /// Nothing for a root commit, and where a shallow clone ends.
  std::optional<std::string> first_parent;

  std::string short_id() const { return id.substr(0, 8); }
};

/// Commits along first parents, newest first.
struct FirstParents {
  std::vector<Commit> commits;
  /// Whether the list ends because the clone is shallow.
  bool cut_by_shallow_clone = false;
};

/// A git repository, only ever read: with a working tree, a linked worktree, or bare. Uses neither
/// the `git` program nor its configuration.
class Repository {
 public:
  /// The repository that contains `directory`. Throws `git-repository`.
  static Repository discover(const std::string& directory);

  /// The root of the working tree without a trailing slash; empty for a bare repository.
  const std::string& work_directory() const;
  /// The id of the commit that a revision names (`HEAD~3`, `v1.2`, a branch, an abbreviated id).
  /// Throws `git-revision`.
  std::string resolve(const std::string& revision) const;
  /// Throws `git-object` when the commit is missing or damaged.
  Commit commit(const std::string& id) const;
  /// `range` is `NEW`, `OLD..NEW`, `OLD..` or `..NEW`; an omitted side is HEAD. Returns at most
  /// `most` commits. Throws `git-revision` and `git-object`.
  FirstParents first_parents(const std::string& range, std::size_t most) const;

  /// Shared with the other files of this module.
  class Handle;
  const std::shared_ptr<const Handle>& handle() const { return handle_; }

 private:
  explicit Repository(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<const Handle> handle_;
};

}  // namespace larder::git
