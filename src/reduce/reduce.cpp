#include <fmt/format.h>

#include <algorithm>

#include "carried.hpp"
#include "contexts.hpp"
#include "larder/cargo/patched.hpp"
#include "larder/cargo/profile.hpp"
#include "larder/reduce/local_units.hpp"
#include "larder/reduce/selection.hpp"
#include "larder/reduce/skeleton.hpp"
#include "root_tables.hpp"

namespace larder::reduce {

namespace {

Error unsupported(const std::string& construct) {
  return {"unsupported", construct + " is not handled yet"};
}

/// Constructs whose exact skeleton is not known here: an error, never a wrong skeleton.
void refuse_unsupported(const Resolution& resolution) {
  const auto& workspace = *resolution.workspace;
  const auto& manifest = *workspace.root_manifest;
  if (!workspace.root_table("replace").empty()) {
    throw unsupported("[replace]")
        .at(manifest.root().find("replace")->location())
        .hint("use [patch] instead");
  }
  if (const auto features = manifest.root().find("cargo-features")) {
    throw unsupported("`cargo-features`").at(features->location());
  }
  for (const auto& package : workspace.packages) {
    if (!package.cargo_features.empty())
      throw unsupported("`cargo-features`").in_file(package.manifest_path);
    for (const auto& dependency : package.dependencies) {
      if (dependency.artifact)
        throw unsupported("an artifact dependency").at(package.locate(dependency));
    }
  }
}

/// What is not known may change which units there are.
void refuse_unknown(const cargo::CommandLine& command, const cargo::Config& config) {
  if (!command.unknown.empty()) {
    throw unsupported(fmt::format("`{}` in the cargo command, whose effect on units is not known,",
                                  cargo::join_command(command.unknown)));
  }
  const auto unstable = config.find({"unstable"});
  if (!unstable) return;
  for (const auto& [name, value] : unstable->entries()) {
    if (cargo::leaves_units_alone(name)) continue;
    throw unsupported(fmt::format("`unstable.{}` in the config", name)).at(value.location());
  }
}

/// Flags that name targets would have to mean the targets of the external packages in the
/// skeleton as well.
void refuse_external_targets(const cargo::CommandLine& command, const cargo::Lockfile& lock,
                             const std::set<std::size_t>& externals) {
  if (externals.empty() || !command.names_targets()) return;
  throw unsupported(
      fmt::format("`-p {}`, an external package, together with flags that name targets,",
                  lock.packages[*externals.begin()].name));
}

/// The subcommand that compiles the same units below the local packages.
std::string cook_subcommand(const cargo::CommandLine& command) {
  if (command.intent == cargo::Intent::Doc) return "check";
  if (command.subcommand == "rustc" || command.subcommand == "install") return "build";
  return command.subcommand;
}

std::vector<std::string> cook_arguments(const cargo::CommandLine& command, bool needs_all_targets,
                                        const cargo::TomlTable& stated_config) {
  auto skeleton = command;
  skeleton.subcommand = cook_subcommand(command);
  if (command.subcommand == "install") skeleton.profile = command.profile_name();
  skeleton.toolchain.clear();
  skeleton.config = cargo::config_arguments(stated_config);
  skeleton.own.clear();
  skeleton.doc = skeleton.no_deps = false;
  skeleton.packages.clear();
  skeleton.exclude.clear();
  skeleton.workspace = skeleton.lib = false;
  skeleton.bins = skeleton.examples = skeleton.tests = skeleton.benches = {};
  skeleton.is_run = false;
  skeleton.features.clear();
  skeleton.all_features = skeleton.no_default_features = false;
  skeleton.all_targets = needs_all_targets;
  skeleton.manifest_path.reset();
  // Cargo drops the lock entries that the skeleton does not need; lockedness is checked by
  // ourselves.
  skeleton.offline = command.offline || command.frozen;
  skeleton.locked = skeleton.frozen = false;
  skeleton.trailing.clear();
  skeleton.no_run = command.intent == cargo::Intent::Test || command.intent == cargo::Intent::Bench;
  return skeleton.arguments();
}

/// Selects the skeleton's crates by name, and beside them the external packages that the command
/// names.
void add_selection(std::vector<std::string>& arguments, const cargo::Lockfile& lock,
                   const std::set<std::size_t>& externals, const std::vector<std::string>& crates) {
  for (const auto& crate : crates) arguments.insert(arguments.end(), {"-p", crate});
  for (const auto index : externals) {
    const auto& package = lock.packages[index];
    arguments.insert(arguments.end(), {"-p", package.name + "@" + package.version.str()});
  }
}

cargo::TomlTable root_tables(const ReductionInput& input, const Resolution& resolution,
                             const std::vector<std::string>& chain,
                             const std::set<std::size_t>& kept) {
  cargo::TomlTable out;
  auto profiles = reduce_profiles(input.workspace.root_table("profile"), chain, input.lock, kept);
  auto patches = reduce_patches(input.workspace.root_table("patch"), input.lock, kept);
  for (auto& [source, entries] :
       carried_patches(resolution, input.config.below(input.stated_config))) {
    auto& table = patches.try_emplace(source, cargo::TomlValue(cargo::TomlTable{})).first->second;
    table.table()->insert(entries.table()->begin(), entries.table()->end());
  }
  out.merge(carried_workspace_tables(resolution));
  if (!profiles.empty()) out.emplace("profile", cargo::TomlValue(std::move(profiles)));
  if (!patches.empty()) out.emplace("patch", cargo::TomlValue(std::move(patches)));
  return out;
}

}  // namespace

Assumptions assumptions_of(const cargo::CommandLine& command, const cargo::Profiles& profiles,
                           const cargo::Config& config) {
  Assumptions out;
  const auto profile = command.profile_name();
  out.lto = profiles.uses_lto(profile);
  out.panic_abort = profiles.aborts_on_panic(profile);
  out.targets = command.targets.size();
  if (out.targets == 0) {
    if (const auto target = config.find({"build", "target"})) {
      out.targets = target->value().array() != nullptr ? target->as_array().size() : 1;
    }
  }
  return out;
}

namespace {

using Carried = std::map<std::size_t, std::size_t>;

/// The reduction with these local packages taken for external ones; nothing, and all that are
/// needed in `carried`, where more of them are.
std::optional<Reduction> try_reduce(const ReductionInput& input, Carried& carried) {
  const auto& command = input.command;
  const auto selected = select_packages(input.workspace, input.lock, command);
  const auto selected_externals = select_externals(input.workspace, input.lock, command);
  const auto resolution = resolve_dependencies(input.workspace, input.lock, carried);
  const auto config = input.config.below(input.stated_config);
  if (command.locked || command.frozen) check_locked(resolution);
  refuse_unknown(command, config);
  refuse_external_targets(command, input.lock, selected_externals);
  refuse_unsupported(resolution);

  const cargo::Profiles profiles(input.workspace.root_table("profile"), config.table("profile"));
  Reduction out;
  out.assumptions = assumptions_of(command, profiles, config);
  // Where tests abort as well, there is one panic strategy.
  const bool two_strategies = out.assumptions.panic_abort && !command.tests_may_abort();
  const LocalFeatures features(resolution, command, selected);
  if (!features.unsound_dev_feature().empty()) {
    throw unsupported(
        "a feature of a development dependency that another local package turns on (" +
        features.unsound_dev_feature() + ")");
  }
  const LocalUnits units(resolution, command, features, selected, out.assumptions.lto,
                         two_strategies);
  if (out.assumptions.targets > 1 && units.has_conditional_local_edges()) {
    throw unsupported("more than one --target with a local dependency behind a platform condition");
  }
  const auto mapped = crates_for({features, units, resolution.old_resolver(), out.assumptions.lto,
                                  two_strategies, command.compiles_tests()});

  auto externals = selected_externals;
  for (const auto& [contribution, conditions] : features.contributions().all())
    externals.insert(contribution.external);
  for (const auto& [edge, conditions] : units.edges().all()) externals.insert(edge.external);
  const auto kept = cargo::compiled_closure(input.workspace, input.lock, externals);
  const auto needed = carried_among(input.workspace, input.lock, kept, selected);
  if (!std::includes(carried.begin(), carried.end(), needed.begin(), needed.end())) {
    carried.insert(needed.begin(), needed.end());
    return std::nullopt;
  }

  const auto chain = profiles.chain(command.profile_name());
  CrateWriter writer(resolution, externals);
  out.skeleton.manifests = writer.write(mapped.crates, root_tables(input, resolution, chain, kept));
  out.carried = carried_packages(resolution, out.skeleton.manifests);
  out.skeleton.lock_file = cargo::render_lockfile(input.lock, kept);
  const auto config_file = reduce_config(input.config, chain, input.lock, kept);
  if (!config_file.empty()) out.skeleton.config_file = cargo::toml_document(config_file);
  if (input.toolchain)
    out.skeleton.toolchain = ToolchainText{input.toolchain->name, input.toolchain->contents};
  out.cook_arguments = cook_arguments(command, mapped.needs_all_targets,
                                      reduce_config(input.stated_config, chain, input.lock, kept));
  if (!selected_externals.empty()) {
    add_selection(out.cook_arguments, input.lock, selected_externals, writer.selected());
  }
  return out;
}

}  // namespace

Reduction reduce(const ReductionInput& input) {
  Carried carried;
  for (;;) {
    if (auto reduction = try_reduce(input, carried)) return *std::move(reduction);
  }
}

}  // namespace larder::reduce
