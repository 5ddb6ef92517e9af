#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "handle.hpp"
#include "larder/git/git_tree.hpp"

// The objects of a commit as directories and files.

namespace larder::git {

/// A place in a commit, or in the commit of a submodule.
struct Node {
  std::shared_ptr<const Repository::Handle> repository;
  Entry entry;
  /// From the root of the commit, for messages; "" for the root.
  std::string path;
  /// Of the repository that it lies in; equal to `path` outside submodules.
  std::string path_in_repository;
  /// What is read here is noted there; null in submodules, which are known by their commit.
  Reading::Directory* notes = nullptr;
  std::size_t depth = 0;
};

struct Reading::Directory {
  git_oid id{};
  /// What was asked about one name.
  struct Fact {
    Entry entry;
    /// Whether what it holds was read as well.
    bool contents = false;
  };
  std::map<std::string, Fact> facts;
  /// Names and types, where all were asked for.
  std::optional<std::vector<std::pair<std::string, EntryType>>> listing;
  std::map<std::string, std::unique_ptr<Directory>> directories;

  bool is_empty() const { return facts.empty() && !listing && directories.empty(); }
};

class GitTree::Content {
 public:
  Content(std::shared_ptr<const Repository::Handle> repository, std::string commit,
          Reading* reading);

  /// What a path means, symbolic links followed; nothing when there is nothing.
  std::optional<Node> find(const std::string& path) const;
  std::string read(const Node& file) const;
  const Entries& entries(const Node& directory) const;
  /// As `entries`, noted as read in full.
  const Entries& list(const Node& directory) const;
  Node root() const;
  /// The text that tells where a path of this commit is.
  std::string place(const std::string& path) const;

 private:
  Entry look_up(const Node& directory, const std::string& name) const;
  /// What stands under a name that was looked up.
  Node child(const Node& directory, const std::string& name, const Entry& entry) const;
  Node submodule(const Node& place) const;
  git_oid tree_of(const Repository::Handle& repository, const git_oid& commit,
                  const std::string& path) const;
  std::string blob(const Node& file) const;
  Entries parse_tree(const Repository::Handle& repository, const git_oid& id,
                     const std::string& path) const;
  Error damaged(const std::string& what, const std::string& path) const;

  std::shared_ptr<const Repository::Handle> repository_;
  std::string commit_;
  Reading* reading_;
  git_oid root_{};
  /// What `entries` gave out.
  mutable std::map<git_oid, std::shared_ptr<const Entries>, IdOrder> trees_;
  mutable std::map<std::string, std::shared_ptr<const Repository::Handle>> submodules_;
};

}  // namespace larder::git
