#include "unmerged_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../tables/manifest_text.hpp"
#include "../tables/patched.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "local_crate_text.hpp"
#include "patched_parts.hpp"

namespace larder::reduce {

using cargo::FeatureValue;
using cargo::Package;
using cargo::TargetKind;

namespace {

/// Resolver 1 also resolves the current package, even if it is not selected, and applies feature
/// flags only to it.
bool has_current_package(const Resolution& resolution) {
  return resolution.old_resolver() && resolution.workspace->current_package.has_value();
}

bool is_current(const Resolution& resolution, cargo::LocalId package) {
  return has_current_package(resolution) && *resolution.workspace->current_package == package;
}

bool is_artifact_dependency(const cargo::Dependency& dependency) {
  return dependency.artifact.has_value();
}

bool any_package(const Resolution& resolution, const std::set<cargo::LocalId>& packages,
                 auto&& condition) {
  return std::any_of(packages.begin(), packages.end(),
                     [&](cargo::LocalId index) { return condition(resolution.package(index)); });
}

bool has_artifact_dependency(const Package& package) {
  return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                     is_artifact_dependency);
}

bool has_cargo_feature(const std::vector<std::string>& features, std::string_view feature) {
  return std::find(features.begin(), features.end(), feature) != features.end();
}

std::vector<std::string> root_cargo_features(const Resolution& resolution) {
  return resolution.workspace->root_manifest->root().strings_at("cargo-features");
}

void check_known(const std::vector<std::string>& features, const std::string& manifest) {
  // These are stable by now, are about local packages only, or are reproduced in the skeleton.
  static const std::set<std::string_view> known{"alternative-registries",
                                                "codegen-backend",
                                                "default-run",
                                                "different-binary-name",
                                                "edition",
                                                "edition2021",
                                                "edition2024",
                                                "multiple-build-scripts",
                                                "named-profiles",
                                                "open-namespaces",
                                                "panic-immediate-abort",
                                                "path-bases",
                                                "per-package-target",
                                                "profile-overrides",
                                                "profile-rustflags",
                                                "public-dependency",
                                                "rename-dependency",
                                                "resolver",
                                                "rust-version",
                                                "strip",
                                                "test-dummy-stable",
                                                "test-dummy-unstable",
                                                "trim-paths",
                                                "unstable-editions",
                                                "workspace-inheritance"};
  for (const auto& feature : features) {
    if (known.contains(feature)) continue;
    throw Error("unsupported",
                fmt::format("`cargo-features = [\"{}\"]` is not supported yet", feature))
        .in_file(manifest);
  }
}

/// Whether development dependencies are included. An unknown flag may build tests.
bool has_development(const CommandInput& input, cargo::LocalId package) {
  return input.features.counts_dev_dependencies(package) ||
         (!input.command.unknown.empty() && input.selected.contains(package));
}

}  // namespace

std::set<cargo::LocalId> needed_packages(const CommandInput& input) {
  const auto& resolution = input.resolution;
  auto needed = input.selected;
  if (has_current_package(resolution)) needed.insert(*resolution.workspace->current_package);
  std::vector<cargo::LocalId> pending(needed.begin(), needed.end());
  while (!pending.empty()) {
    const auto index = pending.back();
    pending.pop_back();
    const auto& dependencies = resolution.package(index).dependencies;
    for (std::size_t i = 0; i < dependencies.size(); ++i) {
      const auto& target = resolution.dependencies[index][i];
      const bool idle = dependencies[i].kind == cargo::DependencyKind::Development &&
                        !has_development(input, index);
      const auto* local = target.local();
      if (local == nullptr || idle) continue;
      if (needed.insert(*local).second) pending.push_back(*local);
    }
  }
  return needed;
}

void check_cargo_features(const Resolution& resolution, const std::set<cargo::LocalId>& packages) {
  check_known(root_cargo_features(resolution), resolution.workspace->root_manifest->path());
  for (const auto index : packages) {
    const auto& package = resolution.package(index);
    check_known(package.cargo_features, package.manifest_path);
  }
}

namespace {

/// The first key of `[unstable]` in the config whose effect on units is not known; empty for none.
std::string unknown_unstable_key(const cargo::Config& config) {
  const auto unstable = config.find({"unstable"});
  if (!unstable) return "";
  for (const auto& [key, value] : unstable->entries()) {
    if (!cargo::leaves_units_alone(key)) return std::string(key);
  }
  return "";
}

}  // namespace

