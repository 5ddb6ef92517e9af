#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/cook.hpp"
#include "larder/cook/dry_run.hpp"
#include "larder/cook/target_stamp.hpp"
#include "larder/reduce/tables/secrets.hpp"
#include "larder/report/cold_units.hpp"
#include "larder/report/verification.hpp"
#include "recorded.hpp"
#include "store_options.hpp"
#include "stored_build.hpp"

namespace larder::commands {

namespace {

/// Restores the dates of files at the end of its scope.
class KeptDates {
 public:
  explicit KeptDates(std::vector<std::string> files) {
    for (auto& file : files) {
      if (const auto date = modified(file)) dates_.emplace_back(std::move(file), *date);
    }
  }
  ~KeptDates() {
    for (const auto& [file, date] : dates_) {
      if (modified(file) != date) set_modified(file, date);
    }
  }
  KeptDates(const KeptDates&) = delete;
  KeptDates& operator=(const KeptDates&) = delete;

  bool empty() const { return dates_.empty(); }
  bool have_changed() const {
    return std::any_of(dates_.begin(), dates_.end(),
                       [](const auto& kept) { return modified(kept.first) != kept.second; });
  }

 private:
  std::vector<std::pair<std::string, std::int64_t>> dates_;
};

class Verify {
 public:
  Verify(const Context& context, const VerifyOptions& options)
      : context_(context), options_(options) {}

  ExitStatus run() {
    report::Verification result;
    for (const auto& [line, command] : stated()) {
      auto [status, checked] = check(line, command);
      if (!succeeded(status)) return status;
      result.commands.push_back(std::move(checked));
    }
    if (!result.warm()) result.changes = changes_;
    show(result);
    return Exited{result.warm() ? 0 : 1};
  }

 private:
  struct Stated {
    cargo::CommandLine line;
    /// Null for a command that is not from a recipe.
    const recipe::Command* command;
  };

  std::vector<Stated> stated() {
    if (!options_.command.empty()) {
      directory_ = context_.directory;
      return {{cargo::parse_command_line(options_.command), nullptr}};
    }
    (void)cargo::parse_flags("build", options_.flags);  // reports invalid flags first
    recorded_ = find_recorded(context_, options_.recipe_path, "");
    if (!recorded_ || recorded_->recipe.open) {
      throw Error("no-command", "there is no recorded cargo command to verify")
          .hint("run cook first, or give the command: `cargo larder verify -- build --release`");
    }
    directory_ = recorded_->directory;
    std::vector<Stated> out;
    for (const auto& command : recorded_->recipe.commands) {
      if (!options_.only.empty() && options_.only != command.name) continue;
      out.push_back(
          {recorded_line(context_, *recorded_, command, options_.flags, command.line.subcommand),
           &command});
    }
    if (!out.empty()) return out;
    throw Error("unknown-command", fmt::format("the recipe has no `{}` command", options_.only))
        .hint("the recipe has: " + command_names(recorded_->recipe));
  }

