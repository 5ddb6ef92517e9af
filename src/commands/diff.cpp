#include <fmt/format.h>

#include "compared.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "larder/report/difference_output.hpp"
#include "place.hpp"
#include "recipe_file.hpp"
#include "recipe_notes.hpp"

namespace larder::commands {

namespace {

class Diff {
 public:
  Diff(const Context& context, const DiffOptions& options) : context_(context), options_(options) {}

  ExitStatus run() {
    auto old_recipe = recipe_file(options_.before);
    auto new_recipe = recipe_file(options_.after);
    // If one side is a recipe with commands, the other side is prepared for the same commands.
    for (const auto* recipe : {&old_recipe, &new_recipe}) {
      if (*recipe && !(*recipe)->open) recorded_ = &**recipe;
    }
    if (recorded_ != nullptr && !options_.commands.empty()) {
      throw Error("command-invalid",
                  "a recipe already has a cargo command, so diff accepts no other")
          .hint("remove the command after `--`");
    }
    const auto before = side(options_.before, old_recipe);
    const auto after = side(options_.after, new_recipe);
    auto found = report::compare(before.recipe, after.recipe);
    if (before.tree && after.tree && !(before.recipe == after.recipe))
      report::find_causes(before.derived(), after.derived(), found);
    return show(found, before.recipe == after.recipe);
  }

 private:
  /// The recipe in a file. Nothing if there is no such file, or if it is a directory.
  std::optional<recipe::Recipe> recipe_file(const std::string& name) const {
    if (name == "." || DiskTree().is_directory(path::join(context_.directory, name)))
      return std::nullopt;
    const auto found = find_recipe(context_, name);
    return found ? std::optional(recipe::read(found->path, found->text)) : std::nullopt;
  }

  Side side(const std::string& name, const std::optional<recipe::Recipe>& recipe) {
    Side out;
    if (recipe) {
      out.recipe = *recipe;
      if (recipe->open && !options_.commands.empty()) {
        recipe::DeriveRequest request{context_.directory, "", options_.commands};
        request.environment = context_.environment;
        out.recipe = recipe::derive_from(*recipe, request);
      }
      return out;
    }
    const Stated stated{options_.manifest_path, options_.commands};
    if (name == ".") {
      out.tree = std::make_unique<DiskTree>();
      out.request = {context_.directory, options_.manifest_path, options_.commands};
      out.request.environment = context_.environment;
      out.root = shown_root();
      derive(out);
      return out;
    }
    const auto& repository = this->repository();
    const auto commit = repository.commit(repository.resolve(name));
    out.root = "/";
    out.request = request_in(repository, context_, stated);
    try {
      out.tree = std::make_unique<git::GitTree>(repository, commit.id);
      derive(out);
    } catch (Error& error) {
      error.while_doing(preparing(commit));
      throw;
    }
    return out;
  }

  void derive(Side& side) const {
    if (recorded_ != nullptr) record_into(side);
    reduce::ReductionNotes notes;
    side.inputs = recipe::read_inputs(*side.tree, side.request);
    side.recipe = recipe::derive(*side.tree, side.request, side.inputs, &notes);
    note_commands(context_, side.recipe, notes);
  }

  /// Requests the commands of the other side's recipe, from where it was prepared.
  void record_into(Side& side) const {
    auto& request = side.request;
    const auto& tree = *side.tree;
    const auto start = cargo::start_manifest(tree, request.directory, request.manifest_path);
    const auto root = cargo::find_workspace_root(
        tree, start, cargo::cargo_home(request.directory, request.environment));
    request.directory = prepared_in(root, *recorded_).value_or(root);
    request.manifest_path = path::join(root, "Cargo.toml");
    request.paths_from = root;
    for (const auto& command : recorded_->commands)
      request.commands.push_back({command.name, command.line.arguments()});
    request.whole_lock = recorded_->whole_lock.has_value();
  }

  const git::Repository& repository() {
    if (!repository_) repository_ = git::Repository::discover(context_.directory);
    return *repository_;
  }

  /// Names files of the working tree like those of a commit, if it is in a repository.
  std::string shown_root() {
    try {
      const auto& top = repository().work_directory();
      return path::is_within(context_.directory, top) ? top : context_.directory;
    } catch (const Error&) {
      return context_.directory;
    }
  }

  ExitStatus show(const std::vector<report::CommandDifference>& found, bool same) const {
    Shell::print(report::write_as(report::difference_formats(), options_.message_format, found));
    if (same) {
      context_.shell.status(
          "Compared", fmt::format("{} and {}: the same recipe", options_.before, options_.after));
    }
    return Exited{same ? 0 : 1};
  }

  const Context& context_;
  const DiffOptions& options_;
  const recipe::Recipe* recorded_ = nullptr;
  std::optional<git::Repository> repository_;
};

}  // namespace

ExitStatus diff(const Context& context, const DiffOptions& options) {
  return Diff(context, options).run();
}

}  // namespace larder::commands
