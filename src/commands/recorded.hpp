#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flags.hpp"
#include "larder/commands/commands.hpp"

namespace larder::commands {

/// The recipe that a build goes by.
struct RecordedRecipe {
  std::string path;
  recipe::Recipe recipe;
  /// The directory that stands where `prepare` was run: the recorded commands select packages and
  /// find config from there, wherever in the workspace we were called.
  std::string directory;
  std::string workspace_root;
  /// Where cook put things, by what is given here.
  std::string target_directory;
  std::string build_directory;
};

/// The recipe at `recipe_path`; where that is empty, the copy that cook left in the target
/// directory, else ./recipe.json, and a warning when those differ. `target_dir` is the flag given
/// here, empty for none. Throws `recipe-missing` for a path that is no file.
std::optional<RecordedRecipe> find_recorded(const Context& context, const std::string& recipe_path,
                                            const std::string& target_dir);

/// A recorded command as cargo is to run it in `recorded.directory`, with flags given on top of it.
/// Throws `flag-disagrees`.
cargo::CommandLine recorded_line(const Context& context, const RecordedRecipe& recorded,
                                 const recipe::Command& command, const ExtraFlags& extra);

/// How the recipe that the sources make now differs from the recorded one, a sentence each.
std::vector<std::string> differences_from_sources(const RecordedRecipe& recorded);

/// How cargo and the environment differ from what a target directory was cooked with, a sentence
/// each. `cargo_version` is what `driver::cargo_version` says.
std::vector<std::string> changes_since_cook(const std::string& target_directory,
                                            const std::string& cargo_version,
                                            const Environment& environment);

/// That the target directory is a mixture (`cook::was_copied_over`).
std::string copied_over_message(const std::string& target_directory);

/// "build, test": what a recipe holds, for messages.
std::string command_names(const recipe::Recipe& recipe);

/// The words behind `cargo`; a `+toolchain` is the driver's.
std::vector<std::string> words_for(cargo::CommandLine line);

}  // namespace larder::commands
