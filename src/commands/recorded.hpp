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

/// The recipe that a build uses.
struct RecordedRecipe {
  std::string path;
  recipe::Recipe recipe;
  /// Takes the place of the directory where `prepare` ran, wherever in the workspace the program is
  /// called. Recorded commands select packages and find config from there.
  std::string directory;
  std::string workspace_root;
};

/// The recipe at `recipe_path`. If that is empty: the copy that cook left in the target directory,
/// or else ./recipe.json, with a warning if they differ. `target_dir` is the flag given here, or
/// empty. Throws `recipe-missing` if there is no file at `recipe_path`.
std::optional<RecordedRecipe> find_recorded(const Context& context, const std::string& recipe_path,
                                            const std::string& target_dir);

/// The same, but throws `no-command` if there is no recipe with a cargo command. `purpose` says
/// what it is for, such as "to explain the units of".
RecordedRecipe require_recorded(const Context& context, const std::string& recipe_path,
                                const std::string& target_dir, const std::string& purpose);

/// The request to cook the recorded commands (or `only` one of them) again in a checkout, whose
/// files stay as they are.
cook::CookRequest request_for(const RecordedRecipe& recorded, const std::string& only);

/// The recorded command as cargo runs it in `recorded.directory`, with additional `flags`, which
/// `check_given` parses for `subcommand`. Throws `flag-disagrees`, and `command-invalid` if cargo
/// would not accept both together.
cargo::CommandLine recorded_line(const Context& context, const RecordedRecipe& recorded,
                                 const recipe::Command& command,
                                 const std::vector<std::string>& flags,
                                 const std::string& subcommand);

/// How the recipe of the current sources differs from the recorded one, one sentence for each
/// difference.
std::vector<std::string> differences_from_sources(const RecordedRecipe& recorded);

/// The directories that a command compiles into if cargo runs it in `directory`, from its flags,
/// the environment and the config.
driver::BuildDirectories directories_of(const Context& context, const std::string& directory,
                                        const std::string& workspace_root,
                                        const cargo::CommandLine& line);

/// The root of the workspace that a command is about if cargo runs it in `directory`. Throws the
/// errors of reading manifests.
std::string root_of_command(const Context& context, const std::string& directory,
                            const cargo::CommandLine& line);

/// The files of the recipe's patched packages, as absolute paths.
std::vector<std::string> patched_files(const RecordedRecipe& recorded);

/// Sets the dates of patched packages' files, so that cargo judges them correctly
/// (`cook::date_sources`). Does nothing once one of the packages has been compiled again, because a
/// file of the recipe is then no longer what was compiled. `same_recipe` says whether the sources
/// give the recorded recipe.
void date_patched_sources(const RecordedRecipe& recorded,
                          const driver::BuildDirectories& directories, bool same_recipe);

/// The variables that `[env]` in the config sets for rustc and build scripts.
std::map<std::string, std::string> configured_environment(const cargo::Config& config);

/// The config of a command that cargo runs in `directory`.
cargo::Config config_of(const Context& context, const std::string& directory,
                        const cargo::CommandLine& line);

/// How cargo and the environment differ from what a target directory was cooked with, one sentence
/// for each difference. Leaves out variables that `[env]` in the config overrides. Also names the
/// files above the place, which no recipe contains, that are new, gone or different.
/// `cargo_version` is the result of `driver::cargo_version`.
std::vector<std::string> changes_since_cook(const std::string& target_directory, const Place& place,
                                            const std::string& cargo_version,
                                            const Environment& environment,
                                            const cargo::Config& config);

/// The message that another target directory was copied over this one (`cook::was_copied_over`).
std::string copied_over_message(const std::string& target_directory);

/// "build, test": the names of a recipe's commands, for messages.
std::string command_names(const recipe::Recipe& recipe);

/// The arguments of cargo. A `+toolchain` is left out, because the driver handles it.
std::vector<std::string> words_for(cargo::CommandLine line);

}  // namespace larder::commands
