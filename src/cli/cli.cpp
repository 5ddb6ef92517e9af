#include "larder/cli/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "chef.hpp"
#include "definition.hpp"
#include "dockerfile_commands.hpp"
#include "help_formatter.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/stub_wrapper.hpp"
#include "larder/report/difference_output.hpp"
#include "larder/report/history.hpp"
#include "larder/report/verification.hpp"
#include "session.hpp"
#include "shared_options.hpp"
#include "store_commands.hpp"

namespace larder::cli {

namespace {

struct Options {
  GlobalOptions global;
  commands::PrepareOptions prepare;
  commands::CookOptions cook;
  commands::BuildOptions build;
  commands::DepsOptions deps;
  commands::VerifyOptions verify;
  commands::MetadataOptions metadata;
  commands::DiffOptions diff;
  commands::HistoryOptions history;
  commands::InitOptions init;
  InitFlags init_flags;
  commands::LintOptions lint;
  std::vector<std::string> for_commands;
  ChefFlags chef;
};

CLI::App* add_prepare(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "prepare", "Write recipe.json, which says which dependencies to compile and how");
  add_global_options(*command, options.global);
  command
      ->add_option("--recipe-path", options.prepare.recipe_path,
                   "Where to write the recipe; - is standard output")
      ->type_name(file_value)
      ->capture_default_str();
  add_manifest_path(*command, options.prepare.manifest_path);
  command
      ->add_option("--for", options.for_commands,
                   "A cargo command to prepare for: '[NAME=]build --release'; may be repeated")
      ->type_name("COMMAND")
      ->allow_extra_args(false);
  command->add_flag("--whole-lock", options.prepare.whole_lock,
                    "Let cook download everything that the build needs, so that the build works "
                    "without a network. The recipe then changes with every package in Cargo.lock");
  command->footer(
      "Give the cargo command after `--`:\n  cargo larder prepare -- build --release --locked "
      "--bin app\n"
      "or in the root manifest: [workspace.metadata.larder] commands = [\"build --release\"]");
  return command;
}

CLI::App* add_cook(CLI::App& app, Options& options) {
  auto* command =
      app.add_subcommand("cook", "Compile the dependencies in a recipe, and nothing else");
  add_global_options(*command, options.global);
  command->add_option("--recipe-path", options.cook.recipe_path, "The recipe")
      ->type_name(file_value)
      ->capture_default_str();
  command
      ->add_option("--only", options.cook.only,
                   "Cook only the command with this name; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_cook_stores(*command, options.cook.store);
  add_chef_flags(*command, options.chef);
  command->allow_extras();
  command->footer(
      "You can add cargo flags that do not change what is compiled (-j, --offline, --target, "
      "...).\n"
      "The profile, features and selection come from the recipe. If the recipe was made without "
      "a\ncargo command, give it here, after `--` or as flags of `cargo build`:\n  cargo larder "
      "cook -- test --workspace\n  cargo larder cook --release --bin app");
  return command;
}

CLI::App* add_build(CLI::App& app, Options& options, const std::string& name) {
  auto* command = app.add_subcommand(
      name,
      fmt::format("Run the recorded `cargo {}` and show how many dependencies were reused", name));
  add_global_options(*command, options.global);
  add_recorded(*command, options.build.recipe_path, options.build.only);
  command->add_flag(
      "--strict", options.build.strict,
      "Fail if the sources do not match the recipe, or if the build compiles a dependency");
  if (commands::uses_store(name)) {
    add_cook_stores(*command, options.build.store);
    command->get_option("--store")->description(
        "The store: a directory to save compiled units in, and to restore them from. "
        "$LARDER_STORE is not used");
    command->add_flag("--no-local", options.build.no_local,
                      "Do not save and restore the workspace's own crates");
  }
  command->allow_extras();
  return command;
}

CLI::App* add_deps(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "deps", "Compile the dependencies of a cargo command without a recipe file");
  add_global_options(*command, options.global);
  add_manifest_path(*command, options.deps.manifest_path);
  add_cook_stores(*command, options.deps.store);
  command->prefix_command();
  command->footer("Example: cargo larder deps build --release --workspace");
  return command;
}

CLI::App* add_verify(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "verify", "Show which dependencies the build would compile, and why, without compiling them");
  add_global_options(*command, options.global);
  add_recorded(*command, options.verify.recipe_path, options.verify.only);
  add_message_format(*command, options.verify.message_format,
                     report::names_of(report::verification_formats()));
  command
      ->add_option("--store", options.verify.store.directory,
                   "Also show which of the workspace's own crates a build would restore from this "
                   "store")
      ->type_name("DIR");
  command->allow_extras();
  command->footer(
      "Exits with 0 if all of them are fresh, with 1 if one is not. To verify a command that is "
      "not in a\nrecipe, give it after `--`: cargo larder verify -- build --release");
  return command;
}

