#include "recipe_file.hpp"

#include <filesystem>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::commands {

namespace {

namespace fs = std::filesystem;

void check_is_file(const std::string& path) {
  std::error_code missing;
  const auto type = fs::status(path, missing).type();
  const auto refuse = [&](const std::string& what) {
    throw Error("file-read", "the recipe cannot be " + what)
        .in_file(path)
        .hint("name a file, or `-` for standard input");
  };
  if (type == fs::file_type::directory) refuse("a directory");
  if (type == fs::file_type::block || type == fs::file_type::character) refuse("a device");
  if (type == fs::file_type::socket) refuse("a socket");
}

}  // namespace

std::optional<RecipeText> find_recipe(const Context& context, const std::string& option) {
  if (option == "-") return RecipeText{"standard input", read_standard_input()};
  const auto path = path::join(context.directory, option);
  // Standard input may be a device: a terminal or /dev/null.
  if (path != "/dev/stdin") check_is_file(path);
  auto text = read_file(path);
  return text ? std::optional(RecipeText{path, std::move(*text)}) : std::nullopt;
}

RecipeText load_recipe(const Context& context, const std::string& option) {
  if (auto found = find_recipe(context, option)) return *std::move(found);
  throw Error("recipe-missing", "there is no recipe")
      .in_file(path::join(context.directory, option))
      .hint(
          "make it with `cargo larder prepare -- CARGO COMMAND`, and copy it here (COPY "
          "--from=planner)");
}

}  // namespace larder::commands