std::vector<std::string> reasons_against_merging(const CommandInput& input, const LocalUnits& units,
                                                 const Assumptions& assumptions,
                                                 const std::set<cargo::LockId>& kept) {
  const auto& resolution = input.resolution;
  const auto packages = needed_packages(input);
  std::vector<std::string> out;
  const auto add = [&](bool holds, const char* reason) {
    if (holds) out.emplace_back(reason);
  };
  add(!input.command.unknown.empty(), "a flag whose effect on units is not known");
  if (const auto key = unknown_unstable_key(input.config); !key.empty())
    out.push_back("`unstable." + key + "` in the config, whose effect on units is not known");
  const auto& replacements = resolution.workspace->root_table("replace");
  add(!reduce_replacements(replacements, *resolution.lock, kept).empty(),
      "[replace] of an external package");
  add(any_package(resolution, packages, has_artifact_dependency), "an artifact dependency");
  add(any_package(resolution, packages,
                  [](const Package& package) {
                    return has_cargo_feature(package.cargo_features, "per-package-target");
                  }),
      "cargo-features = [\"per-package-target\"]");
  add(has_cargo_feature(root_cargo_features(resolution), "panic-immediate-abort"),
      "cargo-features = [\"panic-immediate-abort\"]");
  add(!input.features.unsound_dev_feature().empty(),
      "a feature of a development dependency that another local package enables");
  add(input.features.requires_of_host(input.selected),
      "required-features that depend on the platform of the host");
  add(assumptions.targets > 1 &&
          (units.has_conditional_local_edges() || input.features.has_conditional_features()),
      "more than one --target and a platform condition between local packages or on a feature");
  add(units.has_joined_host_dylib(),
      "LTO, and both a dylib and a linked library below build scripts or proc-macros");
  return out;
}

// --- the crates -------------------------------------------------------------------------------

namespace {

/// Which targets of a package a command can build.
class TargetChoice {
 public:
  TargetChoice(const CommandInput& input, const std::set<cargo::LocalId>& packages)
      : input_(input),
        artifacts_(any_package(input.resolution, packages, has_artifact_dependency)) {}

  bool operator()(cargo::LocalId package, const cargo::Target& target) const {
    if (target.kind == TargetKind::Lib) return true;
    const bool selected = input_.selected.contains(package);
    if (target.kind == TargetKind::Bin) return selected || artifacts_;
    return selected && (input_.command.has_dev_units() || !input_.command.unknown.empty());
  }

 private:
  const CommandInput& input_;
  bool artifacts_;
};

std::vector<cargo::LocalId> in_order(const Resolution& resolution,
                                     const std::set<cargo::LocalId>& packages) {
  std::vector<cargo::LocalId> out(packages.begin(), packages.end());
  std::stable_sort(out.begin(), out.end(), [&](cargo::LocalId a, cargo::LocalId b) {
    const auto& left = resolution.package(a);
    const auto& right = resolution.package(b);
    return left.name != right.name ? left.name < right.name : left.version < right.version;
  });
  return out;
}

}  // namespace

UnmergedCrates unmerged_crates(const CommandInput& input) {
  const auto& resolution = input.resolution;
  const auto& lock = *resolution.lock;
  std::set<cargo::LockId> externals;
  for (const auto i : lock.packages.ids()) {
    if (!lock.packages[i].is_local()) externals.insert(i);
  }
  const auto prefix = crate_prefix(lock, externals);
  const auto packages = needed_packages(input);
  const TargetChoice is_built(input, packages);
  UnmergedCrates out;
  std::size_t count = 0;
  const auto next_crate = [&](cargo::LocalId index) {
    const auto number = fmt::format("{}", ++count);
    LocalCrate crate;
    crate.name = prefix + number;
    crate.directory = number;
    crate.development = has_development(input, index);
    return crate;
  };
  const auto targets = [&](cargo::LocalId index, const LocalCrate& crate) {
    return crate_targets(
        resolution.package(index),
        [&](const cargo::Target& target) {
          return is_of_part(target, crate.part) && is_built(index, target);
        },
        [&](const cargo::Target& target, std::size_t position) {
          return target.kind == TargetKind::Lib ? cargo::crate_name(crate.name)
                                                : fmt::format("{}-{}", crate.name, position);
        },
        crate.part == CratePart::Package);
  };
  for (const auto index : in_order(resolution, packages)) {
    if (resolution.patched_entry(index)) {
      auto& parts = out.of_patched[index];
      for (const auto part : patched_parts(input, index)) {
        auto crate = next_crate(index);
        crate.part = part;
        crate.own_key = own_key(resolution, index, prefix);
        crate.without_default = part != CratePart::Targets && is_current(resolution, index) &&
                                input.command.no_default_features;
        crate.targets = targets(index, crate);
        parts.push_back(std::move(crate));
      }
      continue;
    }
    auto crate = next_crate(index);
    crate.targets = targets(index, crate);
    out.by_package.emplace(index, std::move(crate));
  }
  if (root_is_patched(resolution))
    out.patched_root = patched_manifest(resolution, *resolution.workspace->root_package);
  return out;
}

// --- the arguments -------------------------------------------------------------------------------

namespace {

class Renamer {
 public:
  Renamer(const CommandInput& input, const UnmergedCrates& crates)
      : input_(input), crates_(crates) {}

  void rename_targets(TargetKind kind, cargo::KindFilter& filter) const {
    std::vector<std::string> names;
    for_selected([&](cargo::LocalId, const LocalCrate& crate) {
      for (const auto& [target, name, file] : crate.targets) {
        const cargo::KindFilter named{false, filter.names};
        if (target->kind == kind && named.selects(target->name)) names.push_back(name);
      }
    });
    std::sort(names.begin(), names.end());
    filter.names = std::move(names);
  }

