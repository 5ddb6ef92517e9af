#include "larder/reduce/graph/local_features.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace larder::reduce {

using cargo::Dependency;
using cargo::DependencyKind;
using cargo::FeatureValue;

namespace {
/// No feature can have this name.
const std::string command_line_feature =
    "\x01"
    "command line";

bool has_dependency(const cargo::Package& package, const std::string& key) {
  return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                     [&](const Dependency& dependency) { return dependency.key == key; });
}

bool has_optional(const cargo::Package& package, const std::string& key) {
  return std::any_of(
      package.dependencies.begin(), package.dependencies.end(),
      [&](const Dependency& dependency) { return dependency.key == key && dependency.optional; });
}
}  // namespace

LocalFeatures::LocalFeatures(const Resolution& resolution, const cargo::CommandLine& command,
                             const std::set<cargo::LocalId>& selected, bool only_sound)
    : resolution_(resolution), has_dev_units_(command.has_dev_units()), only_sound_(only_sound) {
  start(command, selected);
  while (!pending_.empty()) {
    const auto key = *pending_.begin();
    pending_.erase(pending_.begin());
    step(key);
  }
  if (unsound_.empty() || only_sound) return;
  const LocalFeatures sound(resolution, command, selected, true);
  if (same_dependencies(sound)) unsound_.clear();
}

/// Whether both turn on the same optional dependencies, and request the same features of each
/// external package. Packages without dependencies are ignored, because no feature can add one.
bool LocalFeatures::same_dependencies(const LocalFeatures& other) const {
  for (const auto& [key, conditions] : facts_.all()) {
    if (key.kind != Kind::Feature && other.facts_.of(key) != conditions) return false;
  }
  for (const auto& [contribution, conditions] : contributions_.all()) {
    const auto& external = resolution_.lock->packages[contribution.external];
    if (!external.dependencies.empty() && other.contributions_.of(contribution) != conditions)
      return false;
  }
  return true;
}

/// The packages that cargo starts its feature resolution from (`members_with_features`).
std::set<cargo::LocalId> LocalFeatures::counted_packages(const cargo::CommandLine& command,
                                                         const std::set<cargo::LocalId>& selected,
                                                         bool old_flags) const {
  const auto& workspace = *resolution_.workspace;
  auto counted = selected;
  if (old_flags) {
    // The current package is included even if it is not selected.
    counted.insert(*workspace.current_package);
  } else if (selected.empty() && !command.packages.empty()) {
    // Only external packages are named, and any member may depend on them.
    for (const auto i : workspace.member_ids()) counted.insert(i);
  }
  return counted;
}

void LocalFeatures::start(const cargo::CommandLine& command,
                          const std::set<cargo::LocalId>& selected) {
  const auto& workspace = *resolution_.workspace;
  const bool old = resolution_.old_resolver();
  // cargo: `Workspace::allows_new_cli_feature_behavior`.
  const bool old_flags = old && workspace.current_package;
  const auto counted = counted_packages(command, selected, old_flags);
  if (old || has_dev_units_) dev_packages_ = counted;
  for (const auto index : counted) {
    const auto& package = workspace.packages[index];
    const Name name{index, command_line_feature};
    set_values(name, values_[name], features_of_command(index, command, selected));
    close_root_features(index);
    if (const auto entry = resolution_.patched_entry(index)) {
      counted_patched_.insert(*entry);
      ask_patched(*entry, index, values_[name]);
    }
    // A selected proc-macro is on both sides: its tests and binaries are compiled for the target.
    std::vector<Side> sides{Side::Normal};
    if (!old && package.is_proc_macro()) sides.push_back(Side::Host);
    for (const auto side : sides) {
      add({index, side, Kind::Present, ""}, {});
      add({index, side, Kind::Feature, command_line_feature}, {});
    }
  }
}

