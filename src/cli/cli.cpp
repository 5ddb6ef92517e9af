#include "larder/cli/cli.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command_line.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/stub_wrapper.hpp"

extern char**
    environ;  // NOLINT(readability-redundant-declaration): glibc has it only as an extension

namespace larder::cli {

namespace {

constexpr int usage_exit = 2;

struct GlobalOptions {
  int verbose = 0;
  bool quiet = false;
  std::string color;
};

struct Options {
  GlobalOptions global;
  commands::PrepareOptions prepare;
  commands::CookOptions cook;
  commands::BuildOptions build;
  commands::DepsOptions deps;
  commands::MetadataOptions metadata;
  commands::DiffOptions diff;
  commands::HistoryOptions history;
  std::vector<std::string> for_commands;
};

Environment read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=', 1);
    if (equals != std::string::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment(std::move(variables));
}

bool wants_color(const GlobalOptions& options, const Environment& environment) {
  const auto choice =
      options.color.empty() ? environment.get("CARGO_TERM_COLOR").value_or("auto") : options.color;
  if (choice == "always") return true;
  if (choice == "never" || environment.get("NO_COLOR")) return false;
  return ::isatty(STDERR_FILENO) != 0 && environment.get("TERM").value_or("") != "dumb";
}

Verbosity verbosity_of(const GlobalOptions& options, const Environment& environment) {
  const auto is_true = [&](const char* name) {
    return environment.get(name).value_or("") == "true";
  };
  if (options.quiet) return Verbosity::Quiet;
  if (options.verbose > 0) return Verbosity::Verbose;
  if (is_true("CARGO_TERM_QUIET")) return Verbosity::Quiet;
  return is_true("CARGO_TERM_VERBOSE") ? Verbosity::Verbose : Verbosity::Normal;
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_flag("-v,--verbose", options.verbose, "Say more; cargo is told so too");
  app.add_flag("-q,--quiet", options.quiet, "Print errors only; cargo is told so too");
  app.add_option("--color", options.color, "When to colour: auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

CLI::App* add_prepare(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "prepare", "Write recipe.json: all that decides which dependencies are compiled");
  add_global_options(*command, options.global);
  command
      ->add_option("--recipe-path", options.prepare.recipe_path,
                   "Where to write it; - is standard output")
      ->capture_default_str();
  command->add_option("--manifest-path", options.prepare.manifest_path,
                      "The Cargo.toml to start from");
  command
      ->add_option("--for", options.for_commands,
                   "A cargo command to prepare for, as '[NAME=]build --release'; may be repeated")
      ->allow_extra_args(false);
  command->footer(
      "The cargo command stands behind `--`:\n  cargo larder prepare -- build --release --locked "
      "--bin app\n"
      "or in the root manifest: [workspace.metadata.larder] commands = [\"build --release\"]");
  return command;
}

CLI::App* add_cook(CLI::App& app, Options& options) {
  auto* command =
      app.add_subcommand("cook", "Compile the dependencies of a recipe, and nothing else");
  add_global_options(*command, options.global);
  command->add_option("--recipe-path", options.cook.recipe_path, "The recipe")
      ->capture_default_str();
  command
      ->add_option("--only", options.cook.only,
                   "Cook only the command of this name; may be repeated")
      ->allow_extra_args(false);
  command->allow_extras();
  command->footer(
      "Cargo flags that do not change what is compiled (-j, --offline, --target, ...) may be "
      "added.\n"
      "The profile, features and selection are those that were stated at prepare. A recipe that "
      "was\nmade without a cargo command gets it here, behind `--`.");
  return command;
}

CLI::App* add_build(CLI::App& app, Options& options, const std::string& name) {
  auto* command = app.add_subcommand(
      name,
      fmt::format(
          "Run the recorded `cargo {}` on the sources and tell how many dependencies were reused",
          name));
  add_global_options(*command, options.global);
  command->add_option(
      "--recipe-path", options.build.recipe_path,
      "The recipe; by default the one that cook left in the target directory, else recipe.json");
  command->add_option("--only", options.build.only, "The recorded command of this name");
  command->add_flag("--strict", options.build.strict,
                    "Fail when sources and recipe differ or a dependency is compiled");
  command->allow_extras();
  return command;
}

CLI::App* add_deps(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "deps", "Compile the dependencies of a cargo command here and now, without a recipe file");
  add_global_options(*command, options.global);
  command->add_option("--manifest-path", options.deps.manifest_path,
                      "The Cargo.toml to start from");
  command->prefix_command();
  command->footer("Example: cargo larder deps build --release --workspace");
  return command;
}

CLI::App* add_metadata(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "metadata", "Print the workspace as `cargo metadata --no-deps` does, without cargo");
  add_global_options(*command, options.global);
  command->add_option("--manifest-path", options.metadata.manifest_path,
                      "The Cargo.toml to start from");
  command->add_flag("--no-deps")
      ->description("Accepted for cargo's sake: dependencies are never resolved");
  command->add_option("--format-version")
      ->description("Accepted for cargo's sake: there is only 1")
      ->check(CLI::IsMember({"1"}));
  return command;
}

void add_message_format(CLI::App& command, std::string& format) {
  command.add_option("--message-format", format, "How to print it: human or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"human", "json"}));
}

CLI::App* add_diff(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "diff", "Tell what differs between two recipes, why, and what is compiled again for it");
  add_global_options(*command, options.global);
  command
      ->add_option("old", options.diff.before,
                   "A recipe file, a git revision, or . for the files here")
      ->required();
  command->add_option("new", options.diff.after, "The same")->required();
  command->add_option("--manifest-path", options.diff.manifest_path,
                      "The Cargo.toml to start from");
  add_message_format(*command, options.diff.message_format);
  command->footer(
      "Exit code 0 when the recipes are the same, 1 when they differ. The cargo command stands\n"
      "behind `--`, in the root manifest or in a recipe; without any, what differs for any command "
      "is told.\nExample: cargo larder diff main . -- build --release");
  return command;
}

CLI::App* add_history(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "history", "Tell at which commits the dependencies had to be compiled again, and why");
  add_global_options(*command, options.global);
  command->add_option("range", options.history.range,
                      "NEW or OLD..NEW, as for git log; HEAD without. First parents are followed");
  command
      ->add_option("-n,--max-count", options.history.most,
                   "The most commits to look at; without it, all of OLD..NEW, else 100")
      ->check(CLI::PositiveNumber);
  command->add_option("--manifest-path", options.history.manifest_path,
                      "The Cargo.toml to start from");
  command->add_option("--html", options.history.html_path, "Write a page with a timeline there");
  add_message_format(*command, options.history.message_format);
  command->footer(
      "The cargo command stands behind `--`, else in the root manifest; without any, it is\n"
      "`build --release`. With -v, commits that change nothing are listed too.\n"
      "Example: cargo larder history -n 300 --html history.html -- build --release");
  return command;
}

