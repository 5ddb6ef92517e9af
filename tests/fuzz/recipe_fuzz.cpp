#include "fuzz.hpp"
#include "larder/recipe/recipe.hpp"

// A recipe: what is read can be written, and reads back as the same.

namespace larder::test {

void run(std::string_view text) {
  const auto recipe = recipe::read("recipe.json", text);
  const auto written = recipe::write(recipe);
  const auto again =
      surely("reads what it wrote", [&] { return recipe::read("recipe.json", written); });
  // What is written here is ours, whoever made what was read.
  auto ours = recipe;
  ours.is_foreign = false;
  require(again == ours, "a recipe reads back");
  require(recipe::write(again) == written, "and is written as before");
}

}  // namespace larder::test
