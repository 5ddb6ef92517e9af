#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/cook.hpp"
#include "larder/driver/build_directories.hpp"
#include "place.hpp"

namespace larder::commands {

/// The recipe that a build goes by.
struct RecordedRecipe {
  std::string path;
  recipe::Recipe recipe;
  /// The directory that stands where `prepare` was run: the recorded commands select packages and
  /// find config from there, wherever in the workspace we were called.
  std::string directory;
  std::string workspace_root;
};

/// The recipe at `recipe_path`; where that is empty, the copy that cook left in the target
/// directory, else ./recipe.json, and a warning when those differ. `target_dir` is the flag given
/// here, empty for none. Throws `recipe-missing` for a path that is no file.
std::optional<RecordedRecipe> find_recorded(const Context& context, const std::string& recipe_path,
                                            const std::string& target_dir);

/// The same where it must have a cargo command, which `purpose` says what for: "to explain the
/// units of". Throws `no-command` as well.
RecordedRecipe require_recorded(const Context& context, const std::string& recipe_path,
                                const std::string& target_dir, const std::string& purpose);

/// How the recorded commands (or `only` one of them) are cooked again in a checkout, which stays as
/// it is.
cook::CookRequest request_for(const RecordedRecipe& recorded, const std::string& only);

/// A recorded command as cargo is to run it in `recorded.directory`, with flags given on top of it,
/// as `check_given` reads them for `subcommand`. Throws `flag-disagrees`, and `command-invalid`
/// where cargo would not take both together.
cargo::CommandLine recorded_line(const Context& context, const RecordedRecipe& recorded,
                                 const recipe::Command& command,
                                 const std::vector<std::string>& flags,
                                 const std::string& subcommand);

/// How the recipe that the sources make now differs from the recorded one, a sentence each.
std::vector<std::string> differences_from_sources(const RecordedRecipe& recorded);

/// Where a command that cargo runs in `directory` compiles, by its own flags, environment and
/// config.
driver::BuildDirectories directories_of(const Context& context, const std::string& directory,
                                        const std::string& workspace_root,
                                        const cargo::CommandLine& line);

/// The files of a recipe's local packages that were cooked with the external ones, absolute.
std::vector<std::string> patched_files(const RecordedRecipe& recorded);

/// Makes cargo take these packages for what they are (`cook::date_sources`). Once one of them has
/// been compiled again, its dates are cargo's business. `same_recipe` says whether the sources give
/// the recorded recipe.
void date_patched_sources(const RecordedRecipe& recorded,
                          const driver::BuildDirectories& directories, bool same_recipe);

/// What `[env]` of the config sets for rustc and build scripts that are started in a directory.
std::map<std::string, std::string> configured_environment(const cargo::Config& config);

/// The config of a command that cargo runs in `directory`.
cargo::Config config_of(const Context& context, const std::string& directory,
                        const cargo::CommandLine& line);

/// How cargo and the environment differ from what a target directory was cooked with, a sentence
/// each, without variables that `[env]` of the config sets whatever the environment says.
/// Of files that no recipe carries it says which of those that the place has now are other ones.
/// `cargo_version` is what `driver::cargo_version` says.
std::vector<std::string> changes_since_cook(const std::string& target_directory, const Place& place,
                                            const std::string& cargo_version,
                                            const Environment& environment,
                                            const cargo::Config& config);

/// That the target directory is a mixture (`cook::was_copied_over`).
std::string copied_over_message(const std::string& target_directory);

/// "build, test": what a recipe holds, for messages.
std::string command_names(const recipe::Recipe& recipe);

/// The words behind `cargo`; a `+toolchain` is the driver's.
std::vector<std::string> words_for(cargo::CommandLine line);

}  // namespace larder::commands
