#include <cstdlib>

#include "larder/base/files.hpp"
#include "recipe_table.hpp"

// The recipes of the samples, whole. A difference is to be understood, and then accepted with
// UPDATE_GOLDEN=1.

namespace larder::test {

TEST_CASE("the samples' recipes are those that were reviewed") {
  for (const auto* sample : {&shop, &single}) {
    CAPTURE(sample->name);
    const auto path = LARDER_GOLDEN "/" + sample->name + "-build-release.json";
    const auto recipe = recipe_bytes(sample->load(), sample->root, "build --release");
    const auto* update = std::getenv("UPDATE_GOLDEN");
    if (update != nullptr && std::string_view(update) == "1") write_file_atomically(path, recipe);
    const auto golden = read_file(path);
    REQUIRE(golden.has_value());
    CHECK(first_difference(*golden, recipe) == "");
    CHECK(golden == recipe);
  }
}

}  // namespace larder::test
