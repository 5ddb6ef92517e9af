#include "recipe_file.hpp"

#include "larder/base/error.hpp"
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

}  // namespace larder::commands