  /// `package/feature` can also name a dependency (cargo: core/workspace.rs,
  /// `members_with_features`).
  std::vector<std::string> feature(const std::string& text) const {
    const auto value = cargo::parse_feature_value(text);
    std::vector<std::string> out;
    if (value.kind == FeatureValue::Kind::Feature) {
      out.push_back(text);
    }
    for_selected([&](cargo::LocalId index, const LocalCrate& crate) {
      const auto& package = input_.resolution.package(index);
      if (value.kind == FeatureValue::Kind::Feature) {
        if (is_beside_current(index, crate) && package.features.contains(text))
          out.push_back(crate.name + "/" + text);
      } else if (package.name == value.dependency && names_package(index, value.dependency)) {
        out.push_back(crate.name + "/" + value.feature);
      }
    });
    if (value.kind == FeatureValue::Kind::Feature) return out;
    const bool counts = out.empty() || is_dependency(value.dependency);
    if (counts && !is_left_out(value.dependency)) out.push_back(text);
    if (has_beside(value.dependency)) out.push_back(key_beside(text));
    return out;
  }

  template <typename Visit>
  void for_selected(Visit visit) const {
    for_crates(crates_, [&](cargo::LocalId index, const LocalCrate& crate) {
      if (input_.selected.contains(index)) visit(index, crate);
    });
  }

 private:
  /// Whether this is a crate of the current package, but not the current one.
  bool is_beside_current(cargo::LocalId index, const LocalCrate& crate) const {
    return crate.part == CratePart::Tests && is_current(input_.resolution, index);
  }
  bool names_package(cargo::LocalId index, const std::string& name) const {
    if (has_current_package(input_.resolution))
      return index != *input_.resolution.workspace->current_package;
    return !has_dependency(index, name);
  }
  /// Whether a selected package has a second dependency beside this one.
  bool has_beside(const std::string& key) const {
    const auto& resolution = input_.resolution;
    for (const auto index : input_.selected) {
      const auto& dependencies = resolution.package(index).dependencies;
      for (std::size_t i = 0; i < dependencies.size() && !crates_.of_patched.contains(index); ++i) {
        const auto* external = resolution.dependencies[index][i].external();
        if (dependencies[i].key != key || external == nullptr) continue;
        const auto patched = resolution.patched.find(*external);
        if (patched != resolution.patched.end() && tests_of(crates_, patched->second) != nullptr)
          return true;
      }
    }
    return false;
  }
  bool is_dependency(const std::string& name) const {
    if (has_current_package(input_.resolution)) return false;
    return std::any_of(input_.selected.begin(), input_.selected.end(),
                       [&](cargo::LocalId index) { return has_dependency(index, name); });
  }
  /// Whether only development dependencies have this key, which the skeleton does not have.
  bool is_left_out(const std::string& key) const {
    bool found = false;
    bool kept = false;
    for_selected([&](cargo::LocalId index, const LocalCrate& crate) {
      for (const auto& dependency : input_.resolution.package(index).dependencies) {
        if (dependency.key != key) continue;
        found = true;
        kept = kept || crate.includes(dependency.kind);
      }
    });
    return found && !kept;
  }
  bool has_dependency(cargo::LocalId index, const std::string& key) const {
    const auto& dependencies = input_.resolution.package(index).dependencies;
    return std::any_of(dependencies.begin(), dependencies.end(),
                       [&](const auto& dependency) { return dependency.key == key; });
  }

  const CommandInput& input_;
  const UnmergedCrates& crates_;
};

}  // namespace

cargo::CommandLine unmerged_line(const CommandInput& input, const UnmergedCrates& crates,
                                 cargo::CommandLine line) {
  const Renamer renamer(input, crates);
  line.workspace = false;
  line.exclude.clear();
  line.packages.clear();
  renamer.for_selected(
      [&](cargo::LocalId, const LocalCrate& crate) { line.packages.push_back(crate.name); });
  std::sort(line.packages.begin(), line.packages.end());
  renamer.rename_targets(TargetKind::Bin, line.bins);
  renamer.rename_targets(TargetKind::Example, line.examples);
  renamer.rename_targets(TargetKind::Test, line.tests);
  renamer.rename_targets(TargetKind::Bench, line.benches);
  line.features.clear();
  for (const auto& text : input.command.features) {
    for (auto& feature : renamer.feature(text)) line.features.push_back(std::move(feature));
  }
  std::sort(line.features.begin(), line.features.end());
  if (has_current_package(input.resolution)) {
    const auto current = *input.resolution.workspace->current_package;
    const auto parts = crates.of_patched.find(current);
    line.manifest_path =
        manifest_of(parts != crates.of_patched.end() ? parts->second.front().directory
                                                     : crates.by_package.at(current).directory);
  }
  return line;
}

}  // namespace larder::reduce
