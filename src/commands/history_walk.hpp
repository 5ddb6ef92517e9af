#pragma once

#include <memory>
#include <optional>

#include "larder/base/error.hpp"
#include "larder/git/git_tree.hpp"
#include "larder/recipe/inputs.hpp"
#include "larder/report/history.hpp"

namespace larder::commands {

/// Goes from commit to child, and prepares only those that can give another recipe than the one
/// before.
class HistoryWalk {
 public:
  HistoryWalk(const git::Repository& repository, recipe::DeriveRequest request)
      : repository_(repository), request_(std::move(request)) {}

  /// What the next commit does to the recipe. A workspace of which none can be made is told in the
  /// entry. Throws what is wrong with the repository, naming the commit.
  report::HistoryEntry next(const git::Commit& commit);

  /// Whether an error is about the repository: then the rest of its history cannot be trusted
  /// either. All others are about one commit's workspace.
  static bool is_of_repository(const Error& error);
  /// How many commits had to be prepared.
  std::size_t prepared() const { return prepared_; }

 private:
  /// A recipe and the commit it was made from.
  struct Prepared {
    std::shared_ptr<const git::GitTree> tree;
    recipe::Inputs inputs;
    recipe::Recipe recipe;
  };

  report::HistoryEntry step(const git::Commit& commit);
  void prepare(const git::Commit& commit, report::HistoryEntry& entry);
  void compare(const Prepared& before, const Prepared& now, report::HistoryEntry& entry) const;

  const git::Repository& repository_;
  recipe::DeriveRequest request_;
  /// Of the commit before.
  std::shared_ptr<const git::GitTree> tree_;
  git::Reading reading_;
  std::optional<Error> error_;
  /// The last recipe there was.
  std::optional<Prepared> last_;
  bool compared_ = false;
  std::size_t prepared_ = 0;
};

}  // namespace larder::commands