/// For a package that is treated as external, requests the features of the command line of its
/// library too.
void LocalFeatures::ask_patched(cargo::LockId entry, cargo::LocalId index,
                                const std::vector<Value>& wanted) {
  const auto& package = resolution_.package(index);
  contributions_.add({entry, Side::Normal, ""}, {});
  for (const auto& [text, meaning] : wanted) {
    auto feature = text;
    if (meaning.kind != FeatureValue::Kind::Feature) {
      if (!has_optional(package, meaning.dependency)) continue;
      // A request can only turn on an optional dependency through its implicit feature.
      feature = meaning.dependency;
      if (meaning.weak || !package.features.contains(feature)) {
        throw Error("unsupported", fmt::format("`--features {}` for `{}`, a local package that "
                                               "external packages depend on, is not supported yet",
                                               text, package.name))
            .in_file(package.manifest_path)
            .hint("add a feature with this value to the package, and use that feature");
      }
    }
    contributions_.add({entry, Side::Normal, feature}, {});
  }
}

std::vector<std::string> LocalFeatures::features_of_command(
    cargo::LocalId index, const cargo::CommandLine& command,
    const std::set<cargo::LocalId>& selected) const {
  const auto& workspace = *resolution_.workspace;
  const auto& package = workspace.packages[index];
  // If there is a current package, resolver 1 applies feature flags only to it. The exception is
  // `MEMBER/FEATURE` for another selected member.
  const auto current =
      resolution_.old_resolver() ? workspace.current_package : std::optional<cargo::LocalId>();
  const bool flags_apply = !current || *current == index;
  std::vector<std::string> wanted;
  if (command.all_features) {
    for (const auto& [name, values] : package.features) wanted.push_back(name);
  } else if (!(command.no_default_features && flags_apply)) {
    wanted.emplace_back("default");
  }
  const auto names_other = [&](const std::string& name) {
    return std::any_of(selected.begin(), selected.end(), [&](cargo::LocalId other) {
      return other != *current && workspace.packages[other].name == name;
    });
  };
  for (const auto& text : command.features) {
    const auto value = cargo::parse_feature_value(text);
    if (value.kind == FeatureValue::Kind::Feature) {
      if (flags_apply && package.features.contains(text)) wanted.push_back(text);
    } else if (current && !names_other(value.dependency)) {
      if (flags_apply) wanted.push_back(text);
    } else if (!current && has_dependency(package, value.dependency)) {
      wanted.push_back(text);
    } else if (value.dependency == package.name) {
      wanted.push_back(value.feature);
    }
  }
  return wanted;
}

void LocalFeatures::close_root_features(cargo::LocalId package) {
  auto& closed = root_features_[package];
  std::vector<std::string> pending{command_line_feature};
  while (!pending.empty()) {
    const auto feature = pending.back();
    pending.pop_back();
    if (!closed.insert(feature).second) continue;
    for (const auto& value : values(package, feature)) {
      if (value.meaning.kind == FeatureValue::Kind::Feature) pending.push_back(value.text);
    }
  }
}

bool LocalFeatures::is_unsound(const Key& key, const Edge& edge) const {
  if (edge.dependency->kind != DependencyKind::Development) return false;
  const auto root = root_features_.find(key.package);
  return root == root_features_.end() || !root->second.contains(key.name);
}

void LocalFeatures::add(const Key& key, const Condition& condition) {
  if (!facts_.add(key, condition)) return;
  pending_.insert(key);
  // Revisit what was visited before this fact was known: weak features and, with resolver 1,
  // everything that depends on where the package is present.
  if (key.kind == Kind::OptionalDependency) revisit_weak(key);
  if (key.kind == Kind::Present && resolution_.old_resolver()) {
    revisit(key.package, key.side, Kind::Feature);
    revisit(key.package, key.side, Kind::OptionalDependency);
  }
}

void LocalFeatures::revisit(cargo::LocalId package, Side side, Kind kind) {
  const auto& all = facts_.all();
  for (auto it = all.lower_bound({package, side, kind, ""}); it != all.end(); ++it) {
    const auto& key = it->first;
    if (key.package != package || key.side != side || key.kind != kind) break;
    pending_.insert(key);
  }
}

void LocalFeatures::revisit_weak(const Key& optional) {
  const auto found = weak_.find({optional.package, optional.name});
  if (found == weak_.end()) return;
  for (const auto& feature : found->second) {
    const Key key{optional.package, optional.side, Kind::Feature, feature};
    if (!facts_.of(key).empty()) pending_.insert(key);
  }
}