  std::pair<ExitStatus, report::VerifiedCommand> check(const cargo::CommandLine& stated,
                                                       const recipe::Command* command) {
    const auto line = compiling_only(stated);
    const auto cargo = driver::find_cargo(context_.environment, directory_, line.toolchain);
    const auto version = driver::cargo_version(cargo, directory_);
    const auto words = cargo::join_command(words_for(line));
    context_.shell.status("Verifying", fmt::format("cargo {} ({})", words, version));
    workspace_root_ = root_of_command(context_, directory_, line);
    const auto directories = directories_of(context_, directory_, workspace_root_, line);
    const auto config = config_of(context_, directory_, line);
    changes_ = changes_since_cook(directories.target_directory, {directory_, workspace_root_},
                                  version, cargo.environment, config);
    if (cook::was_copied_over(directories.target_directory)) {
      context_.shell.warning(copied_over_message(directories.target_directory) +
                             ". Add `target` to .dockerignore");
    }
    if (!is_writable(directories.build_directory)) {
      context_.shell.warning(fmt::format(
          "this user cannot write to {}, so the build will fail even if everything is fresh",
          directories.build_directory));
    }
    const auto run = run_dry(cargo, line, directories, command != nullptr);
    if (!succeeded(run.status)) {
      context_.shell.error(fmt::format("`cargo {}` failed, so its units could not be checked:\n{}",
                                       words, run.errors),
                           "cargo-failed");
      return {run.status, {}};
    }
    report::Freshness freshness;
    for (std::string_view rest = run.messages; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
      freshness.take(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    report::VerifiedCommand out{
        command == nullptr ? "" : command->name, words, freshness.external_total(), {}};
    out.cold = explain(freshness, run, directories, command, cargo.environment, config);
    out.local = local_units(cargo, line);
    return {run.status, std::move(out)};
  }

  /// Runs it as `build` would: with the dates that `build` gives to the files of patched packages,
  /// and without the units that it would remove. Restores the dates afterwards.
  cook::DryRun run_dry(const driver::Cargo& cargo, const cargo::CommandLine& line,
                       const driver::BuildDirectories& directories, bool is_recorded) {
    if (!is_recorded)
      return cook::dry_run(cargo, line, directory_, workspace_root_, directories,
                           cook::ForeignUnits::Keep);
    const KeptDates kept(patched_files(*recorded_));
    if (!kept.empty())
      date_patched_sources(*recorded_, directories, differences_from_sources(*recorded_).empty());
    if (kept.have_changed()) {
      context_.shell.note(
          "the files of patched packages do not have the dates that cook gave them. `cargo larder "
          "build` sets the dates and reuses unchanged packages; a plain `cargo build` compiles "
          "these packages again");
    }
    return cook::dry_run(cargo, line, directory_, workspace_root_, directories,
                         cook::ForeignUnits::Forget);
  }

  /// Empty without a store.
  std::vector<store::Explanation> local_units(const driver::Cargo& cargo,
                                              const cargo::CommandLine& line) const {
    auto request = stated_store(context_, options_.store);
    // Before the first build, the directory may not be there.
    if (!request || !uses_store(line.subcommand) || !DiskTree().is_directory(request->directory))
      return {};
    request->read_only = true;
    auto units = explain_build(
        context_, {cargo, line, directory_, workspace_root_, *request, cook::LocalUnits::Include});
    std::erase_if(units, [](const auto& unit) { return !unit.is_local; });
    return units;
  }

  static std::vector<report::ColdUnit> explain(const report::Freshness& freshness,
                                               const cook::DryRun& run,
                                               const driver::BuildDirectories& directories,
                                               const recipe::Command* command,
                                               const Environment& environment,
                                               const cargo::Config& config) {
    const auto configured = configured_environment(config);
    const auto left_out = reduce::left_out_variables(config);
    std::optional<cargo::Lockfile> lock;
    if (command != nullptr)
      lock = cargo::parse_lockfile("the recipe's Cargo.lock", command->skeleton.lock_file);
    const auto was_there = [&](const std::string& file) {
      if (!path::is_within(file, run.copied_to)) return true;
      return DiskTree().is_file(
          path::join(directories.build_directory, path::relative(file, run.copied_to)));
    };
    return report::explain_cold_units({freshness.external_compiled(), run.errors, run.before,
                                       run.after, lock ? &*lock : nullptr, environment, configured,
                                       left_out, was_there});
  }

  void show(const report::Verification& result) const {
    if (options_.message_format != "human")
      return Shell::print(
          report::write_as(report::verification_formats(), options_.message_format, result));
    for (const auto& command : result.commands) {
      for (const auto& text : report::cold_lines(command)) context_.shell.status("Cold", text);
      context_.shell.status("Verified",
                            fmt::format("{} of {} external units are fresh for cargo {}",
                                        command.external_total - command.cold.size(),
                                        command.external_total, command.words));
      show_local(command);
    }
    for (const auto& change : result.changes) context_.shell.note("since cook: " + change);
  }

  /// Local units are compiled by most builds, so they do not make the result a failure.
  void show_local(const report::VerifiedCommand& command) const {
    if (command.local.empty()) return;
    const auto compiled = report::local_lines(command);
    for (const auto& text : compiled) context_.shell.status("Changed", text);
    context_.shell.status(
        "Verified", fmt::format("{} of {} local units would be restored, or are in the target "
                                "directory",
                                command.local.size() - compiled.size(), command.local.size()));
  }

  const Context& context_;
  const VerifyOptions& options_;
  std::optional<RecordedRecipe> recorded_;
  std::string directory_;
  std::string workspace_root_;
  std::vector<std::string> changes_;
};

}  // namespace

ExitStatus verify(const Context& context, const VerifyOptions& options) {
  return Verify(context, options).run();
}

}  // namespace larder::commands
