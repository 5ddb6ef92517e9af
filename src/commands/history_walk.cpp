#include "history_walk.hpp"

#include "compared.hpp"
#include "larder/report/causes.hpp"

namespace larder::commands {

namespace {

bool is_manifest(const std::string& name) {
  return name == "Cargo.toml" || name == "Cargo.lock";
}

}  // namespace

bool HistoryWalk::is_of_repository(const Error& error) {
  // A submodule that was not fetched says nothing about other commits.
  return (error.id().starts_with("git-") && error.id() != "git-submodule") ||
         error.id() == "file-too-large";
}

report::HistoryEntry HistoryWalk::next(const git::Commit& commit) {
  try {
    return step(commit);
  } catch (Error& error) {
    error.while_doing(preparing(commit));
    throw;
  }
}

report::HistoryEntry HistoryWalk::step(const git::Commit& commit) {
  report::HistoryEntry entry;
  entry.id = commit.id;
  entry.subject = commit.subject;
  entry.author = commit.author;
  entry.time = commit.time;
  entry.offset = commit.offset;
  auto tree = std::make_shared<const git::GitTree>(repository_, commit.id);
  if (tree_) entry.touches_manifests = git::differ_in_files(*tree_, *tree, is_manifest);
  const bool unchanged = tree_ && reading_.holds_in(*tree);
  tree_ = tree;
  if (!unchanged) prepare(commit, entry);
  if (error_) {
    entry.verdict = report::Verdict::Unreadable;
    entry.error_id = error_->id();
    entry.error = error_->message();
  } else if (!commit.first_parent && !compared_) {
    entry.verdict = report::Verdict::First;
  }
  compared_ = true;
  return entry;
}

void HistoryWalk::prepare(const git::Commit& commit, report::HistoryEntry& entry) {
  git::Reading reading;
  const git::GitTree recorded(repository_, commit.id, &reading);
  error_.reset();
  ++prepared_;
  try {
    auto inputs = recipe::read_inputs(recorded, request_);
    auto recipe = recipe::derive(recorded, request_, inputs);
    Prepared now{tree_, std::move(inputs), std::move(recipe)};
    if (last_ && !(last_->recipe == now.recipe)) compare(*last_, now, entry);
    last_ = std::move(now);
  } catch (const Error& error) {
    if (is_of_repository(error)) throw;
    error_ = error;
  }
  reading_ = std::move(reading);
}

void HistoryWalk::compare(const Prepared& before, const Prepared& now,
                          report::HistoryEntry& entry) const {
  auto found = report::compare(before.recipe, now.recipe);
  report::find_causes({*before.tree, request_, before.inputs, before.recipe, "/"},
                      {*now.tree, request_, now.inputs, now.recipe, "/"}, found);
  report::fill(entry, found);
  entry.verdict = report::Verdict::Changed;
}

}  // namespace larder::commands