const std::vector<LocalFeatures::Value>& LocalFeatures::values(cargo::LocalId package,
                                                               const std::string& feature) {
  const auto [entry, inserted] = values_.try_emplace({package, feature});
  if (!inserted) return entry->second;
  const auto& features = resolution_.package(package).features;
  if (const auto found = features.find(feature); found != features.end())
    set_values(entry->first, entry->second, found->second);
  return entry->second;
}

void LocalFeatures::set_values(const Name& name, std::vector<Value>& values,
                               const std::vector<std::string>& texts) {
  for (const auto& text : texts) {
    values.push_back({text, cargo::parse_feature_value(text)});
    const auto& meaning = values.back().meaning;
    if (meaning.weak) weak_[{name.first, meaning.dependency}].insert(name.second);
  }
}

const std::vector<LocalFeatures::Edge>& LocalFeatures::edges(cargo::LocalId package,
                                                             Side side) const {
  const auto [entry, inserted] = edges_.try_emplace({package, side});
  if (inserted) entry->second = make_edges(package, side);
  return entry->second;
}

std::vector<LocalFeatures::Edge> LocalFeatures::make_edges(cargo::LocalId package,
                                                           Side side) const {
  std::vector<Edge> out;
  const auto& dependencies = resolution_.package(package).dependencies;
  for (std::size_t i = 0; i < dependencies.size(); ++i) {
    const auto& dependency = dependencies[i];
    const auto& target = resolution_.dependencies[package][i];
    if (target.is_absent()) continue;
    if (dependency.kind == DependencyKind::Development && !dev_packages_.contains(package))
      continue;
    const bool for_build = dependency.kind == DependencyKind::Build;
    const auto* local = target.local();
    const bool macro = local != nullptr && resolution_.package(*local).is_proc_macro();
    auto below = side;
    if (resolution_.old_resolver()) {
      below = Side::Normal;
    } else if (for_build || macro) {
      below = Side::Host;
    }
    // Resolver 1 unifies across platforms, so it makes no difference whether a condition is about
    // the host or the target.
    const bool on_host = !resolution_.old_resolver() && (for_build || side == Side::Host);
    out.push_back({&dependency, target, below, condition_of(dependency.condition, on_host)});
  }
  return out;
}

void LocalFeatures::request(const Edge& edge, const Condition& condition,
                            std::span<const std::string> features, bool present) {
  auto side = edge.side;
  const auto* external = edge.target.external();
  if (external != nullptr) {
    contributions_.add({*external, side, ""}, condition);
    for (const auto& feature : features) contributions_.add({*external, side, feature}, condition);
    if (!counted_patched_.contains(*external)) return;
  }
  // What is requested of the library of a patched package also holds for its other targets.
  const auto package =
      external == nullptr ? *edge.target.local() : resolution_.patched.at(*external);
  const auto& described = resolution_.package(package);
  if (external != nullptr && described.is_proc_macro() && !resolution_.old_resolver())
    side = Side::Host;
  if (present) add({package, side, Kind::Present, ""}, condition);
  for (const auto& feature : features) {
    if (!described.features.contains(feature)) continue;
    // Resolver 1 ignores platforms when it unifies features.
    add({package, side, Kind::Feature, feature},
        resolution_.old_resolver() ? Condition{} : condition);
  }
}

void LocalFeatures::request_with_its_features(const Edge& edge, const Condition& condition) {
  static const std::string default_feature = "default";
  const auto own = both(condition, edge.condition);
  request(edge, own, edge.dependency->features, true);
  if (edge.dependency->default_features) request(edge, own, {&default_feature, 1}, false);
}

void LocalFeatures::feature_value(const Key& key, const Value& value, const Condition& condition) {
  const auto& meaning = value.meaning;
  switch (meaning.kind) {
    case FeatureValue::Kind::Dependency:
      add({key.package, key.side, Kind::OptionalDependency, meaning.dependency}, condition);
      break;
    case FeatureValue::Kind::DependencyFeature:
      dependency_feature(key, meaning, condition);
      break;
    case FeatureValue::Kind::Feature:
      if (resolution_.package(key.package).features.contains(value.text)) {
        add({key.package, key.side, Kind::Feature, value.text}, condition);
      }
      break;
  }
}

