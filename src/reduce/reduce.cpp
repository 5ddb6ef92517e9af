#include <fmt/format.h>

#include <algorithm>

#include "contexts.hpp"
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
void refuse_unsupported(const Resolution& resolution, const std::set<std::size_t>& selected) {
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
  for (const auto index : selected) {
    const auto& package = workspace.packages[index];
    for (const auto& target : package.targets) {
      for (const auto& text : target.required_features) {
        const auto value = cargo::parse_feature_value(text);
        if (value.kind != cargo::FeatureValue::Kind::DependencyFeature) continue;
        for (std::size_t d = 0; d < package.dependencies.size(); ++d) {
          if (package.dependencies[d].key == value.dependency &&
              resolution.dependencies[index][d].kind == Resolved::Kind::External) {
            throw unsupported(
                fmt::format(
                    "`required-features = [\"{}\"]` of target `{}`, which names a feature of an "
                    "external package,",
                    text, target.name))
                .in_file(package.manifest_path);
          }
        }
      }
    }
  }
}

void refuse_patched_locals(const cargo::Lockfile& lock, const std::set<std::size_t>& kept) {
  for (const auto index : kept) {
    const auto& package = lock.packages[index];
    if (!package.is_local()) continue;
    throw unsupported(
        fmt::format(
            "`{}`, a local package that external packages depend on (by [patch] to a path),",
            package.name))
        .at({lock.file, package.line, 1, ""});
  }
}

std::vector<std::string> cook_arguments(const cargo::CommandLine& command, bool needs_all_targets) {
  auto skeleton = command;
  skeleton.toolchain.clear();
  skeleton.packages.clear();
  skeleton.exclude.clear();
  skeleton.workspace = skeleton.lib = false;
  skeleton.bins = skeleton.examples = skeleton.tests = skeleton.benches = {};
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

cargo::TomlTable root_tables(const ReductionInput& input, const std::vector<std::string>& chain,
                             const std::set<std::size_t>& kept) {
  cargo::TomlTable out;
  auto profiles = reduce_profiles(input.workspace.root_table("profile"), chain, input.lock, kept);
  auto patches = reduce_patches(input.workspace.root_table("patch"), input.lock, kept);
  if (!profiles.empty()) out.emplace("profile", cargo::TomlValue(std::move(profiles)));
  if (!patches.empty()) out.emplace("patch", cargo::TomlValue(std::move(patches)));
  return out;
}

cargo::TomlTable config_profiles(const cargo::Config& config) {
  const auto merged = config.merged();
  const auto found = merged.find("profile");
  return found == merged.end() || found->second.table() == nullptr ? cargo::TomlTable{}
                                                                   : *found->second.table();
}

}  // namespace

Assumptions assumptions_of(const cargo::CommandLine& command, const cargo::Profiles& profiles,
                           const cargo::Config& config) {
  Assumptions out;
  const auto profile = command.profile_name();
  out.lto = profiles.lto(profile) == cargo::Lto::AcrossCrates;
  out.panic_abort = profiles.aborts_on_panic(profile);
  out.targets = command.targets.size();
  if (out.targets == 0) {
    if (const auto target = config.find({"build", "target"})) {
      out.targets = target->value().array() != nullptr ? target->as_array().size() : 1;
    }
  }
  return out;
}

Reduction reduce(const ReductionInput& input) {
  const auto& command = input.command;
  const auto selected = select_packages(input.workspace, command);
  const auto resolution = resolve_dependencies(input.workspace, input.lock);
  if (command.locked || command.frozen) check_locked(resolution);
  refuse_unsupported(resolution, selected);

  const cargo::Profiles profiles(input.workspace.root_table("profile"),
                                 config_profiles(input.config));
  Reduction out;
  out.assumptions = assumptions_of(command, profiles, input.config);
  const LocalFeatures features(resolution, command, selected);
  if (!features.unsound_dev_feature().empty()) {
    throw unsupported(
        "a feature of a development dependency that another local package turns on (" +
        features.unsound_dev_feature() + ")");
  }
  const auto lto = profiles.lto(command.profile_name());
  const LocalUnits units(resolution, command, features, selected, lto, out.assumptions.panic_abort);
  if (out.assumptions.targets > 1 &&
      (units.has_conditional_local_edges() || features.has_conditional_features())) {
    throw unsupported(
        "more than one --target with a local dependency or feature behind a platform condition");
  }
  const bool testing =
      command.intent == cargo::Intent::Test || command.intent == cargo::Intent::Bench;
  const auto mapped = crates_for(
      {features, units, resolution.old_resolver(), lto, out.assumptions.panic_abort, testing});
  if (!mapped.unsupported.empty()) throw unsupported(mapped.unsupported);

  std::set<std::size_t> externals;
  for (const auto& [contribution, conditions] : features.contributions().all())
    externals.insert(contribution.external);
  for (const auto& [edge, conditions] : units.edges().all()) externals.insert(edge.external);
  const auto kept = input.lock.closure({externals.begin(), externals.end()});
  refuse_patched_locals(input.lock, kept);

  const auto chain = profiles.chain(command.profile_name());
  out.skeleton.manifests =
      CrateWriter(resolution, externals).write(mapped.crates, root_tables(input, chain, kept));
  out.skeleton.lock_file = cargo::render_lockfile(input.lock, kept);
  out.skeleton.config_file = reduce_config(input.config, chain, input.lock, kept);
  if (input.toolchain)
    out.skeleton.toolchain = ToolchainText{input.toolchain->name, input.toolchain->contents};
  out.cook_arguments = cook_arguments(command, mapped.needs_all_targets);
  return out;
}

}  // namespace larder::reduce
