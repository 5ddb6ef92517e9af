#pragma once

#include <optional>
#include <string>

#include "larder/commands/commands.hpp"

namespace larder::commands {

/// A recipe's text, and the file's name for messages.
struct RecipeText {
  std::string path;
  std::string text;
};

/// The recipe that an option names: a file, or "-" for standard input, just as "-" is standard
/// output for `prepare`. Nothing if there is no such file. Throws `file-read`, also for a
/// directory, a device or a named pipe. What a shell passes in place of a file is accepted:
/// /dev/stdin and `<(command)`.
std::optional<RecipeText> find_recipe(const Context& context, const std::string& option);

/// The same, but throws `recipe-missing` if there is none.
RecipeText load_recipe(const Context& context, const std::string& option);

}  // namespace larder::commands
