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
  /// Relative to the root of the outer commit, for messages; "" for the root.
  std::string path;
  /// Relative to the root of its own repository; equal to `path` outside submodules.
  std::string path_in_repository;
  /// Where reads from this directory are recorded. Null in submodules, which are identified by
  /// commit.
  Reading::Directory* notes = nullptr;
  std::size_t depth = 0;
};

struct Reading::Directory {
  git_oid id{};
  /// What was looked up under one name.
  struct Fact {
    Entry entry;
    /// Whether its contents were read too.
    bool contents = false;
  };
  std::map<std::string, Fact> facts;
  /// Names and types, if the whole directory was listed.
  std::optional<std::vector<std::pair<std::string, EntryType>>> listing;
  std::map<std::string, std::unique_ptr<Directory>> directories;

  bool is_empty() const { return facts.empty() && !listing && directories.empty(); }
};

class GitTree::Content {
 public:
  Content(std::shared_ptr<const Repository::Handle> repository, std::string commit,
          Reading* reading);

  /// What a path refers to, with symbolic links followed; nothing when it does not exist.
  std::optional<Node> find(const std::string& path) const;
  std::string read(const Node& file) const;
  const Entries& entries(const Node& directory) const;
  /// Like `entries`, but recorded as a full listing.
  const Entries& list(const Node& directory) const;
  Node root() const;
  /// Describes where a path of this commit is, for messages.
  std::string place(const std::string& path) const;

 private:
  Entry look_up(const Node& directory, const std::string& name) const;
  /// The node of an entry that was looked up.
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
  /// Keeps the references that `entries` returned valid.
  mutable std::map<git_oid, std::shared_ptr<const Entries>, IdOrder> trees_;
  mutable std::map<std::string, std::shared_ptr<const Repository::Handle>> submodules_;
};

}  // namespace larder::git
