#include "recipe_file.hpp"

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"

namespace larder::commands {

std::string load_recipe(const std::string& path) {
  auto text = read_text_file(path);
  if (text) return *text;
  throw Error("recipe-missing", "there is no recipe")
      .in_file(path)
      .hint(
          "make it with `cargo larder prepare -- CARGO COMMAND`, and copy it here (COPY "
          "--from=planner)");
}

std::optional<std::string> prepared_in(const std::string& root, const recipe::Recipe& recipe) {
  if (recipe.root == ".") return root;
  const auto below = "/" + recipe.root;
  if (!root.ends_with(below)) return std::nullopt;
  return path::normalize(root.substr(0, root.size() - below.size()) + "/");
}

}  // namespace larder::commands
