#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/shortened.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/cook.hpp"
#include "larder/cook/target_stamp.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/report/freshness.hpp"
#include "recipe_notes.hpp"
#include "recorded.hpp"
#include "store_options.hpp"
#include "stored_build.hpp"

namespace larder::commands {

namespace {

class Build {
 public:
  Build(const Context& context, const BuildOptions& options)
      : context_(context), options_(options), directory_(context.directory) {}

  ExitStatus run() {
    const auto line = stated_line();
    if (line.runs_tests()) return run_tests(line);
    if (runs()) return run_program(line);
    return run_counted(line);
  }

 private:
  /// The recorded command with the flags given here. Without a recipe, only the command given here.
  cargo::CommandLine stated_line() {
    auto plain = plain_line();
    const auto recorded =
        find_recorded(context_, options_.recipe_path, plain.target_dir.value_or(""));
    if (!recorded) {
      context_.shell.note("no recipe was found: running plain cargo " + options_.subcommand);
      return plain;
    }
    if (recorded->recipe.open) {
      context_.shell.note(fmt::format("{} has no cargo command: running plain cargo {}",
                                      recorded->path, options_.subcommand));
      return plain;
    }
    directory_ = recorded->directory;
    workspace_root_ = recorded->workspace_root;
    const auto& command = choose(recorded->recipe);
    auto line = recorded_line(context_, *recorded, command, options_.flags, options_.subcommand);
    const auto directories = directories_of(context_, directory_, recorded->workspace_root, line);
    cooked_in_ = directories.target_directory;
    set_right_target_directory(directories);
    const auto differences = differences_from_sources(*recorded);
    report_differences(*recorded, differences);
    date_patched_sources(*recorded, directories, differences.empty());
    return line;
  }

  cargo::CommandLine plain_line() const {
    auto line = cargo::parse_flags(options_.subcommand, options_.flags);
    note_unknown_flags(context_, line);
    return line;
  }

  /// `run` begins with a build, which is what the recipe records.
  [[nodiscard]] std::string recorded_as() const { return runs() ? "build" : options_.subcommand; }
  [[nodiscard]] bool runs() const { return options_.subcommand == "run"; }

  const recipe::Command& choose(const recipe::Recipe& recipe) const {
    std::vector<const recipe::Command*> fitting;
    for (const auto& command : recipe.commands) {
      if (command.line.subcommand == recorded_as() &&
          (options_.only.empty() || options_.only == command.name)) {
        fitting.push_back(&command);
      }
    }
    if (fitting.size() == 1) return *fitting[0];
    const auto has = "the recipe has: " + command_names(recipe);
    if (!fitting.empty()) {
      throw Error("unknown-command",
                  fmt::format("the recipe has more than one `{}` command", options_.subcommand))
          .hint(has + "; choose one with --only NAME");
    }
    throw Error("unknown-command",
                fmt::format("the recipe has no `{}` command",
                            options_.only.empty() ? options_.subcommand : options_.only))
        .hint(has + "; give each command to prepare, as in --for 'build --release' --for 'test'");
  }

  /// Handles a target directory that came with the sources in the build context and was copied over
  /// the cooked one.
  void set_right_target_directory(const driver::BuildDirectories& directories) const {
    if (!cook::was_copied_over(cooked_in_)) {
      cook::renew_stamp(cooked_in_);
      return;
    }
    const auto text = copied_over_message(cooked_in_);
    if (options_.strict) {
      throw Error("target-copied-over", text)
          .hint("add `target` to .dockerignore, so that it is not copied with the sources");
    }
    context_.shell.warning(text +
                           "; the copied units are compiled again. Add `target` to .dockerignore");
    cook::forget_foreign_units(cooked_in_, directories.build_directory);
    cook::leave_stamp(cooked_in_, directories.build_directory);
  }

  void report_differences(const RecordedRecipe& recorded,
                          const std::vector<std::string>& found) const {
    if (found.empty()) return;
    std::string text =
        fmt::format("the sources do not match the recipe that was cooked ({}):", recorded.path);
    for (const auto& difference : found) text += "\n  - " + difference;
    if (options_.strict) {
      throw Error("recipe-differs", text)
          .hint("run prepare and cook again, or copy the sources that the recipe was made from");
    }
    context_.shell.warning(text);
  }

  driver::Cargo cargo_for(const cargo::CommandLine& line) const {
    return driver::find_cargo(context_.environment, directory_, line.toolchain);
  }