CLI::App* add_metadata(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "metadata", "Print the workspace as `cargo metadata --no-deps` does, without running cargo");
  add_global_options(*command, options.global);
  add_manifest_path(*command, options.metadata.manifest_path);
  command->add_flag("--no-deps")
      ->description("Accepted for compatibility with cargo; dependencies are never resolved");
  command->add_option("--format-version")
      ->description("Accepted for compatibility with cargo; the only version is 1")
      ->type_name("N")
      ->check(CLI::IsMember({"1"}));
  return command;
}

CLI::App* add_diff(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "diff", "Show what differs between two recipes, why, and what is recompiled");
  add_global_options(*command, options.global);
  command
      ->add_option("old", options.diff.before,
                   "A recipe file, a git revision, or . for the working tree")
      ->type_name("")
      ->required();
  command
      ->add_option("new", options.diff.after,
                   "What to compare it with: a recipe file, a git revision, or .")
      ->type_name("")
      ->required();
  add_manifest_path(*command, options.diff.manifest_path);
  add_message_format(*command, options.diff.message_format,
                     report::names_of(report::difference_formats()));
  command->footer(
      "Exits with 0 if the recipes are the same, with 1 if they differ, with 2 on an error.\n"
      "Give the cargo command after `--`, or in the root manifest or a recipe. Without one, diff "
      "shows\nwhat differs for any command.\nExample: cargo larder diff main . -- build --release");
  return command;
}

CLI::App* add_history(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand(
      "history", "Show which commits caused dependencies to be compiled again, and why");
  add_global_options(*command, options.global);
  command
      ->add_option("range", options.history.range,
                   "NEW or OLD..NEW, as in git log; follows first parents only [default: HEAD]")
      ->type_name("");
  command
      ->add_option("-n,--max-count", options.history.most,
                   "Read at most N commits [default: all of OLD..NEW, or 100]")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_manifest_path(*command, options.history.manifest_path);
  command
      ->add_option("--html", options.history.html_path,
                   "Write an HTML page with a timeline to this file")
      ->type_name(file_value);
  add_message_format(*command, options.history.message_format,
                     report::names_of(report::history_formats()));
  command->footer(
      "Give the cargo command after `--`, or in the root manifest [default: build --release].\n"
      "With -v, commits that change nothing are listed too.\n"
      "Example: cargo larder history -n 300 --html history.html -- build --release");
  return command;
}

/// "release=build --release" → name and words; a name has no spaces.
recipe::StatedCommand stated_command(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || text.find_first_of(" \t") < equals)
    return {"", cargo::split_command(text)};
  return {text.substr(0, equals), cargo::split_command(text.substr(equals + 1))};
}

/// In the order in which `--help` lists them.
constexpr std::array<std::string_view, 19> command_names{
    "prepare", "cook",    "build",   "check", "clippy", "test",   "bench",
    "run",     "doc",     "rustdoc", "rustc", "deps",   "verify", "metadata",
    "diff",    "history", "init",    "lint",  "store"};

bool is_command(std::string_view word) {
  return std::find(command_names.begin(), command_names.end(), word) != command_names.end();
}

/// The commands that have to be defined to parse these words. Defining all of them takes longer
/// than what is done in a small workspace.
std::vector<std::string_view> commands_for(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  if (words.begin() != end && is_command(words[0]) &&
      std::none_of(words.begin() + 1, end, is_command))
    return {words[0]};
  return {command_names.begin(), command_names.end()};
}

class Program {
 public:
  explicit Program(std::vector<std::string> arguments)
      : arguments_(std::move(arguments)),
        environment_(read_environment()),
        app_("", "cargo larder") {
    app_.description(
        "Compile a Rust workspace's dependencies on their own, so that a cached layer holds those "
        "and nothing else.");
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.set_version_flag("-V,--version", std::string("cargo-larder " LARDER_VERSION));
    app_.require_subcommand(1);
    for (const auto name : commands_for(arguments_)) define(name);
  }

  [[nodiscard]] const CLI::App& definition() const { return app_; }

  int run() {
    const auto trailing = take_trailing(arguments_);
    return parse_and_run(
        app_, arguments_, environment_, options_.global,
        [&](const commands::Context& context) { return dispatch(context, trailing); });
  }

