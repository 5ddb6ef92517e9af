#pragma once

#include <optional>
#include <string>

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// Where the cargo of a recipe runs, and for which workspace.
struct Place {
  /// It stands where `prepare` ran: config, toolchain file and default packages go by it.
  std::string directory;
  std::string workspace_root;
};

/// The directory that `prepare` ran in, when the workspace has its root here; nothing when the root
/// does not lie as the recipe says.
std::optional<std::string> prepared_in(const std::string& root, const recipe::Recipe& recipe);

/// The root of the workspace that a directory is in; empty when there is none that can be read.
std::string workspace_root_of(const Context& context, const std::string& directory);

/// The place of a recipe in the checkout that we were called in, wherever in it that is; nothing
/// where its workspace is not here.
std::optional<Place> find_place(const Context& context, const recipe::Recipe& recipe);

/// The place to cook in: that of the checkout; where there are no manifests, the current directory
/// stands for the one that `prepare` ran in. Throws `recipe-misplaced` when that is one below the
/// workspace root, as cook would have to compile into a directory above this one.
Place place_to_cook(const Context& context, const std::string& recipe_path,
                    const recipe::Recipe& recipe);

}  // namespace larder::commands
