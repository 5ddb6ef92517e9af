#include "recorded.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flags.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cook/cook_notes.hpp"
#include "larder/cook/files_above.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/driver/fingerprints.hpp"
#include "larder/record/record.hpp"
#include "larder/report/recipe_difference.hpp"
#include "place.hpp"
#include "recipe_file.hpp"

namespace larder::commands {

namespace {

/// Where to look for the copy of the recipe that cook left. Its command is not known yet, so this
/// is decided by the flag given here, environment, config and workspace root.
driver::BuildDirectories where_to_look(const Context& context, std::string root,
                                       const std::optional<RecipeText>& here,
                                       const std::string& flag) {
  const auto config = cook::machine_config(context.directory, context.environment);
  if (root.empty()) {
    // There is no readable workspace here. The recipe says where it is, and cargo will report what
    // is wrong with the manifests.
    root = context.directory;
    if (here) root = path::join(root, recipe::read(here->path, here->text).root);
  }
  return driver::find_build_directories(
      {context.directory, root, flag, context.environment, config});
}

/// The recipe that was cooked: the copy that cook left, or else the recipe here.
std::optional<RecipeText> choose(const Context& context, std::optional<RecipeText> copy,
                                 std::optional<RecipeText> here) {
  if (copy && here && copy->text != here->text && !recipe::read(here->path, here->text).open) {
    context.shell.warning(fmt::format("{} is not the recipe that was cooked; using {} instead",
                                      here->path, copy->path));
  }
  return copy ? copy : here;
}

}  // namespace

std::optional<RecordedRecipe> find_recorded(const Context& context, const std::string& recipe_path,
                                            const std::string& target_dir) {
  const bool given = !recipe_path.empty();
  const auto here = given ? load_recipe(context, recipe_path) : find_recipe(context, "recipe.json");
  const auto root = workspace_root_of(context, context.directory);
  const auto directories = where_to_look(context, root, here, target_dir);
  const auto chosen =
      given ? here
            : choose(context, find_recipe(context, cook::recipe_copy(directories.target_directory)),
                     here);
  if (!chosen) return std::nullopt;
  auto recipe = recipe::read(chosen->path, chosen->text);
  const auto place = find_place(context, recipe);
  auto [directory, workspace_root] =
      place.value_or(Place{context.directory, path::join(context.directory, recipe.root)});
  return RecordedRecipe{chosen->path, std::move(recipe), std::move(directory),
                        std::move(workspace_root)};
}

RecordedRecipe require_recorded(const Context& context, const std::string& recipe_path,
                                const std::string& target_dir, const std::string& purpose) {
  auto recorded = find_recorded(context, recipe_path, target_dir);
  if (!recorded || recorded->recipe.open) {
    throw Error("no-command", fmt::format("cannot {}: there is no recorded cargo command", purpose))
        .hint(
            "run cook first. If the recipe was made without a command, make it again with one: "
            "`cargo larder prepare -- build --release`");
  }
  return *std::move(recorded);
}

cook::CookRequest request_for(const RecordedRecipe& recorded, const std::string& only) {
  cook::CookRequest out;
  out.directory = recorded.directory;
  out.workspace_root = recorded.workspace_root;
  out.restore_files = false;
  if (!only.empty()) out.only = {only};
  return out;
}

cargo::CommandLine recorded_line(const Context& context, const RecordedRecipe& recorded,
                                 const recipe::Command& command,
                                 const std::vector<std::string>& flags,
                                 const std::string& subcommand) {
  const auto& recipe = recorded.recipe;
  auto line = command.line;
  auto given = check_given(line, flags, subcommand);
  if (line.target_dir) line.target_dir = recipe.from_directory(*line.target_dir);
  if (given.target_dir) given.target_dir = path::join(context.directory, *given.target_dir);
  for (auto& flag : given.own) {
    if (cargo::find_flag(flag.name)->value == cargo::FlagValue::Path)
      flag.value = path::join(context.directory, *flag.value);
  }
  cargo::add_flags(line, given);
  line.is_run = given.is_run;
  // Cargo may not accept both together.
  (void)cargo::parse_command_line(line.arguments());
  for (auto& target : line.targets) {
    if (target.ends_with(".json")) target = recipe.from_directory(target);
  }
  for (auto& text : line.config) {
    const auto file = recipe.from_directory(text);
    if (DiskTree().is_file(path::join(recorded.directory, file))) text = file;
  }
  if (line.manifest_path || recipe.root != "." || !recipe.directory.empty())
    line.manifest_path = recipe.from_directory(line.manifest_path.value_or("Cargo.toml"));
  // Cargo finds this manifest by itself.
  if (!recipe.directory.empty() && line.manifest_path == "Cargo.toml") line.manifest_path.reset();
  return line;
}

std::vector<std::string> differences_from_sources(const RecordedRecipe& recorded) {
  const auto& root = recorded.workspace_root;
  // Recorded paths are relative to the workspace root.
  recipe::DeriveRequest request{recorded.directory, path::join(root, "Cargo.toml"), {}, root};
  for (const auto& command : recorded.recipe.commands)
    request.commands.push_back({command.name, command.line.arguments()});
  request.whole_lock = recorded.recipe.whole_lock.has_value();
  try {
    return report::differences(recorded.recipe, recipe::derive(DiskTree(), request));
  } catch (const Error& error) {
    return {"cannot make a recipe from the sources here: " + error.render()};
  }
}

cargo::Config config_of(const Context& context, const std::string& directory,
                        const cargo::CommandLine& line) {
  return cook::machine_config(directory, context.environment)
      .below(cargo::Config::of_arguments(DiskTree(), directory, line.config));
}

driver::BuildDirectories directories_of(const Context& context, const std::string& directory,
                                        const std::string& workspace_root,
                                        const cargo::CommandLine& line) {
  const auto config = config_of(context, directory, line);
  const auto flag = line.target_dir ? path::join(directory, *line.target_dir) : std::string();
  return driver::find_build_directories(
      {directory, workspace_root, flag, context.environment, config});
}

std::string root_of_command(const Context& context, const std::string& directory,
                            const cargo::CommandLine& line) {
  const DiskTree tree;
  const auto start =
      cargo::start_manifest(tree, directory, line.manifest_path.value_or(std::string()));
  return cargo::find_workspace_root(tree, start, cargo::cargo_home(directory, context.environment));
}

std::vector<std::string> patched_files(const RecordedRecipe& recorded) {
  std::vector<std::string> out;
  for (const auto& source : recorded.recipe.sources_of(recipe::SourceKind::Package))
    out.push_back(path::join(recorded.workspace_root, source.path));
  return out;
}

void date_patched_sources(const RecordedRecipe& recorded,
                          const driver::BuildDirectories& directories, bool same_recipe) {
  const auto sources = recorded.recipe.sources_of(recipe::SourceKind::Package);
  if (sources.empty()) return;
  const auto cooked_at = modified(cook::record_file(directories.target_directory));
  if (!cooked_at) return;
  const auto names = cook::package_names(sources);
  for (const auto& fingerprint : driver::read_fingerprints(directories.build_directory)) {
    if (names.contains(fingerprint.package) && fingerprint.written > *cooked_at) return;
  }
  cook::date_sources(sources, recorded.workspace_root, same_recipe, *cooked_at);
}

std::map<std::string, std::string> configured_environment(const cargo::Config& config) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : config.table("env")) {
    const auto entry = config.find({"env", name});
    if (!entry) continue;
    const auto text = entry->is_table() ? entry->find("value") : entry;
    if (!text || text->value().string() == nullptr) continue;
    const bool relative = entry->is_table() && entry->bool_at("relative").value_or(false);
    out[name] = relative ? path::join(cargo::config_base(text->document()), text->as_string())
                         : text->as_string();
  }
  return out;
}

