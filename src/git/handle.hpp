#pragma once

#include <git2.h>

#include <memory>
#include <optional>
#include <string>

#include "entries.hpp"
#include "larder/base/error.hpp"
#include "larder/git/repository.hpp"

// Owning pointers to libgit2 objects.

namespace larder::git {

struct Deleter {
  void operator()(git_repository* p) const { git_repository_free(p); }
  void operator()(git_odb* p) const { git_odb_free(p); }
  void operator()(git_odb_object* p) const { git_odb_object_free(p); }
  void operator()(git_object* p) const { git_object_free(p); }
  void operator()(git_commit* p) const { git_commit_free(p); }
  void operator()(git_tree* p) const { git_tree_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

/// libgit2's message for its last failure.
std::string last_message();

/// From hexadecimal digits; nothing when `text` is not an id.
std::optional<git_oid> parse_id(const std::string& text);
std::string id_text(const git_oid& id);
inline bool same(const git_oid& a, const git_oid& b) {
  return git_oid_equal(&a, &b) != 0;
}

class Repository::Handle {
 public:
  explicit Handle(Owned<git_repository> repository);

  git_repository* get() const { return repository_.get(); }
  git_odb* objects() const { return objects_.get(); }
  /// Shared, because commits have most of their directories in common.
  DirectoryCache& directories() const { return directories_; }
  const std::string& work_directory() const { return work_directory_; }
  /// The directory with refs, objects and the repositories of submodules.
  std::string common_directory() const;
  /// Whether the commit's parents are cut off by a shallow clone.
  bool is_cut_at(const std::string& id) const;
  bool is_shallow() const { return !shallow_.empty(); }

 private:
  Owned<git_repository> repository_;
  Owned<git_odb> objects_;
  mutable DirectoryCache directories_;
  std::string work_directory_;
  /// The contents of the file `shallow`.
  std::string shallow_;
};

/// Initialises libgit2 on the first call. Throws `git-repository`.
void start_library();

/// The repository of a submodule; null when it was not cloned. `name` is the name of its section in
/// `.gitmodules`, `path` its place in the working tree.
std::shared_ptr<const Repository::Handle> open_submodule(const Repository::Handle& parent,
                                                         const std::string& name,
                                                         const std::string& path);

/// The name of the section in a `.gitmodules` whose `path` this is; empty when there is none.
std::string submodule_name(const std::string& text, const std::string& path);

}  // namespace larder::git
