#include <algorithm>

#include "larder/reduce/graph/local_features.hpp"

// `required-features` of targets: under which conditions cargo builds them.

namespace larder::reduce {

using cargo::DependencyKind;
using cargo::FeatureValue;

/// The conditions under which cargo finds a feature of an external package through one dependency
/// on it (cargo: `resolve_all_features`).
Conditions LocalFeatures::required_of_external(cargo::LocalId package, const Edge& edge,
                                               const std::string& feature) const {
  const auto& dependency = *edge.dependency;
  auto kind = TableKind::Dependencies;
  if (dependency.kind == DependencyKind::Build) kind = TableKind::BuildDependencies;
  if (dependency.kind == DependencyKind::Development) {
    if (!has_dev_units_) return {};
    kind = TableKind::DevDependencies;
  }
  Conditions out;
  for (const auto& condition : active(package, Side::Normal, dependency)) {
    const auto platform = all_parts(both(condition, edge.condition));
    absorb(out, {{false, {}, RequiredFeature{*edge.target.external(), feature, kind, platform}}});
  }
  return out;
}

/// Whether cargo's first resolution, which ignores platforms, has this edge, and the command has
/// units for it.
bool LocalFeatures::is_resolved(cargo::LocalId package, const Edge& edge) const {
  if (edge.dependency->kind == DependencyKind::Development && !has_dev_units_) return false;
  if (!edge.dependency->optional) return true;
  for (const auto side : {Side::Normal, Side::Host}) {
    if (!active(package, side, *edge.dependency).empty()) return true;
  }
  return false;
}

std::vector<LocalFeatures::Edge> LocalFeatures::resolved_local_edges(cargo::LocalId package) const {
  std::vector<Edge> out;
  for (const auto& edge : edges(package, Side::Normal)) {
    if (edge.target.local() && is_resolved(package, edge)) out.push_back(edge);
  }
  return out;
}

/// `dependency/feature` holds if any edge to that package applies, whether to the target or to the
/// host, and the feature is on for the side of that edge (cargo: `resolve_all_features`).
Conditions LocalFeatures::required_of_dependency(cargo::LocalId package,
                                                 const FeatureValue& value) const {
  Conditions out;
  for (const auto& edge : edges(package, Side::Normal)) {
    if (edge.dependency->key != value.dependency || !edge.target.external()) continue;
    for (const auto& one : required_of_external(package, edge, value.feature)) absorb(out, one);
  }
  for (const auto& edge : resolved_local_edges(package)) {
    if (edge.dependency->key != value.dependency) continue;
    const auto& holds = facts_.of({*edge.target.local(), edge.side, Kind::Feature, value.feature});
    for (const auto& one : holds) absorb(out, one);
  }
  return out;
}

bool LocalFeatures::requires_of_host(const std::set<cargo::LocalId>& packages) const {
  for (const auto package : packages) {
    for (const auto& target : resolution_.package(package).targets) {
      for (const auto& text : target.required_features) {
        const auto value = cargo::parse_feature_value(text);
        if (value.kind == FeatureValue::Kind::DependencyFeature && asks_host(package, value))
          return true;
      }
    }
  }
  return false;
}

bool LocalFeatures::asks_host(cargo::LocalId package, const FeatureValue& value) const {
  const auto resolved = resolved_local_edges(package);
  return std::any_of(resolved.begin(), resolved.end(), [&](const Edge& edge) {
    if (edge.dependency->key != value.dependency) return false;
    const auto& holds = facts_.of({*edge.target.local(), edge.side, Kind::Feature, value.feature});
    if (holds.empty()) return false;
    const bool anywhere = std::any_of(resolved.begin(), resolved.end(), [&](const Edge& other) {
      return other.target == edge.target && other.condition.empty();
    });
    return !anywhere || std::any_of(holds.begin(), holds.end(), [](const Condition& condition) {
      return target_parts(condition).size() != condition.size();
    });
  });
}

void LocalFeatures::add_asked_by_externals(cargo::LocalId package, const std::string& feature,
                                           Conditions& conditions) const {
  const auto entry = resolution_.patched_entry(package);
  if (!entry || !counted_patched_.contains(*entry)) return;
  absorb(conditions, {{false, {}, RequiredFeature{*entry, feature, TableKind::Dependencies, {}}}});
}

Conditions LocalFeatures::required(cargo::LocalId package, const cargo::Target& target) const {
  Conditions out = always;
  for (const auto& text : target.required_features) {
    const auto value = cargo::parse_feature_value(text);
    auto holds = value.kind == FeatureValue::Kind::DependencyFeature
                     ? required_of_dependency(package, value)
                     : facts_.of({package, Side::Normal, Kind::Feature, value.feature});
    if (value.kind == FeatureValue::Kind::Feature)
      add_asked_by_externals(package, value.feature, holds);
    Conditions joined;
    for (const auto& a : out) {
      for (const auto& b : holds) absorb(joined, both(a, b));
    }
    out = std::move(joined);
  }
  return out;
}

}  // namespace larder::reduce
