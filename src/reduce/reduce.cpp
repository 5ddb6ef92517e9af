#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "graph/member_requests.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/manifest/profile.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/graph/local_units.hpp"
#include "larder/reduce/graph/selection.hpp"
#include "larder/reduce/skeleton.hpp"
#include "larder/reduce/tables/config_keys.hpp"
#include "merged/contexts.hpp"
#include "merged/request_manifests.hpp"
#include "tables/patched.hpp"
#include "tables/skeleton_frame.hpp"
#include "unmerged/patched_parts.hpp"
#include "unmerged/unmerged_command.hpp"

namespace larder::reduce {

namespace {

Error unsupported(const std::string& construct) {
  return {"unsupported", construct + " is not supported yet"};
}

/// Flags such as `--lib` also select targets of the external packages that `-p` names. The command
/// for the skeleton cannot pass them on, because the skeleton's crates have other targets.
void refuse_external_targets(const cargo::CommandLine& command, const cargo::Lockfile& lock,
                             const std::set<cargo::LockId>& externals) {
  if (externals.empty() || !command.names_targets()) return;
  throw unsupported(
      fmt::format("`-p {}`, an external package, together with flags that select targets",
                  lock.packages[*externals.begin()].name));
}

using Role = cargo::FlagRole;
/// Local packages that are treated as external: lock entry → package.
using Patched = std::map<cargo::LockId, cargo::LocalId>;

/// The subcommand that compiles the same units below the local packages.
std::string cook_subcommand(const cargo::CommandLine& command) {
  if (command.intent == cargo::Intent::Doc) return "check";
  if (command.subcommand == "rustc" || command.subcommand == "install") return "build";
  return command.subcommand;
}

/// The command that cook gives to cargo, before its selection and names are translated.
cargo::CommandLine cook_line(const cargo::CommandLine& command,
                             const cargo::TomlTable& stated_config) {
  auto line = command;
  line.subcommand = cook_subcommand(command);
  if (command.subcommand == "install") line.profile = command.profile_name();
  line.toolchain.clear();
  line.config = cargo::config_arguments(stated_config);
  // Cargo drops the lock entries that the skeleton does not need, which `--locked` would forbid.
  // `check_locked` checks the real lock file instead.
  cargo::clear_flags(line, {Role::Own, Role::Tests, Role::Manifest, Role::Lock, Role::Output});
  line.offline = command.offline || command.frozen;
  line.is_run = false;
  line.trailing.clear();
  line.no_run = command.runs_tests();
  return line;
}

cargo::CommandLine merged_line(cargo::CommandLine line, const ContextCrates& mapped,
                               const std::set<cargo::LocalId>& root_macros, bool root_is_patched) {
  cargo::clear_flags(line, {Role::Selection, Role::Features});
  line.all_targets = mapped.needs_all_targets;
  // Resolver 1 also resolves the current package, even if it is not selected.
  line.no_default_features = root_is_patched;
  if (root_macros.empty()) return line;
  // The skeleton's crates request the features of these proc-macros.
  line.no_default_features = true;
  if (!line.all_targets) return line;
  bool has_test = false;
  for (const auto& [name, crate] : mapped.crates) {
    const auto& shape = crate.shape;
    has_test = has_test || (shape.integration_test && shape.required.empty());
    // Cargo skips a target whose `required-features` are off only if the command does not name it.
    if (!shape.integration_test || shape.required.empty()) continue;
    has_test = false;
    break;
  }
  if (!has_test) {
    throw unsupported(
        "building a proc-macro that external packages depend on, together with tests that require "
        "features or have another panic strategy,");
  }
  // This selects all targets except the unit tests of the proc-macros, which are local units.
  line.all_targets = false;
  line.lib = line.bins.all = true;
  line.tests.names = {"*-test"};
  return line;
}

/// A package ID specification that matches only this locked package.
std::string package_id(const cargo::Lockfile& lock, cargo::LockId index) {
  const auto& package = lock.packages[index];
  const auto id = package.name + "@" + package.version.str();
  const auto& same_name = lock.named(package.name);
  const auto same = std::count_if(same_name.begin(), same_name.end(), [&](cargo::LockId other) {
    return lock.packages[other].version == package.version;
  });
  return same == 1 || !package.source ? id : package.source->without_commit().text() + "#" + id;
}

/// Selects crates of the skeleton by name, and the external packages that the command names.
void add_selection(cargo::CommandLine& line, const cargo::Lockfile& lock,
                   const std::set<cargo::LockId>& externals,
                   const std::vector<std::string>& crates) {
  line.packages.insert(line.packages.end(), crates.begin(), crates.end());
  for (const auto index : externals) line.packages.push_back(package_id(lock, index));
}

/// What both forms of a skeleton are made from.
struct Plan {
  const ReductionInput& input;
  const cargo::Config& config;
  const Resolution& resolution;
  const CommandInput command_input;
  const LocalUnits& units;
  const std::set<cargo::LockId>& selected_externals;
  std::vector<std::string> profile_chain;
  /// External packages whose features can lead to something that is compiled.
  std::set<cargo::LockId> relevant;