 private:
  void define(std::string_view name) {
    if (name == "prepare") {
      prepare_ = add_prepare(app_, options_);
    } else if (name == "cook") {
      cook_ = add_cook(app_, options_);
    } else if (name == "deps") {
      deps_ = add_deps(app_, options_);
    } else if (name == "verify") {
      verify_ = add_verify(app_, options_);
    } else if (name == "metadata") {
      metadata_ = add_metadata(app_, options_);
    } else if (name == "diff") {
      diff_ = add_diff(app_, options_);
    } else if (name == "history") {
      history_ = add_history(app_, options_);
    } else if (name == "init") {
      init_ = add_init(app_, options_.global, options_.init, options_.init_flags);
    } else if (name == "lint") {
      lint_ = add_lint(app_, options_.global, options_.lint);
    } else if (name == "store") {
      store_ = std::make_unique<StoreCommands>(app_, options_.global);
    } else {
      builds_.push_back(add_build(app_, options_, std::string(name)));
    }
  }

  static bool is_called(const CLI::App* command) { return command != nullptr && command->parsed(); }

  ExitStatus dispatch(const commands::Context& context,
                      const std::optional<std::vector<std::string>>& trailing) {
    if (is_called(prepare_)) {
      for (const auto& text : options_.for_commands)
        options_.prepare.commands.push_back(stated_command(text));
      if (trailing) options_.prepare.commands.push_back({"", *trailing});
      return commands::prepare(context, options_.prepare);
    }
    if (is_called(diff_)) {
      // As in diff(1), 1 means that the two differ.
      options_.global.error_exit = 2;
      if (trailing) options_.diff.commands = {{"", *trailing}};
      return commands::diff(context, options_.diff);
    }
    if (is_called(history_)) {
      if (trailing) options_.history.commands = {{"", *trailing}};
      return commands::history(context, options_.history);
    }
    if (is_called(init_)) {
      options_.init.wishes = wishes_of(options_.init, options_.init_flags);
      return commands::init(context, options_.init);
    }
    if (is_called(lint_)) return commands::lint(context, options_.lint);
    if (store_ && store_->parsed()) return store_->run(context, trailing);
    if (is_called(metadata_)) return commands::metadata(context, options_.metadata);
    if (is_called(deps_)) {
      auto words = deps_->remaining();
      if (trailing) words.insert(words.end(), trailing->begin(), trailing->end());
      if (!words.empty()) options_.deps.commands = {{"", words}};
      options_.deps.flags = flags_for_cargo(options_.global);
      return commands::deps(context, options_.deps);
    }
    if (is_called(verify_)) {
      options_.verify.flags = verify_->remaining();
      if (trailing) options_.verify.command = *trailing;
      return commands::verify(context, options_.verify);
    }
    if (is_called(cook_)) {
      options_.cook.flags = concat(flags_for_cargo(options_.global), cook_->remaining());
      if (trailing) options_.cook.commands = {{"", *trailing}};
      return cook_with(context, options_.cook, options_.chef);
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

  std::vector<std::string> arguments_;
  Environment environment_;
  Options options_;
  CLI::App app_;
  CLI::App* prepare_ = nullptr;
  CLI::App* cook_ = nullptr;
  CLI::App* deps_ = nullptr;
  CLI::App* verify_ = nullptr;
  CLI::App* metadata_ = nullptr;
  CLI::App* diff_ = nullptr;
  CLI::App* history_ = nullptr;
  CLI::App* init_ = nullptr;
  CLI::App* lint_ = nullptr;
  std::unique_ptr<StoreCommands> store_;
  std::vector<CLI::App*> builds_;
};

}  // namespace

void with_definition(const std::function<void(const CLI::App&)>& use) {
  use(Program({}).definition());
}

int run(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  const auto name = path::file_name(words.empty() ? "" : words[0]);
  try {
    if (cook::answer_recorded_call(argv, environment_block())) return 0;
    if (name == cook::stub_wrapper_name || name == cook::dry_run_stub_name)
      return cook::run_stub_wrapper(words, read_environment());
    if (cook::is_stubbed_build_script(name)) return 0;
    if (!words.empty()) words.erase(words.begin());
    if (name == chef_name) return run_chef(std::move(words), read_environment());
    // `cargo larder …` runs `cargo-larder larder …`.
    if (!words.empty() && words[0] == "larder") words.erase(words.begin());
    return Program(std::move(words)).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}

}  // namespace larder::cli
