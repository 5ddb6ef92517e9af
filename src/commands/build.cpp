#include <fmt/format.h>

#include <algorithm>

#include "flags.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"
#include "larder/cargo/neutral_flags.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/build_directories.hpp"
#include "larder/cook/cook.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/report/freshness.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::commands {

namespace {

struct FoundRecipe {
  std::string path;
  std::string text;
};

class Build {
 public:
  Build(const Context& context, const BuildOptions& options)
      : context_(context), options_(options), directory_(context.directory) {}

  ExitStatus run() {
    auto line = stated_line();
    if (line.intent == cargo::Intent::Test || line.intent == cargo::Intent::Bench)
      return run_tests(line);
    return run_counted(line);
  }

 private:
  /// The recorded command with the flags given here, or what was given here where there is no
  /// recipe.
  cargo::CommandLine stated_line() {
    const auto found = find_recipe();
    if (!found) {
      context_.shell.note("no recipe was found: running plain cargo " + options_.subcommand);
      return plain_line();
    }
    const auto recipe = recipe::read(found->path, found->text);
    if (recipe.open) {
      context_.shell.note(fmt::format("{} names no cargo command: running plain cargo {}",
                                      found->path, options_.subcommand));
      return plain_line();
    }
    directory_ = directory_of(recipe);
    const auto& command = choose(recipe);
    auto line = cargo::parse_command_line(command.arguments);
    const auto extra = check_extra_flags(line, options_.flags);
    compare_with_sources(recipe, found->path);
    cargo::drop_overridden(line.neutral, extra.line.neutral);
    line.neutral.insert(line.neutral.end(), extra.line.neutral.begin(), extra.line.neutral.end());
    line.locked = line.locked || extra.line.locked;
    line.offline = line.offline || extra.line.offline;
    line.frozen = line.frozen || extra.line.frozen;
    if (line.targets.empty()) line.targets = extra.line.targets;
    if (extra.line.target_dir) {
      line.target_dir = path::join(context_.directory, *extra.line.target_dir);
    } else if (line.target_dir) {
      line.target_dir = path::join(recipe.root, *line.target_dir);
    }
    for (auto& target : line.targets) {
      if (target.ends_with(".json")) target = path::join(recipe.root, target);
    }
    for (auto& text : line.config) {
      const auto file = path::join(recipe.root, text);
      if (DiskTree().is_file(path::join(directory_, file))) text = file;
    }
    if (!extra.line.trailing.empty()) line.trailing = extra.line.trailing;
    if (line.manifest_path || recipe.root != ".") {
      line.manifest_path = path::join(recipe.root, line.manifest_path.value_or("Cargo.toml"));
    }
    return line;
  }

  cargo::CommandLine plain_line() const {
    auto words = options_.flags;
    words.insert(words.begin(), options_.subcommand);
    return cargo::parse_command_line(words);
  }

  std::optional<FoundRecipe> load(const std::string& path) const {
    auto text = read_text_file(path);
    return text ? std::optional(FoundRecipe{path, std::move(*text)}) : std::nullopt;
  }

  std::optional<FoundRecipe> find_recipe() const {
    if (!options_.recipe_path.empty()) {
      auto given = load(path::join(context_.directory, options_.recipe_path));
      if (given) return given;
      throw Error("recipe-missing", "there is no recipe").in_file(options_.recipe_path);
    }
    const auto here = load(path::join(context_.directory, "recipe.json"));
    const auto copy = load(cook::recipe_copy(target_directory(here)));
    if (copy && here && copy->text != here->text && !recipe::read(here->path, here->text).open) {
      context_.shell.warning(
          fmt::format("{} is not the recipe that was cooked ({}): the cooked one is used",
                      here->path, copy->path));
    }
    return copy ? copy : here;
  }

  /// The root of the workspace that we were called in; empty when there is none that can be read.
  std::string workspace_root() const {
    const DiskTree tree;
    try {
      return cargo::load_workspace(tree, cargo::find_manifest(tree, context_.directory))
          .root_directory;
    } catch (const Error&) {
      return "";
    }
  }

  /// The directory that stands where `prepare` was run: the recorded command selects packages and
  /// finds config from there, wherever in the workspace we were called.
  std::string directory_of(const recipe::Recipe& recipe) const {
    const auto root = workspace_root();
    if (recipe.root == ".") return root.empty() ? context_.directory : root;
    const auto below = "/" + recipe.root;
    const bool stands_here = DiskTree().is_file(context_.directory + below + "/Cargo.toml");
    if (stands_here || !root.ends_with(below)) return context_.directory;
    return path::normalize(root.substr(0, root.size() - below.size()) + "/");
  }