  ExitStatus run_counted(cargo::CommandLine line) {
    const auto cargo = cargo_for(line);
    const bool user_reads =
        std::any_of(line.neutral.begin(), line.neutral.end(),
                    [](const cargo::GivenFlag& flag) { return flag.name == "--message-format"; });
    if (!user_reads) line.neutral.push_back({"--message-format", "json-render-diagnostics"});
    report::Freshness freshness;
    const auto run_cargo = [&](const Environment& environment) {
      freshness = {};
      auto process = cargo.command(words_for(line), directory_);
      process.environment = environment;
      return driver::check_started(run_process_lines(process,
                                                     [&](std::string_view text) {
                                                       const bool message = freshness.take(text);
                                                       if (!message || user_reads)
                                                         Shell::print(text);
                                                     }),
                                   cargo);
    };
    const auto status = run_stored(cargo, line, run_cargo);
    // If cargo failed before it reached any unit, there is nothing to count.
    if (succeeded(status) || freshness.external_total() > 0) report(freshness);
    if (!freshness.external_compiled().empty()) note_changes(cargo, line);
    if (succeeded(status) && options_.strict && !freshness.external_compiled().empty()) {
      throw Error("build-cold",
                  fmt::format("{} external units were compiled by the build, not by cook",
                              freshness.external_compiled().size()))
          .hint(
              "see the list above; cook and build must use the same environment, toolchain and "
              "sources");
    }
    return status;
  }

  template <typename Function>
  ExitStatus run_stored(const driver::Cargo& cargo, const cargo::CommandLine& line,
                        const Function& run_cargo) const {
    const auto store =
        uses_store(options_.subcommand) ? stated_store(context_, options_.store) : std::nullopt;
    if (!store) return run_cargo(cargo.environment);
    const auto root = root_of_command(context_, directory_, line);
    const auto local = options_.no_local ? cook::LocalUnits::LeaveOut : cook::LocalUnits::Include;
    return run_with_store(context_, {cargo, line, directory_, root, *store, local}, run_cargo);
  }

  void report(const report::Freshness& freshness) const {
    const auto& compiled = freshness.external_compiled();
    context_.shell.status("Reused",
                          fmt::format("{} of {} external units", freshness.external_reused(),
                                      freshness.external_total()));
    std::vector<std::string> names;
    for (const auto& unit : compiled) names.push_back(unit.name + " " + unit.version);
    for (const auto& name : shortened(std::move(names), 10))
      context_.shell.status("Compiled", name);
  }

  /// Notes what has changed on the machine since cook, because that is the likely reason.
  void note_changes(const driver::Cargo& cargo, const cargo::CommandLine& line) const {
    if (cooked_in_.empty()) return;
    for (const auto& change : changes_since_cook(
             cooked_in_, {directory_, workspace_root_}, driver::cargo_version(cargo, directory_),
             cargo.environment, config_of(context_, directory_, line)))
      context_.shell.note("since cook: " + change);
  }

  /// Compiles and counts first. The tests then run with this process's own standard streams.
  ExitStatus run_tests(const cargo::CommandLine& line) {
    if (line.doc) {
      // Cargo refuses --no-run together with --doc.
      const auto cargo = cargo_for(line);
      return driver::check_started(run_process(cargo.command(words_for(line), directory_)), cargo);
    }
    auto compile = line;
    compile.no_run = true;
    compile.trailing.clear();
    const auto status = run_counted(compile);
    if (line.no_run || !succeeded(status)) return status;
    const auto cargo = cargo_for(line);
    return driver::check_started(run_process(cargo.command(words_for(line), directory_)), cargo);
  }

  /// Like tests, the program runs with this process's own standard streams.
  ExitStatus run_program(const cargo::CommandLine& built) {
    auto line = built;
    line.subcommand = "run";
    line.is_run = false;
    check_run(line);
    auto compile = built;
    compile.is_run = false;
    compile.trailing.clear();
    const auto status = run_counted(compile);
    if (!succeeded(status)) return status;
    const auto cargo = cargo_for(line);
    return driver::check_started(run_process(cargo.command(words_for(line), directory_)), cargo);
  }

  /// Checks that `cargo run` accepts the flags of the recorded `build`.
  static void check_run(const cargo::CommandLine& line) {
    try {
      (void)cargo::parse_command_line(line.arguments());
    } catch (Error& error) {
      error.hint(
          "prepare for `cargo run` with these flags, or run the program that `cargo larder build` "
          "compiles");
      throw;
    }
  }

  const Context& context_;
  const BuildOptions& options_;
  /// Where cargo runs.
  std::string directory_;
  /// Empty without a recipe.
  std::string workspace_root_;
  /// The target directory that was cooked in; empty without a recipe.
  std::string cooked_in_;
};

}  // namespace

bool uses_store(const std::string& subcommand) {
  constexpr std::array<std::string_view, 6> names{"build", "check", "clippy",
                                                  "test",  "bench", "run"};
  return std::find(names.begin(), names.end(), subcommand) != names.end();
}

ExitStatus build(const Context& context, const BuildOptions& options) {
  return Build(context, options).run();
}

}  // namespace larder::commands
