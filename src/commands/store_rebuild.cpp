#include "store_rebuild.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "larder/base/path.hpp"
#include "larder/base/temporary_directory.hpp"
#include "recorded.hpp"
#include "stored_build.hpp"

namespace larder::commands {

namespace {

/// Chosen at random, so that each run looks at other units.
std::vector<cook::ComparedUnit> some_of(std::vector<cook::ComparedUnit> units, std::size_t count) {
  std::mt19937 random(std::random_device{}());
  std::shuffle(units.begin(), units.end(), random);
  if (units.size() > count) units.resize(count);
  return units;
}

ExitStatus report_compared(const Context& context, const std::vector<cook::ComparedUnit>& all,
                           std::size_t count) {
  const auto compared = some_of(all, count);
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

/// Compiles the real workspace. Local units can only be compared in the target directory that they
/// were compiled in.
ExitStatus check_build(const Context& context, const StoreCheckOptions& options,
                       const cook::StoreRequest& store) {
  const auto line = compiling_only(cargo::parse_command_line(options.command));
  const auto& directory = context.directory;
  const auto cargo = driver::find_cargo(context.environment, directory, line.toolchain);
  const auto root = root_of_command(context, directory, line);
  const auto target = directories_of(context, directory, root, line).build_directory;
  if (DiskTree().is_directory(target)) {
    throw Error("target-not-empty",
                "cannot compile the workspace from nothing: there is a target "
                "directory")
        .in_file(target)
        .hint("remove it, or run this in a CI job that begins without one");
  }
  const auto status =
      driver::check_started(run_process(cargo.command(words_for(line), directory)), cargo);
  if (!succeeded(status)) return status;
  return report_compared(
      context,
      compare_build(context, {cargo, line, directory, root, store, cook::LocalUnits::Include}),
      options.rebuilt);
}

}  // namespace

ExitStatus check_rebuilt(const Context& context, const StoreCheckOptions& options,
                         const cook::StoreRequest& store) {
  auto read_only = store;
  read_only.read_only = true;
  if (!options.command.empty()) return check_build(context, options, read_only);
  const auto recorded = require_recorded(context, options.recipe_path, "", "compile units again");
  const TemporaryDirectory scratch(context.environment);
  auto request = request_for(recorded, options.only);
  request.must_fetch = false;
  request.target_dir = path::join(scratch.path(), "target");
  const auto status = cook::cook(recorded.recipe, request, context.environment, context.shell);
  if (!succeeded(status)) return status;
  request.store = read_only;
  return report_compared(
      context, cook::compare_units(recorded.recipe, request, context.environment, context.shell),
      options.rebuilt);
}

}  // namespace larder::commands
