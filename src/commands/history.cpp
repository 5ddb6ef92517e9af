#include "larder/report/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compared.hpp"
#include "history_walk.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

namespace {

constexpr std::size_t most_without_range = 100;

class HistoryCommand {
 public:
  HistoryCommand(const Context& context, const HistoryOptions& options)
      : context_(context),
        options_(options),
        repository_(git::Repository::discover(context.directory)) {}

  ExitStatus run() {
    auto history = walk();
    history.lists_all = context_.shell.verbosity() == Verbosity::Verbose;
    tell(history);
    if (!options_.html_path.empty()) {
      write_file_atomically(path::join(context_.directory, options_.html_path),
                            report::history_page(history));
      context_.shell.status("Wrote", options_.html_path);
    }
    // The page replaces the text, but not JSON.
    if (options_.html_path.empty() || options_.message_format != "human")
      Shell::print(report::write_as(report::history_formats(), options_.message_format, history));
    return Exited{0};
  }

 private:
  void tell(const report::History& history) const {
    std::string commands;
    for (const auto& command : history.commands)
      commands += (commands.empty() ? ", as prepared for `" : ", `") + command + "`";
    context_.shell.status("Compared",
                          fmt::format("{} commits{}", history.entries.size(), commands));
  }

  report::History walk() {
    const bool has_end = options_.range.find("..") != std::string::npos;
    auto most = options_.most;
    if (most == 0) most = has_end ? std::numeric_limits<std::size_t>::max() : most_without_range;
    const auto line = repository_.first_parents(options_.range, most);
    report::History out;
    out.range = options_.range.empty() ? "HEAD" : options_.range;
    out.is_cut = line.cut_by_shallow_clone;
    if (line.commits.empty()) return out;

    HistoryWalk walk(repository_, request_for(line.commits.front(), out.commands));
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

  /// Commits that state no command are prepared for the commands of the newest one.
  recipe::DeriveRequest request_for(const git::Commit& newest, std::vector<std::string>& commands) {
    const Stated stated{options_.manifest_path, options_.commands, {{"", {"build", "--release"}}}};
    auto request = request_in(repository_, context_, stated);
    try {
      const auto recipe = recipe::derive(git::GitTree(repository_, newest.id), request);
      request.default_commands.clear();
      for (const auto& command : recipe.commands)
        request.default_commands.push_back({command.name, command.line.arguments()});
    } catch (Error& error) {
      // Any other error is reported when the walk reaches this commit.
      if (HistoryWalk::is_of_repository(error)) {
        error.while_doing(preparing(newest));
        throw;
      }
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
