#include "patched_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace larder::reduce {

using cargo::DependencyKind;
using cargo::FeatureValue;
using cargo::Package;
using cargo::TargetKind;

std::vector<CratePart> patched_parts(const CommandInput& input, cargo::LocalId package) {
  std::vector<CratePart> out{CratePart::Targets};
  if (!input.selected.contains(package)) return out;
  out.push_back(CratePart::Tests);
  if (input.units.root_libraries().contains(package)) out.push_back(CratePart::Request);
  return out;
}

bool is_of_part(const cargo::Target& target, CratePart part) {
  if (part == CratePart::Package) return true;
  return part != CratePart::Request &&
         (target.kind == TargetKind::Lib) == (part == CratePart::Tests);
}

std::string own_key(const Resolution& resolution, cargo::LocalId package,
                    const std::string& prefix) {
  const auto& dependencies = resolution.package(package).dependencies;
  const Resolved own = *resolution.patched_entry(package);
  for (std::size_t i = 0; i < dependencies.size(); ++i) {
    // If the package already depends on itself, cargo refuses a second key for it.
    if (resolution.dependencies[package][i] == own) return dependencies[i].key;
  }
  return prefix + "own";
}

namespace {

/// The features and optional dependencies that the command itself turns on, whatever other packages
/// request.
class OwnFeatures {
 public:
  OwnFeatures(const CommandInput& input, cargo::LocalId index)
      : package_(input.resolution.package(index)) {
    for (const auto& text :
         input.features.features_of_command(index, input.command, input.selected))
      add(text);
  }

  bool has(const std::string& feature) const { return features_.contains(feature); }
  bool has_all_optional() const {
    return std::all_of(package_.dependencies.begin(), package_.dependencies.end(),
                       [&](const auto& dependency) {
                         return !dependency.optional || dependencies_.contains(dependency.key);
                       });
  }
  bool has_dependency(const std::string& key) const { return dependencies_.contains(key); }

 private:
  void add(const std::string& text) {
    const auto value = cargo::parse_feature_value(text);
    if (value.kind != FeatureValue::Kind::Feature) {
      if (!value.weak) dependencies_.insert(value.dependency);
      if (value.weak || value.kind == FeatureValue::Kind::Dependency) return;
    }
    const auto& name = value.kind == FeatureValue::Kind::Feature ? text : value.dependency;
    const auto found = package_.features.find(name);
    if (found == package_.features.end() || !features_.insert(name).second) return;
    for (const auto& next : found->second) add(next);
  }

  const Package& package_;
  std::set<std::string> features_;
  std::set<std::string> dependencies_;
};

bool is_for_development_alone(const Package& package, const std::string& key) {
  bool found = false;
  for (const auto& dependency : package.dependencies) {
    if (dependency.key != key) continue;
    if (dependency.kind != DependencyKind::Development) return false;
    found = true;
  }
  return found;
}

/// A feature that only other packages may turn on, and that requests a feature of a development
/// dependency. Null if there is none.
const std::string* feature_of_development(const Package& package, const OwnFeatures& own) {
  for (const auto& [name, values] : package.features) {
    if (own.has(name)) continue;
    for (const auto& text : values) {
      const auto value = cargo::parse_feature_value(text);
      if (value.kind == FeatureValue::Kind::DependencyFeature &&
          is_for_development_alone(package, value.dependency))
        return &name;
    }
  }
  return nullptr;
}

/// Whether a target requires a feature of an optional dependency that only other packages may turn
/// on.
bool requires_of_optional(const Package& package, const OwnFeatures& own) {
  const auto is_optional = [&](const std::string& key) {
    return std::any_of(
        package.dependencies.begin(), package.dependencies.end(),
        [&](const auto& dependency) { return dependency.key == key && dependency.optional; });
  };
  for (const auto& target : package.targets) {
    for (const auto& text : target.required_features) {
      const auto value = cargo::parse_feature_value(text);
      if (value.kind != FeatureValue::Kind::Feature && is_optional(value.dependency) &&
          !own.has_dependency(value.dependency))
        return true;
    }
  }
  return false;
}

/// Whether `build` or `check` compiles the library's unit tests, but no other tests of the package.
/// Then the unit tests unwind on panic, and the library itself does not.
bool tests_library_alone(const cargo::CommandLine& command, const Package& package) {
  if (command.runs_tests()) return false;
  const auto has_other = [&](bool cargo::Target::*flag) {
    return std::any_of(package.targets.begin(), package.targets.end(), [&](const auto& target) {
      return target.kind != TargetKind::Lib && target.kind != TargetKind::BuildScript &&
             target.*flag && target.required_features.empty();
    });
  };
  const auto& library = *package.lib();
  return (command.filter(TargetKind::Test).all && library.test &&
          !has_other(&cargo::Target::test)) ||
         (command.filter(TargetKind::Bench).all && library.bench &&
          !has_other(&cargo::Target::bench));
}

/// Whether an optional dependency that other packages turn on can be compiled in another way for
/// the package's other targets and unit tests than for its library.
bool has_other_contexts(const CommandInput& input, const Package& package) {
  if (package.is_proc_macro()) return true;
  const auto& types = package.lib()->crate_types;
  const bool plain = std::all_of(types.begin(), types.end(),
                                 [](const auto& type) { return type == "lib" || type == "rlib"; });
  return (input.two_strategies && tests_library_alone(input.command, package)) ||
         (input.lto != cargo::Lto::Local && !plain);
}

/// Whether the package is a proc-macro that the command builds as a root. It then has another
/// profile than as a dependency.
bool is_root_macro(const CommandInput& input, cargo::LocalId index) {
  const bool testing = input.command.runs_tests();
  return !testing && input.resolution.package(index).is_proc_macro() &&
         input.units.root_libraries().contains(index);
}

/// Why the crates of a package would not be exact. Empty if they are.
std::string inexact(const CommandInput& input, cargo::LocalId index) {
  const auto& package = input.resolution.package(index);
  const OwnFeatures own(input, index);
  if (is_root_macro(input, index)) return "is a proc-macro";
  const auto* feature = feature_of_development(package, own);
  if (feature != nullptr && input.features.counts_dev_dependencies(index))
    return fmt::format("has a feature `{}` that enables one of a development dependency", *feature);
  if (requires_of_optional(package, own))
    return "has a target that requires a feature of an optional dependency";
  if (!own.has_all_optional() && has_other_contexts(input, package))
    return "has an optional dependency that is compiled differently for its tests";
  return "";
}

}  // namespace

std::map<std::string, std::string> inexact_parts(const CommandInput& input) {
  std::map<std::string, std::string> out;
  for (const auto& [entry, index] : input.resolution.patched) {
    if (!needed_packages(input).contains(index)) continue;
    const auto& package = input.resolution.package(index);
    auto reason = inexact(input, index);
    if (!reason.empty()) out.emplace(package.name, std::move(reason));
  }
  return out;
}

}  // namespace larder::reduce
