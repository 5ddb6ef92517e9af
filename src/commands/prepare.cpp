#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "files_above.hpp"
#include "larder/base/files.hpp"
#include "larder/base/overlay_tree.hpp"
#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "place.hpp"
#include "recipe_notes.hpp"
#include "updated_lockfile.hpp"

namespace larder::commands {

namespace {

std::string size_text(std::size_t bytes) {
  return bytes < 1024 ? fmt::format("{} B", bytes)
                      : fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024.0);
}

/// This program wrote the lock file: external packages have one line with their source, local ones
/// have none.
std::size_t external_count(const reduce::Skeleton& skeleton) {
  constexpr std::string_view line = "\nsource = ";
  const auto& text = skeleton.lock_file;
  std::size_t count = 0;
  for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + line.size()))
    ++count;
  return count;
}

/// Cargo enables features for all packages that a command selects, even for those that it does not
/// build. `--bin` alone selects all default members.
void tell_of_other_members(const Context& context, const SourceTree& tree,
                           recipe::DeriveRequest request, const recipe::Recipe& made) {
  request.commands = {{"", {"build", "--bin", request.bin}}};
  try {
    const auto alone = recipe::derive_from(made, request);
    if (recipe::derive(tree, request).commands.at(0).skeleton == alone.commands.at(0).skeleton)
      return;
  } catch (const Error&) {
    return;  // it names a package, which is then built with -p
  }
  context.shell.warning(fmt::format(
      "`cargo build --bin {}` also enables what other members need from shared dependencies, but "
      "this recipe does not. Build with -p PACKAGE as well, or prepare without --bin",
      request.bin));
}

recipe::Recipe derive(const Context& context, const PrepareOptions& options,
                      reduce::ReductionNotes& notes) {
  recipe::DeriveRequest request{context.directory, options.manifest_path, options.commands};
  request.environment = context.environment;
  request.open = options.open;
  request.bin = options.bin;
  request.whole_lock = options.whole_lock;
  request.exits_soon = true;
  const auto from = [&](const SourceTree& tree) {
    auto made = recipe::derive(tree, request, &notes);
    if (!request.bin.empty()) tell_of_other_members(context, tree, request, made);
    return made;
  };
  const DiskTree disk;
  try {
    return from(disk);
  } catch (const Error& error) {
    const bool by_lockfile = error.id() == "lock-missing" || error.id() == "lock-outdated";
    if (!options.makes_lockfile || !by_lockfile) throw;
    context.shell.warning(error.message() +
                          ": cargo resolves the versions in a temporary copy. Commit an up-to-date "
                          "Cargo.lock, so that they stay the same");
  }
  const auto lock = update_lockfile(context, options.manifest_path);
  return from(OverlayTree(disk, {{lock.path, lock.contents}}));
}

/// The recipe says where the root is, unless `--manifest-path` leads out of this directory.
std::string root_of(const Context& context, const PrepareOptions& options,
                    const recipe::Recipe& made) {
  if (options.manifest_path.empty() || made.root != "." || !made.directory.empty())
    return made.root_for(context.directory);
  return workspace_root_of(context,
                           path::parent(path::join(context.directory, options.manifest_path)));
}

/// Notes the cases in which a recipe is not cooked in the directory that it was made in.
void tell_where_to_cook(const Context& context, const std::string& root,
                        const recipe::Recipe& made) {
  if (!made.directory.empty()) {
    context.shell.note(
        fmt::format("this recipe can only be cooked in `{}` of a checkout. For an image, run "
                    "prepare and cook in the workspace root, with --manifest-path",
                    made.directory));
  } else if (!root.empty() && !path::is_within(root, context.directory)) {
    context.shell.note(fmt::format(
        "the workspace is not in this directory: run cook in the workspace root, {}", root));
  }
}

void note_output_flags(const Context& context, const recipe::Recipe& recipe) {
  std::vector<std::string> words;
  for (const auto& command : recipe.commands)
    words.insert(words.end(), command.output_flags.begin(), command.output_flags.end());
  if (words.empty()) return;
  context.shell.note(
      fmt::format("`{}` does not change what is compiled, so it is not recorded. Pass it to `cargo "
                  "larder build`",
                  cargo::join_command(words)));
}

}  // namespace

ExitStatus prepare(const Context& context, const PrepareOptions& options) {
  reduce::ReductionNotes notes;
  const auto made = derive(context, options, notes);
  const auto text = recipe::write(made);
  note_commands(context, made, notes);
  if (made.open && !options.open) {
    context.shell.note(
        "no cargo command was given: the recipe works for any command, and changes more often than "
        "a recipe for one command");
  }
  const auto root = root_of(context, options, made);
  tell_where_to_cook(context, root, made);
  note_left_out_files(context, {context.directory, root});
  if (options.recipe_path == "-") {
    Shell::print(text);
    return Exited{0};
  }
  note_output_flags(context, made);
  const auto target = path::join(context.directory, options.recipe_path);
  // If it is not a regular file, such as a pipe, it is written but never read.
  std::error_code absent;
  const bool unchanged =
      std::filesystem::is_regular_file(target, absent) && read_file(target) == text;
  if (!unchanged) write_file_atomically(target, text);
  for (const auto& command : made.commands) {
    if (context.shell.verbosity() != Verbosity::Verbose) break;
    context.shell.detail("Command", fmt::format("{}: cargo {} ({} external packages)", command.name,
                                                cargo::join_command(command.line.arguments()),
                                                external_count(command.skeleton)));
  }
  const auto sources = made.sources_of(recipe::SourceKind::Package);
  if (!sources.empty()) {
    std::size_t size = 0;
    for (const auto& source : sources) size += source.contents.size();
    context.shell.status("Carrying",
                         fmt::format("{} source files ({}) of local packages that external "
                                     "packages depend on; if they change, so does the recipe",
                                     sources.size(), size_text(size)));
  }
  for (const auto& directory : made.to_be_brought) {
    context.shell.warning(
        fmt::format("external packages depend on `{}`, but it is too large for the recipe. Copy it "
                    "before cook; in a Dockerfile: COPY {} {}",
                    directory, directory, directory));
  }
  context.shell.status(
      "Prepared",
      fmt::format("{} ({}, {} external packages{})", options.recipe_path, size_text(text.size()),
                  external_count(made.open ? *made.open : made.commands[0].skeleton),
                  unchanged ? ", unchanged" : ""));
  return Exited{0};
}

}  // namespace larder::commands
