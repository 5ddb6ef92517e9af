#include "larder/report/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"
#include "larder/commands/commands.hpp"
#include "sides.hpp"

namespace larder::commands {

namespace {

constexpr std::size_t most_without_range = 100;

/// Whether an error is about the repository: then the rest of its history cannot be trusted either.
/// All others are about one commit's workspace.
bool is_of_repository(const Error& error) {
  return error.id().starts_with("git-") || error.id() == "file-too-large";
}

bool is_manifest(const std::string& name) {
  return name == "Cargo.toml" || name == "Cargo.lock";
}

/// A recipe and the commit it was made from.
struct Prepared {
  std::shared_ptr<const git::GitTree> tree;
  recipe::Recipe recipe;
};

/// Goes from commit to its child, and prepares only those that can give another recipe.
class Walk {
 public:
  Walk(const git::Repository& repository, recipe::DeriveRequest request)
      : repository_(repository), request_(std::move(request)) {}

  /// What the next commit does to the recipe.
  report::HistoryEntry next(const git::Commit& commit) {
    try {
      return step(commit);
    } catch (Error& error) {
      error.while_doing(preparing(commit));
      throw;
    }
  }

 private:
  report::HistoryEntry step(const git::Commit& commit) {
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

  void prepare(const git::Commit& commit, report::HistoryEntry& entry) {
    git::Reading reading;
    const git::GitTree recorded(repository_, commit.id, &reading);
    error_.reset();
    try {
      Prepared now{tree_, recipe::derive(recorded, request_)};
      if (last_ && !(last_->recipe == now.recipe)) compare(*last_, now, entry);
      last_ = std::move(now);
    } catch (const Error& error) {
      if (is_of_repository(error)) throw;
      error_ = error;
    }
    reading_ = std::move(reading);
  }

  void compare(const Prepared& before, const Prepared& now, report::HistoryEntry& entry) const {
    auto found = report::compare(before.recipe, now.recipe);
    report::find_causes({*before.tree, request_, before.recipe, "/"},
                        {*now.tree, request_, now.recipe, "/"}, found);
    report::fill(entry, found);
    entry.verdict = report::Verdict::Changed;
  }

  const git::Repository& repository_;
  recipe::DeriveRequest request_;
  /// Of the commit before.
  std::shared_ptr<const git::GitTree> tree_;
  git::Reading reading_;
  std::optional<Error> error_;
  /// The last recipe there was.
  std::optional<Prepared> last_;
  bool compared_ = false;
};

class HistoryCommand {
 public:
  HistoryCommand(const Context& context, const HistoryOptions& options)
      : context_(context),
        options_(options),
        repository_(git::Repository::discover(context.directory)) {}

  ExitStatus run() {
    const auto history = walk();
    if (!options_.html_path.empty()) {
      write_file_atomically(path::join(context_.directory, options_.html_path),
                            report::history_page(history));
      context_.shell.status("Wrote", options_.html_path);
    }
    if (options_.message_format == "json") {
      Shell::print(report::history_json(history));
    } else if (options_.html_path.empty()) {
      Shell::print(report::history_text(history, context_.shell.verbosity() == Verbosity::Verbose));
    }
    return Exited{0};
  }

 private:
  report::History walk() {
    const bool has_end = options_.range.find("..") != std::string::npos;
    auto most = options_.most;
    if (most == 0) most = has_end ? std::numeric_limits<std::size_t>::max() : most_without_range;
    const auto line = repository_.first_parents(options_.range, most);
    report::History out;
    out.range = options_.range.empty() ? "HEAD" : options_.range;
    out.is_cut = line.cut_by_shallow_clone;
    if (line.commits.empty()) return out;

    Walk walk(repository_, request_for(line.commits.front(), out.commands));
    if (const auto& before = line.commits.back().first_parent)
      walk.next(repository_.commit(*before));
    for (auto commit = line.commits.rbegin(); commit != line.commits.rend(); ++commit)
      out.entries.push_back(walk.next(*commit));
    std::reverse(out.entries.begin(), out.entries.end());
    if (out.is_cut) {
      context_.shell.note("the clone is shallow: its history ends at " +
                          line.commits.back().short_id());
    }
    return out;
  }

  /// Commits that state no command are prepared for those of the newest one.
  recipe::DeriveRequest request_for(const git::Commit& newest, std::vector<std::string>& commands) {
    const Stated stated{options_.manifest_path, options_.commands, {{"", {"build", "--release"}}}};
    auto request = request_in(repository_, context_, stated);
    try {
      const auto recipe = recipe::derive(git::GitTree(repository_, newest.id), request);
      request.default_commands.clear();
      for (const auto& command : recipe.commands)
        request.default_commands.push_back({command.name, command.arguments});
    } catch (const Error& error) {
      if (is_of_repository(error)) throw;
      // Told at its turn.
    }
    for (const auto& command :
         options_.commands.empty() ? request.default_commands : options_.commands)
      commands.push_back("cargo " + cargo::join_command(command.words));
    return request;
  }

  const Context& context_;
  const HistoryOptions& options_;
  git::Repository repository_;
};

}  // namespace

ExitStatus history(const Context& context, const HistoryOptions& options) {
  return HistoryCommand(context, options).run();
}

}  // namespace larder::commands
