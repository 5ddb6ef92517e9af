#include "larder/store/transfer.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <utility>

#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "larder/cook/unit_conditions.hpp"
#include "larder/cook/used_units.hpp"
#include "place.hpp"
#include "recorded.hpp"
#include "store_options.hpp"

namespace larder::commands {

namespace {

using Names = std::set<std::pair<std::string, std::string>>;

std::string target_directory_of(const Context& context, const std::string& flag) {
  cargo::CommandLine line;
  if (!flag.empty()) line.target_dir = path::join(context.directory, flag);
  const auto root = workspace_root_of(context, context.directory);
  return directories_of(context, context.directory, root.empty() ? context.directory : root, line)
      .target_directory;
}

Names used_in(const Context& context, const std::string& target_dir) {
  const auto directory = target_directory_of(context, target_dir);
  Names out;
  for (const auto& [name, unit] : cook::read_used_units(directory, cook::UsedList::Last))
    out.emplace(unit.key, unit.variant);
  if (!out.empty()) return out;
  throw Error(
      "no-used-units",
      "cannot find out which units were used: no cook with a store filled this target directory")
      .in_file(directory)
      .hint(
          "run `cook --store` or `deps --store` first, or give another target directory with "
          "--target-dir");
}

/// Includes an empty value, because rustc sees it.
std::optional<std::string> value_of(const Context& context, const std::string& name) {
  const auto& variables = context.environment.variables();
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional(found->second);
}

/// There is no build directory here, so the state of a file in one is unknown.
std::optional<std::string> state_of(cook::FileStates& states, const std::string& read) {
  const auto named = cook::read_of_name(read, "");
  return named && named->path.starts_with('/') ? states.state_of(*named) : std::nullopt;
}

store::Transferred bring(
    const Context& context, store::Store& from, store::Store& to,
    const std::function<bool(const std::string&, const store::Variant&)>& wanted) {
  const store::Lock one(from.directory(), store::Lock::Kind::Shared);
  const store::Lock other(to.directory(), store::Lock::Kind::Shared);
  cook::FileDigests digests;
  cook::FileStates states(digests);
  return store::transfer(from, to,
                         {wanted, [&](const std::string& name) { return value_of(context, name); },
                          [&](const std::string& read) { return state_of(states, read); }});
}

void tell(const Context& context, const std::string& verb, const std::string& where,
          const store::Transferred& done, std::size_t foreign) {
  context.shell.status(verb, fmt::format("{} unit variants {}, {} already there", done.variants,
                                         where, done.present));
  if (done.damaged > 0)
    context.shell.note(fmt::format("not copied, because they are damaged: {}", done.damaged));
  if (foreign > 0) {
    context.shell.note(
        fmt::format("not copied, because they are not signed with LARDER_STORE_KEY: {}", foreign));
  }
  if (done.unknown > 0) {
    context.shell.note(fmt::format(
        "not copied, because they depend on variables or files that are different here, or that "
        "only the other store can compare: {}. Use that store with --store-from",
        done.unknown));
  }
}

}  // namespace

ExitStatus store_export(const Context& context, const StoreExportOptions& options) {
  const auto request = named_store(context, options.store);
  std::optional<Names> used;
  if (options.used) used = used_in(context, options.target_dir);
  auto from = open_store(request, store::Access::Read);
  const auto place = path::join(context.directory, options.directory);
  auto to = store::open_beside(from, place, request.trusted, request.secret);
  std::size_t found = 0;
  std::size_t local = 0;
  const auto done = bring(context, from, to, [&](const auto& key, const auto& variant) {
    if (used && !used->contains({key, store::name_of(variant)})) return false;
    ++found;
    local += variant.is_local ? 1U : 0U;
    return !variant.is_local || !options.external_only;
  });
  tell(context, "Exported", "to " + place, done, from.foreign());
  if (local > 0 && !options.external_only) {
    context.shell.warning(
        fmt::format("{} of them are of local packages: whoever can read {} has these crates. Leave "
                    "them out with --external-only",
                    local, place));
  }
  if (used && found < used->size()) {
    context.shell.note(fmt::format(
        "{} used units were not found: they are no longer in the store, or in another store",
        used->size() - found));
  }
  return Exited{0};
}

ExitStatus store_import(const Context& context, const StoreImportOptions& options) {
  const auto request = named_store(context, options.store);
  const auto place = path::join(context.directory, options.directory);
  store::Store from(place, store::Access::Read, request.trusted, request.secret);
  auto to = store::open_beside(from, request.directory, request.trusted, request.secret);
  const auto done =
      bring(context, from, to, [](const std::string&, const store::Variant&) { return true; });
  tell(context, "Imported", "from " + place, done, from.foreign());
  if (store::bytes_of(to) > request.limits.bytes) (void)store::collect(to, request.limits);
  return Exited{0};
}

}  // namespace larder::commands
