#include "store_rebuild.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "larder/base/path.hpp"
#include "larder/base/temporary_directory.hpp"
#include "recorded.hpp"

namespace larder::commands {

namespace {

/// Chosen at random, so that each run looks at other units.
std::vector<cook::ComparedUnit> some_of(std::vector<cook::ComparedUnit> units, std::size_t count) {
  std::mt19937 random(std::random_device{}());
  std::shuffle(units.begin(), units.end(), random);
  if (units.size() > count) units.resize(count);
  return units;
}

}  // namespace

ExitStatus check_rebuilt(const Context& context, const StoreCheckOptions& options,
                         const cook::StoreRequest& store) {
  const auto recorded = require_recorded(context, options.recipe_path, "", "compile units again");
  const TemporaryDirectory scratch(context.environment);
  auto request = request_for(recorded, options.only);
  request.must_fetch = false;
  request.target_dir = path::join(scratch.path(), "target");
  const auto status = cook::cook(recorded.recipe, request, context.environment, context.shell);
  if (!succeeded(status)) return status;
  request.store = store;
  request.store->read_only = true;
  const auto all =
      cook::compare_units(recorded.recipe, request, context.environment, context.shell);
  const auto compared = some_of(all, options.rebuilt);
  std::size_t other = 0;
  for (const auto& unit : compared) {
    other += unit.differing.empty() ? 0U : 1U;
    for (const auto& file : unit.differing)
      context.shell.status("Differs", fmt::format("{}: {}", unit.name, file));
  }
  context.shell.status("Compared", fmt::format("{} of {} units in the store, {} differ",
                                               compared.size(), all.size(), other));
  return Exited{other == 0 ? 0 : 1};
}

}  // namespace larder::commands
