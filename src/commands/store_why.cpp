#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/base/spelling.hpp"
#include "larder/commands/commands.hpp"
#include "larder/report/store_units.hpp"
#include "recorded.hpp"
#include "store_options.hpp"

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
  auto error =
      Error("unknown-unit", fmt::format("`{}` matches no external unit of the recipe", wanted));
  const auto near = near_spelling(wanted.substr(0, wanted.find('@')), names);
  error.hint(near.empty() ? "give a package (`serde`, `serde@1.0.228`) or the 16 digits of a unit; "
                            "without an argument, all units are shown"
                          : fmt::format("did you mean `{}`?", near));
  return error;
}

}  // namespace

ExitStatus store_why(const Context& context, const StoreWhyOptions& options) {
  auto request = named_store(context, options.store);
  request.read_only = true;
  const auto recorded =
      require_recorded(context, options.recipe_path, options.target_dir, "explain units");
  auto cook = request_for(recorded, options.only);
  cook.store = std::move(request);
  if (!options.target_dir.empty())
    cook.target_dir = path::join(context.directory, options.target_dir);
  const auto units = cook::explain_units(recorded.recipe, cook, context.environment, context.shell);
  report::StoreUnits meant;
  std::copy_if(units.begin(), units.end(), std::back_inserter(meant.units),
               [&](const auto& unit) { return is_meant(options.unit, unit); });
  if (meant.units.empty() && !units.empty()) throw no_such_unit(options.unit, units);
  Shell::print(report::write_as(report::store_unit_formats(), options.message_format, meant));
  return Exited{meant.warm() ? 0 : 1};
}

}  // namespace larder::commands