void LocalFeatures::dependency_feature(const Key& key, const FeatureValue& value,
                                       const Condition& condition) {
  const auto& package = resolution_.package(key.package);
  for (const auto& edge : edges(key.package, key.side)) {
    if (edge.dependency->key != value.dependency) continue;
    if (is_unsound(key, edge)) {
      unsound_ = package.name + "/" + key.name + " -> " + value.dependency + "/" + value.feature;
      if (only_sound_) continue;
    }
    Conditions switched_on = always;
    if (edge.dependency->optional) {
      const Key optional{key.package, key.side, Kind::OptionalDependency, value.dependency};
      if (value.weak) {
        switched_on = facts_.of(optional);
      } else {
        // Resolvers 2 and 3 ignore dependencies for other platforms here.
        const auto seen = resolution_.old_resolver() ? condition : both(condition, edge.condition);
        add(optional, seen);
        if (package.features.contains(value.dependency)) {
          add({key.package, key.side, Kind::Feature, value.dependency}, seen);
        }
      }
    }
    // With resolver 1 the feature itself is unconditional, but the package must be present.
    const auto holds = resolution_.old_resolver()
                           ? facts_.of({key.package, key.side, Kind::Present, ""})
                           : Conditions{condition};
    for (const auto& one : holds) {
      for (const auto& other : switched_on) {
        request(edge, both(both(one, other), edge.condition), {&value.feature, 1}, false);
      }
    }
  }
}

/// Cargo would choose a version each time it runs the command, and not always the same one.
void LocalFeatures::refuse_unlocked(const Key& optional) const {
  const auto& package = resolution_.package(optional.package);
  for (std::size_t i = 0; i < package.dependencies.size(); ++i) {
    const auto& dependency = package.dependencies[i];
    const auto& target = resolution_.dependencies[optional.package][i];
    if (dependency.key != optional.name || dependency.kind == DependencyKind::Development ||
        !target.is_absent())
      continue;
    throw Error("lock-outdated",
                fmt::format("`{}`, an optional dependency of `{}` that the command enables, is "
                            "not in Cargo.lock",
                            dependency.key, package.name))
        .in_file(package.manifest_path)
        .hint(
            "cargo only locks what members can enable: add a feature that enables it to a member");
  }
}

void LocalFeatures::step(const Key& key) {
  auto conditions = facts_.of(key);
  if (key.kind == Kind::Feature) {
    for (const auto& value : values(key.package, key.name)) {
      for (const auto& condition : conditions) feature_value(key, value, condition);
    }
    return;
  }
  const bool optional = key.kind == Kind::OptionalDependency;
  if (optional) refuse_unlocked(key);
  if (optional && resolution_.old_resolver())
    conditions = facts_.of({key.package, key.side, Kind::Present, ""});
  for (const auto& edge : edges(key.package, key.side)) {
    if (edge.dependency->optional != optional || (optional && edge.dependency->key != key.name))
      continue;
    for (const auto& condition : conditions) request_with_its_features(edge, condition);
  }
}

const Conditions& LocalFeatures::active(cargo::LocalId package, Side side,
                                        const Dependency& dependency) const {
  if (!dependency.optional) return always;
  return facts_.of({package, side, Kind::OptionalDependency, dependency.key});
}

std::map<cargo::LocalId, std::vector<std::string>> LocalFeatures::stated() const {
  std::map<cargo::LocalId, std::vector<std::string>> out;
  for (const auto& [package, closed] : root_features_) {
    auto& texts = out[package];
    for (const auto& value : values_.at({package, command_line_feature}))
      texts.push_back(value.text);
  }
  return out;
}

bool LocalFeatures::has_conditional_features() const {
  return std::any_of(facts_.all().begin(), facts_.all().end(), [](const auto& fact) {
    return fact.first.kind == Kind::Feature && fact.second != always;
  });
}

}  // namespace larder::reduce
