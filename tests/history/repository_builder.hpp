#pragma once

#include <git2.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"

// Repositories written object by object, those that git itself would refuse included.

namespace larder::test {

class RepositoryBuilder {
 public:
  /// Makes an empty repository there.
  explicit RepositoryBuilder(const std::string& directory, bool bare = false);

  /// Beside the files of the trees to come, below the root: what a link points to, the commit of a
  /// submodule (in 40 digits), which file is executable.
  std::map<std::string, std::string> links;
  std::map<std::string, std::string> submodules;
  std::vector<std::string> executables;

  std::int64_t seconds_between = 3600;

  /// A commit of these files, which lie at "/". HEAD moves there.
  std::string commit(const MemoryTree& files, const std::string& message,
                     const std::vector<std::string>& parents = {});
  /// A commit of a tree object.
  std::string commit_tree(const std::string& tree, const std::string& message,
                          const std::vector<std::string>& parents);

  std::string blob(const std::string& contents);
  struct TreeEntry {
    std::string mode;
    std::string name;
    std::string id;
  };
  /// In the order given, whatever the names.
  std::string tree(const std::vector<TreeEntry>& entries);
  /// An object of these bytes, whatever they are.
  std::string object(const std::string& contents, git_object_t type);

  /// The loose object's file.
  std::string path_of(const std::string& id) const;
  /// What `git checkout` would make of a commit, in a new directory.
  void check_out(const std::string& commit, const std::string& directory) const;
  git_repository* get() const { return repository_.get(); }

 private:
  struct Free {
    void operator()(git_repository* repository) const { git_repository_free(repository); }
  };
  std::string write_directory(const std::map<std::string, TreeEntry>& files);

  std::unique_ptr<git_repository, Free> repository_;
  /// Of contents that were written before.
  std::map<std::string, std::string> blobs_;
  std::int64_t time_ = 1767225600;
};

}  // namespace larder::test