  /// Where cook put things: the flag given here, environment and config, or the root of the
  /// workspace.
  std::string target_directory(const std::optional<FoundRecipe>& here) const {
    const auto config = cook::machine_config(context_.directory, context_.environment);
    auto root = workspace_root();
    if (root.empty()) {
      // No workspace here: the recipe knows where it lies; cargo will tell what is wrong with the
      // manifests.
      root = context_.directory;
      if (here) root = path::join(root, recipe::read(here->path, here->text).root);
    }
    const auto flag = plain_line().target_dir.value_or("");
    return cook::find_build_directories(
               {context_.directory, root, flag, context_.environment, config})
        .target_directory;
  }

  const recipe::Command& choose(const recipe::Recipe& recipe) const {
    std::vector<const recipe::Command*> fitting;
    std::string known;
    for (const auto& command : recipe.commands) {
      known += (known.empty() ? "" : ", ") + command.name;
      const auto line = cargo::parse_command_line(command.arguments);
      if (line.subcommand == options_.subcommand &&
          (options_.only.empty() || options_.only == command.name)) {
        fitting.push_back(&command);
      }
    }
    if (fitting.size() == 1) return *fitting[0];
    const auto message =
        fitting.empty()
            ? fmt::format("the recipe holds no `{}` command",
                          options_.only.empty() ? options_.subcommand : options_.only)
            : fmt::format("the recipe holds several `{}` commands", options_.subcommand);
    throw Error("unknown-command", message)
        .hint("it has: " + known + "; choose one with --only NAME");
  }

  void compare_with_sources(const recipe::Recipe& cooked, const std::string& file) const {
    const auto root = path::join(directory_, cooked.root);
    // Recorded paths count from the workspace root.
    recipe::DeriveRequest request{directory_, path::join(root, "Cargo.toml"), {}, root};
    for (const auto& command : cooked.commands)
      request.commands.push_back({command.name, command.arguments});
    std::vector<std::string> found;
    try {
      found = report::differences(cooked, recipe::derive(DiskTree(), request));
    } catch (const Error& error) {
      found = {"the recipe cannot be derived from the sources here: " + error.render()};
    }
    if (found.empty()) return;
    std::string text =
        fmt::format("the sources do not match the recipe that was cooked ({}):", file);
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

  static std::vector<std::string> words_for(cargo::CommandLine line) {
    line.toolchain.clear();
    return line.arguments();
  }

  ExitStatus run_counted(cargo::CommandLine line) {
    const auto cargo = cargo_for(line);
    const bool user_reads = std::find(line.neutral.begin(), line.neutral.end(),
                                      "--message-format") != line.neutral.end();
    if (!user_reads)
      line.neutral.insert(line.neutral.end(), {"--message-format", "json-render-diagnostics"});
    report::Freshness freshness;
    const auto status =
        driver::check_started(run_process_lines(cargo.command(words_for(line), directory_),
                                                [&](std::string_view text) {
                                                  const bool message = freshness.take(text);
                                                  if (!message || user_reads) Shell::print(text);
                                                }),
                              cargo);
    // A cargo that failed before it came to any unit has nothing to be counted.
    if (succeeded(status) || freshness.external_total() > 0) report(freshness);
    if (succeeded(status) && options_.strict && !freshness.external_compiled().empty()) {
      throw Error("build-cold",
                  fmt::format("{} external units were compiled by the build, not by cook",
                              freshness.external_compiled().size()))
          .hint(
              "see the list above; cook and build must have the same environment, toolchain and "
              "sources");
    }
    return status;
  }

  void report(const report::Freshness& freshness) const {
    const auto& compiled = freshness.external_compiled();
    context_.shell.status("Reused",
                          fmt::format("{} of {} external units", freshness.external_reused(),
                                      freshness.external_total()));
    constexpr std::size_t most_listed = 10;
    for (std::size_t i = 0; i < std::min(compiled.size(), most_listed); ++i) {
      context_.shell.status("Compiled", compiled[i]);
    }
    if (compiled.size() > most_listed) {
      context_.shell.status("Compiled", fmt::format("and {} more", compiled.size() - most_listed));
    }
  }

  /// Compiles and counts first, so that the tests themselves then run with our own standard
  /// streams.
  ExitStatus run_tests(const cargo::CommandLine& line) {
    if (line.doc) {
      // cargo refuses --no-run beside --doc.
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

  const Context& context_;
  const BuildOptions& options_;
  /// Where cargo runs.
  std::string directory_;
};

}  // namespace

ExitStatus build(const Context& context, const BuildOptions& options) {
  return Build(context, options).run();
}

}  // namespace larder::commands
