#include <fmt/format.h>

#include <algorithm>

#include "contexts.hpp"
#include "fallback.hpp"
#include "larder/cargo/profile.hpp"
#include "larder/reduce/local_units.hpp"
#include "larder/reduce/selection.hpp"
#include "larder/reduce/skeleton.hpp"
#include "skeleton_frame.hpp"

namespace larder::reduce {

namespace {

Error unsupported(const std::string& construct) {
  return {"unsupported", construct + " is not handled yet"};
}

/// Constructs whose exact skeleton is not known here: an error, never a wrong skeleton.
void refuse_unsupported(const Resolution& resolution, const std::set<std::size_t>& selected) {
  const auto& workspace = *resolution.workspace;
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

/// The command as cook gives it to cargo, names not yet looked at.
cargo::CommandLine cook_line(cargo::CommandLine line) {
  line.toolchain.clear();
  line.manifest_path.reset();
  // Cargo drops the lock entries that the skeleton does not need; lockedness is checked by
  // ourselves.
  line.offline = line.offline || line.frozen;
  line.locked = line.frozen = false;
  line.trailing.clear();
  line.no_run = line.intent == cargo::Intent::Test || line.intent == cargo::Intent::Bench;
  return line;
}

std::vector<std::string> merged_arguments(cargo::CommandLine line, bool needs_all_targets) {
  line.packages.clear();
  line.exclude.clear();
  line.workspace = line.lib = false;
  line.bins = line.examples = line.tests = line.benches = {};
  line.features.clear();
  line.all_features = line.no_default_features = false;
  line.all_targets = needs_all_targets;
  return line.arguments();
}

std::string joined(const std::vector<std::string>& reasons) {
  std::string out;
  for (const auto& reason : reasons) out += (out.empty() ? "" : "; ") + reason;
  return out;
}

/// All that the two forms of a skeleton are made from.
struct Plan {
  const ReductionInput& input;
  const Resolution& resolution;
  const FallbackInput fallback;
  const LocalUnits& units;
  std::vector<std::string> profile_chain;
  /// External packages whose features can lead to something that is compiled.
  std::set<std::size_t> relevant;

  SkeletonFrame frame(const std::set<std::size_t>& externals) const {
    return {input.workspace, input.lock, input.config, profile_chain, externals};
  }
};

std::set<std::size_t> relevant_externals(const cargo::Lockfile& lock, const LocalUnits& units) {
  std::vector<std::size_t> asked_for;
  for (const auto& [edge, conditions] : units.edges().all()) asked_for.push_back(edge.external);
  return lock.dependents(lock.closure(asked_for));
}

std::set<std::size_t> merged_externals(const Plan& plan) {
  std::set<std::size_t> out;
  for (const auto& [contribution, conditions] : plan.fallback.features.contributions().all()) {
    if (plan.relevant.contains(contribution.external)) out.insert(contribution.external);
  }
  for (const auto& [edge, conditions] : plan.units.edges().all()) out.insert(edge.external);
  return out;
}

void merge(const Plan& plan, const std::set<std::size_t>& externals, const SkeletonFrame& frame,
           Reduction& out) {
  const auto& command = plan.input.command;
  const bool testing =
      command.intent == cargo::Intent::Test || command.intent == cargo::Intent::Bench;
  const auto mapped =
      crates_for({plan.fallback.features, plan.units, plan.resolution.old_resolver(),
                  out.assumptions.lto, out.assumptions.panic_abort, testing, plan.relevant});
  CrateWriter writer(plan.resolution, externals);
  out.skeleton = frame.around(writer.write(mapped.crates, frame.root()), plan.input.toolchain);
  out.cook_arguments = merged_arguments(cook_line(command), mapped.needs_all_targets);
}

void fall_back(const Plan& plan, Reduction& out) {
  const auto partition = fallback_partition(plan.fallback);
  const auto frame = plan.frame(externals_of(plan.resolution, partition));
  out.skeleton =
      frame.around(write_partition(plan.resolution, partition, frame.root()), plan.input.toolchain);
  out.cook_arguments = fallback_arguments(plan.fallback, partition, cook_line(plan.input.command));
}

}  // namespace

Assumptions assumptions_of(const cargo::CommandLine& command, const cargo::Profiles& profiles,
                           const cargo::Config& config, const Environment& environment) {
  Assumptions out;
  const auto profile = command.profile_name();
  out.lto = profiles.uses_lto(profile);
  out.panic_abort = profiles.aborts_on_panic(profile);
  out.targets = command.targets.size();
  if (out.targets > 0) return out;
  if (const auto target = config.find({"build", "target"}))
    out.targets = target->value().array() != nullptr ? target->as_array().size() : 1;
  // One target by the variable is nothing to record: only several are told apart.
  if (environment.get("CARGO_BUILD_TARGET")) out.targets = std::min<std::size_t>(out.targets, 1);
  return out;
}

Reduction reduce(const ReductionInput& input) {
  const auto& command = input.command;
  const auto selected = select_packages(input.workspace, command);
  const auto resolution = resolve_dependencies(input.workspace, input.lock);
  if (command.locked || command.frozen) check_locked(resolution);
  refuse_unsupported(resolution, selected);

  const auto profiles =
      cargo::Profiles(input.workspace.root_table("profile"), config_profiles(input.config))
          .with_environment(input.environment);
  Reduction out;
  out.assumptions = assumptions_of(command, profiles, input.config, input.environment);
  const LocalFeatures features(resolution, command, selected);
  const LocalUnits units(resolution, command, features, selected, out.assumptions.lto,
                         out.assumptions.panic_abort);
  const Plan plan{input,
                  resolution,
                  {resolution, command, selected, features},
                  units,
                  profiles.chain(command.profile_name()),
                  relevant_externals(input.lock, units)};
  const auto externals = merged_externals(plan);
  const auto frame = plan.frame(externals);
  check_cargo_features(resolution, needed_packages(plan.fallback));
  out.fallback_reason =
      joined(reasons_against_merging(plan.fallback, units, out.assumptions, frame.kept()));
  if (input.finest || !out.fallback_reason.empty()) {
    fall_back(plan, out);
  } else {
    merge(plan, externals, frame, out);
  }
  return out;
}

}  // namespace larder::reduce
