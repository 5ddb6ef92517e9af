#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "larder/base/path.hpp"
#include "larder/base/spelling.hpp"
#include "larder/commands/commands.hpp"
#include "larder/report/store_units.hpp"
#include "recorded.hpp"
#include "store_options.hpp"
#include "stored_build.hpp"

namespace larder::commands {

namespace {

/// Whether `NAME`, `NAME@VERSION` or the digits of a unit refer to this one. Empty refers to all.
bool is_meant(const std::string& wanted, const store::Explanation& unit) {
  if (wanted.empty() || unit.hash == wanted) return true;
  const auto at = wanted.find('@');
  if (wanted.substr(0, at) != unit.package) return false;
  return at == std::string::npos || wanted.substr(at + 1) == unit.version;
}

Error no_such_unit(const std::string& wanted, const std::vector<store::Explanation>& units) {
  std::vector<std::string_view> names;
  for (const auto& unit : units) names.emplace_back(unit.package);
  auto error = Error("unknown-unit", fmt::format("`{}` matches no unit of the command", wanted));
  const auto near = near_spelling(wanted.substr(0, wanted.find('@')), names);
  error.hint(near.empty() ? "give a package (`serde`, `serde@1.0.228`) or the 16 digits of a unit; "
                            "without an argument, all units are shown"
                          : fmt::format("did you mean `{}`?", near));
  return error;
}

}  // namespace

namespace {

/// The units of a build over the real workspace.
std::vector<store::Explanation> units_of_build(const Context& context,
                                               const cook::StoreRequest& request,
                                               const std::string& directory,
                                               const cargo::CommandLine& stated) {
  const auto line = compiling_only(stated);
  const auto cargo = driver::find_cargo(context.environment, directory, line.toolchain);
  const auto root = root_of_command(context, directory, line);
  return explain_build(context, {cargo, line, directory, root, request, cook::LocalUnits::Include});
}

/// The local units of the recorded commands. Empty before the sources have been copied.
std::vector<store::Explanation> local_units(const Context& context, const StoreWhyOptions& options,
                                            const cook::StoreRequest& request,
                                            const RecordedRecipe& recorded) {
  std::vector<store::Explanation> out;
  if (!DiskTree().is_file(path::join(recorded.workspace_root, "Cargo.toml"))) return out;
  for (const auto& command : recorded.recipe.commands) {
    if (!options.only.empty() && options.only != command.name) continue;
    auto line = recorded_line(context, recorded, command, {}, command.line.subcommand);
    if (!uses_store(line.subcommand)) continue;
    if (!options.target_dir.empty())
      line.target_dir = path::join(context.directory, options.target_dir);
    const auto units = units_of_build(context, request, recorded.directory, line);
    std::copy_if(units.begin(), units.end(), std::back_inserter(out),
                 [](const auto& unit) { return unit.is_local; });
  }
  return out;
}

std::vector<store::Explanation> recorded_units(const Context& context,
                                               const StoreWhyOptions& options,
                                               const cook::StoreRequest& request) {
  const auto recorded =
      require_recorded(context, options.recipe_path, options.target_dir, "explain units");
  auto cook = request_for(recorded, options.only);
  cook.store = request;
  if (!options.target_dir.empty())
    cook.target_dir = path::join(context.directory, options.target_dir);
  auto out = cook::explain_units(recorded.recipe, cook, context.environment, context.shell);
  // Most builds compile some of the workspace's own crates, so they are shown when asked for.
  if (options.unit.empty()) return out;
  for (auto& unit : local_units(context, options, request, recorded))
    out.push_back(std::move(unit));
  return out;
}

}  // namespace

ExitStatus store_why(const Context& context, const StoreWhyOptions& options) {
  auto request = named_store(context, options.store);
  request.read_only = true;
  const auto units = options.command.empty()
                         ? recorded_units(context, options, request)
                         : units_of_build(context, request, context.directory,
                                          cargo::parse_command_line(options.command));
  report::StoreUnits meant;
  std::copy_if(units.begin(), units.end(), std::back_inserter(meant.units),
               [&](const auto& unit) { return is_meant(options.unit, unit); });
  if (meant.units.empty() && !units.empty()) throw no_such_unit(options.unit, units);
  Shell::print(report::write_as(report::store_unit_formats(), options.message_format, meant));
  return Exited{meant.warm() ? 0 : 1};
}

}  // namespace larder::commands
