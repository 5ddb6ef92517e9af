#pragma once

#include <optional>
#include <string>

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// A recipe's text and what messages call the file.
struct RecipeText {
  std::string path;
  std::string text;
};

/// The recipe that an option names: a file, or "-" for standard input, as `prepare` has "-" for
/// standard output. Nothing where there is no such file. Throws `file-read`, also for what is no
/// file (a directory, a device, a named pipe); what a shell puts in the place of one, /dev/stdin
/// and `<(command)`, is read.
std::optional<RecipeText> find_recipe(const Context& context, const std::string& option);

/// The same; throws `recipe-missing` where there is none.
RecipeText load_recipe(const Context& context, const std::string& option);

}  // namespace larder::commands