  SkeletonFrame frame(std::set<cargo::LockId> kept) const {
    return {resolution, input.config, config, profile_chain, std::move(kept)};
  }
  cargo::CommandLine cook_line(const SkeletonFrame& frame) const {
    return reduce::cook_line(input.command, frame.reduced(input.stated_config));
  }
};

std::set<cargo::LockId> relevant_externals(const cargo::Lockfile& lock, const LocalUnits& units,
                                           const std::set<cargo::LockId>& selected) {
  auto asked_for = std::vector<cargo::LockId>(selected.begin(), selected.end());
  for (const auto& [edge, conditions] : units.edges().all()) {
    asked_for.push_back(edge.external);
    for (const auto& condition : conditions) {
      for (const auto& required : requirement(condition)) asked_for.push_back(required.external);
    }
  }
  return lock.dependents(lock.closure(asked_for));
}

std::set<cargo::LockId> merged_externals(const Plan& plan) {
  auto out = plan.selected_externals;
  for (const auto& [contribution, conditions] : plan.command_input.features.contributions().all()) {
    if (plan.relevant.contains(contribution.external)) out.insert(contribution.external);
  }
  for (const auto& [edge, conditions] : plan.units.edges().all()) out.insert(edge.external);
  return out;
}

void merge(const Plan& plan, const ContextCrates& mapped, const std::set<cargo::LockId>& externals,
           const SkeletonFrame& frame, Reduction& out) {
  const auto& roots = plan.units.root_macros();
  CrateWriter writer(plan.resolution, externals, roots);
  out.skeleton = frame.around([&] { return writer.write(mapped.crates, frame.root()); },
                              [&] { return frame.lock_file(); }, plan.input.toolchain);
  out.notes = frame.notes();
  out.patched = patched_packages(plan.resolution);
  check_places(plan.resolution, out.patched, out.skeleton.manifests);
  out.cook_line = merged_line(plan.cook_line(frame), mapped, roots,
                              plan.resolution.old_resolver() && root_is_patched(plan.resolution));
  if (!plan.selected_externals.empty()) {
    add_selection(out.cook_line, plan.input.lock, plan.selected_externals, writer.selected());
  }
}

std::set<cargo::LockId> unmerged_externals(const Plan& plan, const UnmergedCrates& crates) {
  auto out = externals_of(plan.resolution, crates);
  out.insert(plan.selected_externals.begin(), plan.selected_externals.end());
  return out;
}

/// Returns false if external packages of the unmerged crates depend on more local packages. These
/// are then added to `patched`.
bool reduce_unmerged(const Plan& plan, Patched& patched, Reduction& out) {
  if (plan.input.command.doc) throw unsupported("`--doc` together with " + out.unmerged_reason);
  const auto crates = unmerged_crates(plan.command_input);
  const auto frame = plan.frame(cargo::compiled_closure(plan.input.workspace, plan.input.lock,
                                                        unmerged_externals(plan, crates)));
  const auto needed = patched_among(plan.input.workspace, plan.input.lock, frame.kept());
  if (!std::includes(patched.begin(), patched.end(), needed.begin(), needed.end())) {
    patched.insert(needed.begin(), needed.end());
    return false;
  }
  out.skeleton = frame.around([&] { return write_unmerged(plan.resolution, crates, frame.root()); },
                              [&] { return frame.lock_file(); }, plan.input.toolchain);
  out.notes = frame.notes();
  out.notes.inexact = inexact_parts(plan.command_input);
  out.patched = patched_packages(plan.resolution);
  check_places(plan.resolution, out.patched, out.skeleton.manifests);
  out.cook_line = unmerged_line(plan.command_input, crates, plan.cook_line(frame));
  add_selection(out.cook_line, plan.input.lock, plan.selected_externals, {});
  return true;
}

}  // namespace

Assumptions assumptions_of(const cargo::CommandLine& command, const cargo::Profiles& profiles,
                           const cargo::Config& config, const Environment& environment) {
  Assumptions out;
  const auto profile = command.profile_name();
  out.lto = profiles.lto(profile) == cargo::Lto::AcrossCrates;
  out.panic_abort = profiles.aborts_on_panic(profile);
  out.targets = command.targets.size();
  if (out.targets > 0) return out;
  if (const auto target = config.find({"build", "target"}))
    out.targets = target->value().array() != nullptr ? target->as_array().size() : 1;
  // The variable replaces `build.target` by one target. Whether there is one or none makes no
  // difference: only several matter.
  if (environment.get("CARGO_BUILD_TARGET")) out.targets = std::min<std::size_t>(out.targets, 1);
  return out;
}

namespace {

/// Reduces with the packages in `patched` treated as external. Returns nothing if more of them are
/// needed, or if they were only `assumed` and none is needed. `patched` is then corrected for the
/// next attempt.
std::optional<Reduction> try_reduce(const ReductionInput& input, Patched& patched, bool& assumed) {
  const auto& command = input.command;
  const auto selected = select_packages(input.workspace, input.lock, command);
  const auto selected_externals = select_externals(input.workspace, input.lock, command);
  const auto config = input.config.below(input.stated_config);
  const auto resolution =
      resolve_dependencies(input.workspace, input.lock, config, input.environment, patched);
  if (command.locked || command.frozen) check_locked(resolution);
  refuse_external_targets(command, input.lock, selected_externals);

  const auto profiles =
      cargo::Profiles(input.workspace.root_table("profile"), input.config.table("profile"))
          .with_environment(input.environment)
          .with_arguments(input.stated_config.table("profile"));
  Reduction out;
  out.assumptions = assumptions_of(command, profiles, config, input.environment);
  // If tests abort too, there is only one panic strategy.
  const bool two_strategies = out.assumptions.panic_abort && !command.tests_may_abort();
  const LocalFeatures features(resolution, command, selected);
  const auto lto = profiles.lto(command.profile_name());
  const LocalUnits units(resolution, command, features, selected, lto, two_strategies);
  const Plan plan{input,
                  config,
                  resolution,
                  {resolution, command, config, selected, features, units, lto, two_strategies},
                  units,
                  selected_externals,
                  profiles.chain(command.profile_name()),
                  relevant_externals(input.lock, units, selected_externals)};
  const auto externals = merged_externals(plan);
  const auto frame = plan.frame(cargo::compiled_closure(input.workspace, input.lock, externals));
  const auto needed = patched_among(input.workspace, input.lock, frame.kept());
  if (!std::includes(patched.begin(), patched.end(), needed.begin(), needed.end())) {
    patched.insert(needed.begin(), needed.end());
    return std::nullopt;
  }
  if (assumed && !patched.empty() && !external_needs_any(input.lock, frame.kept(), patched)) {
    patched.clear();
    assumed = false;
    return std::nullopt;
  }

  check_cargo_features(resolution, needed_packages(plan.command_input));
  const auto mapped = crates_for({features, units, resolution.old_resolver(), lto, two_strategies,
                                  command.compiles_tests(), plan.relevant});
  auto reasons = reasons_against_merging(plan.command_input, units, out.assumptions, frame.kept());
  if (!mapped.unmergeable.empty()) reasons.push_back(mapped.unmergeable);
  out.unmerged_reason = fmt::format("{}", fmt::join(reasons, "; "));
  if (input.unmerged || !out.unmerged_reason.empty()) {
    if (!reduce_unmerged(plan, patched, out)) return std::nullopt;
  } else {
    merge(plan, mapped, externals, frame, out);
  }
  if (input.whole_lock)
    out.requests =
        request_manifests(resolution, config, member_requests(resolution, features, command));
  return out;
}

}  // namespace

Reduction reduce(const ReductionInput& input) {
  refuse_feature_unification(input.command.unstable, input.config, input.stated_config,
                             input.environment);
  // An external package may turn on the `required-features` of a target, and may itself be needed
  // only for that target. So these packages are assumed to be patched at first.
  auto patched = assumed_patched(input.workspace, input.lock,
                                 select_packages(input.workspace, input.lock, input.command));
  bool assumed = true;
  while (true) {
    if (auto reduction = try_reduce(input, patched, assumed)) return *std::move(reduction);
  }
}

}  // namespace larder::reduce