std::vector<std::string> changes_since_cook(const std::string& target_directory, const Place& place,
                                            const std::string& cargo_version,
                                            const Environment& environment,
                                            const cargo::Config& config) {
  const auto text = read_file(cook::record_file(target_directory));
  auto cooked = text ? record::read(*text) : std::nullopt;
  if (!cooked) return {};
  auto now = record::make_record(
      cargo_version, environment,
      cook::files_above(DiskTree(), place.directory, place.workspace_root, environment));
  for (const auto& [name, value] : config.table("env")) {
    const auto* force = value.find("force");
    const bool forced = force != nullptr && force->boolean() != nullptr && *force->boolean();
    // Without `force`, `[env]` does not override the environment. Cargo reads its own variables and
    // rustc's from the environment, not from `[env]`.
    if (!forced || name.starts_with("CARGO") || name.starts_with("RUST")) continue;
    cooked->environment.erase(name);
    now.environment.erase(name);
  }
  return record::differences(*cooked, now);
}

std::string copied_over_message(const std::string& target_directory) {
  return fmt::format("another target directory was copied over the one that cook filled, {}",
                     target_directory);
}

std::string command_names(const recipe::Recipe& recipe) {
  std::vector<std::string_view> names;
  for (const auto& command : recipe.commands) names.push_back(command.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::string> words_for(cargo::CommandLine line) {
  line.toolchain.clear();
  return line.arguments();
}

}  // namespace larder::commands