/// Words behind the first `--`, taken out of `words`.
std::optional<std::vector<std::string>> take_trailing(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes == words.end()) return std::nullopt;
  std::vector<std::string> trailing(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return trailing;
}

/// "release=build --release" → name and words; a name has no spaces.
recipe::StatedCommand stated_command(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || text.find_first_of(" \t") < equals)
    return {"", cargo::split_command(text)};
  return {text.substr(0, equals), cargo::split_command(text.substr(equals + 1))};
}

/// Our own -q, -v and --color, for cargo.
std::vector<std::string> flags_for_cargo(const GlobalOptions& options) {
  std::vector<std::string> out;
  if (options.quiet) out.emplace_back("--quiet");
  for (int i = 0; i < options.verbose; ++i) out.emplace_back("--verbose");
  if (!options.color.empty()) out.insert(out.end(), {"--color", options.color});
  return out;
}

std::vector<std::string> concat(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class Program {
 public:
  explicit Program(std::vector<std::string> arguments)
      : arguments_(std::move(arguments)),
        environment_(read_environment()),
        app_("", "cargo larder") {
    app_.description(
        "Build a Rust workspace's dependencies on their own, so that a cached layer holds exactly "
        "them.");
    app_.set_version_flag("-V,--version", std::string("cargo-larder " LARDER_VERSION));
    app_.require_subcommand(1);
    prepare_ = add_prepare(app_, options_);
    cook_ = add_cook(app_, options_);
    for (const std::string name : {"build", "check", "clippy", "test", "bench"}) {
      builds_.push_back(add_build(app_, options_, name));
    }
    deps_ = add_deps(app_, options_);
    metadata_ = add_metadata(app_, options_);
    diff_ = add_diff(app_, options_);
    history_ = add_history(app_, options_);
  }

  int run() {
    const auto trailing = take_trailing(arguments_);
    try {
      auto reversed = arguments_;
      std::reverse(reversed.begin(), reversed.end());
      app_.parse(reversed);
    } catch (const CLI::ParseError& error) {
      return report_usage(error);
    }
    const Shell shell(verbosity_of(options_.global, environment_),
                      wants_color(options_.global, environment_));
    try {
      const commands::Context context{current_directory(), environment_, shell};
      return exit_code(dispatch(context, trailing));
    } catch (const Error& error) {
      shell.error(error.render(), error.id());
      return error.id() == "command-invalid" || error.id() == "command-unsupported" ? usage_exit
                                                                                    : 1;
    } catch (const std::exception& error) {
      shell.error(std::string("internal error: ") + error.what());
      return 1;
    }
  }

 private:
  int report_usage(const CLI::ParseError& error) const {
    if (error.get_exit_code() == 0) return app_.exit(error);
    const Shell shell(Verbosity::Normal, wants_color(options_.global, environment_));
    shell.error(std::string(error.what()) + "\n\nFor more information, try `cargo larder --help`.");
    return usage_exit;
  }

  std::string current_directory() const {
    std::error_code error;
    const auto actual = std::filesystem::current_path(error);
    if (error) throw Error("file-read", "cannot find the current directory: " + error.message());
    return path::normalize(actual.string());
  }

  ExitStatus dispatch(const commands::Context& context,
                      const std::optional<std::vector<std::string>>& trailing) {
    if (prepare_->parsed()) {
      for (const auto& text : options_.for_commands)
        options_.prepare.commands.push_back(stated_command(text));
      if (trailing) options_.prepare.commands.push_back({"", *trailing});
      return commands::prepare(context, options_.prepare);
    }
    if (diff_->parsed()) {
      if (trailing) options_.diff.commands = {{"", *trailing}};
      return commands::diff(context, options_.diff);
    }
    if (history_->parsed()) {
      if (trailing) options_.history.commands = {{"", *trailing}};
      return commands::history(context, options_.history);
    }
    if (metadata_->parsed()) return commands::metadata(context, options_.metadata);
    if (deps_->parsed()) {
      auto words = deps_->remaining();
      if (trailing) words.insert(words.end(), trailing->begin(), trailing->end());
      if (!words.empty()) options_.deps.commands = {{"", words}};
      options_.deps.flags = flags_for_cargo(options_.global);
      return commands::deps(context, options_.deps);
    }
    if (cook_->parsed()) {
      options_.cook.flags = concat(flags_for_cargo(options_.global), cook_->remaining());
      if (trailing) options_.cook.commands = {{"", *trailing}};
      return commands::cook(context, options_.cook);
    }
    for (const auto* build : builds_) {
      if (!build->parsed()) continue;
      options_.build.subcommand = build->get_name();
      options_.build.flags = concat(flags_for_cargo(options_.global), build->remaining());
      if (trailing) {
        options_.build.flags.emplace_back("--");
        options_.build.flags = concat(std::move(options_.build.flags), *trailing);
      }
    }
    return commands::build(context, options_.build);
  }

  /// Cargo's own code; a signal that ended cargo ends us too.
  static int exit_code(const ExitStatus& status) {
    if (const auto* exited = std::get_if<Exited>(&status)) return exited->code;
    end_like(status);
  }

  std::vector<std::string> arguments_;
  Environment environment_;
  Options options_;
  CLI::App app_;
  CLI::App* prepare_ = nullptr;
  CLI::App* cook_ = nullptr;
  CLI::App* deps_ = nullptr;
  CLI::App* metadata_ = nullptr;
  CLI::App* diff_ = nullptr;
  CLI::App* history_ = nullptr;
  std::vector<CLI::App*> builds_;
};

}  // namespace

int run(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  const auto name = path::file_name(words.empty() ? "" : words[0]);
  try {
    if (name == cook::stub_wrapper_name) return cook::run_stub_wrapper(words, read_environment());
    if (cook::is_stubbed_build_script(name)) return 0;
    if (!words.empty()) words.erase(words.begin());
    // `cargo larder …` runs `cargo-larder larder …`.
    if (!words.empty() && words[0] == "larder") words.erase(words.begin());
    return Program(std::move(words)).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}

}  // namespace larder::cli
