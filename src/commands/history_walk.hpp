#pragma once

#include <memory>
#include <optional>

#include "larder/base/error.hpp"
#include "larder/git/git_tree.hpp"
#include "larder/recipe/inputs.hpp"
#include "larder/report/history.hpp"

namespace larder::commands {

/// Walks from each commit to its child. Prepares only commits whose recipe can differ from that of
/// the previous one.
class HistoryWalk {
 public:
  HistoryWalk(const git::Repository& repository, recipe::DeriveRequest request)
      : repository_(repository), request_(std::move(request)) {}

  /// How the next commit changes the recipe. If its workspace gives no recipe, the entry says why.
  /// Throws errors of the repository, with the commit's name.
  report::HistoryEntry next(const git::Commit& commit);

  /// Whether an error is about the repository, so that the rest of its history cannot be trusted
  /// either. All other errors are about one commit's workspace.
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
  /// Of the previous commit.
  std::shared_ptr<const git::GitTree> tree_;
  git::Reading reading_;
  std::optional<Error> error_;
  /// The most recent commit that gave a recipe.
  std::optional<Prepared> last_;
  bool compared_ = false;
  std::size_t prepared_ = 0;
};

}  // namespace larder::commands
