#include "member_requests.hpp"

namespace larder::reduce {

using cargo::Dependency;
using cargo::DependencyKind;
using cargo::FeatureValue;

namespace {

class MemberRequests {
 public:
  MemberRequests(const Resolution& resolution, const LocalFeatures& features,
                 const cargo::CommandLine& command)
      : resolution_(resolution),
        stated_(features.stated()),
        has_dev_units_(command.has_dev_units()) {}

  Tables run() {
    for (const auto& [package, features] : stated_) present_.add({package, true}, {});
    // This ends, because rounds only add, and only what the manifests contain.
    do {
      changed_ = false;
      const auto present = present_.all();
      for (const auto& [place, conditions] : present) visit(place.first);
    } while (changed_);
    Tables out;
    for (const auto& [place, conditions] : external_.all()) {
      const auto& [external, downloaded] = place;
      const auto kind = downloaded ? TableKind::Dependencies : TableKind::DevDependencies;
      for (const auto& condition : conditions)
        out[{kind, all_parts(condition)}][external] = asked_.at(external);
    }
    return out;
  }

 private:
  using Names = std::set<std::string>;
  /// A package, and whether it is reached without development dependencies that are not built.
  template <typename Id>
  using Place = std::pair<Id, bool>;

  void insert(Names& names, const std::string& name) {
    if (names.insert(name).second) changed_ = true;
  }
  template <typename Id>
  void add(Facts<Place<Id>>& facts, const Place<Id>& place, const Condition& condition) {
    if (facts.add(place, condition)) changed_ = true;
  }

  void visit(cargo::LocalId index) {
    const auto& package = resolution_.package(index);
    if (const auto stated = stated_.find(index); stated != stated_.end()) {
      for (const auto& text : stated->second) switch_on(index, text);
    }
    const auto features = features_[index];
    for (const auto& feature : features) {
      const auto values = package.features.find(feature);
      if (values == package.features.end()) continue;
      for (const auto& text : values->second) switch_on(index, text);
    }
    for (std::size_t i = 0; i < package.dependencies.size(); ++i) {
      if (is_on(index, i)) follow(index, i);
    }
  }

  bool is_on(cargo::LocalId index, std::size_t position) const {
    const auto& dependency = resolution_.package(index).dependencies[position];
    if (resolution_.dependencies[index][position].is_absent()) return false;
    if (dependency.kind == DependencyKind::Development && !stated_.contains(index)) return false;
    const auto optional = optional_.find(index);
    return !dependency.optional ||
           (optional != optional_.end() && optional->second.contains(dependency.key));
  }

  /// `text` is a value of a feature, or a feature from the command line.
  void switch_on(cargo::LocalId index, const std::string& text) {
    const auto& package = resolution_.package(index);
    const auto value = cargo::parse_feature_value(text);
    if (value.kind == FeatureValue::Kind::Feature) {
      if (package.features.contains(text)) insert(features_[index], text);
      return;
    }
    if (value.kind == FeatureValue::Kind::Dependency) {
      insert(optional_[index], value.dependency);
      return;
    }
    for (std::size_t i = 0; i < package.dependencies.size(); ++i) {
      const auto& dependency = package.dependencies[i];
      if (dependency.key != value.dependency) continue;
      if (dependency.optional && !value.weak) {
        insert(optional_[index], dependency.key);
        if (package.features.contains(dependency.key)) insert(features_[index], dependency.key);
      }
      if (is_on(index, i)) ask(resolution_.dependencies[index][i], value.feature);
    }
  }

  void ask(const Resolved& target, const std::string& feature) {
    const auto* local = target.local();
    insert(local != nullptr ? features_[*local] : asked_[*target.external()], feature);
  }

  void follow(cargo::LocalId index, std::size_t position) {
    const auto& dependency = resolution_.package(index).dependencies[position];
    const auto& target = resolution_.dependencies[index][position];
    for (const auto& feature : dependency.features) ask(target, feature);
    if (dependency.default_features) ask(target, "default");
    if (const auto* local = target.local()) {
      reach(present_, *local, index, dependency);
    } else {
      asked_.try_emplace(*target.external());
      reach(external_, *target.external(), index, dependency);
    }
  }

  /// Adds what a dependency of the package `index` leads to.
  template <typename Id>
  void reach(Facts<Place<Id>>& facts, Id target, cargo::LocalId index,
             const Dependency& dependency) {
    const bool built = dependency.kind != DependencyKind::Development || has_dev_units_;
    for (const bool reached : {true, false}) {
      const auto conditions = present_.of({index, reached});
      for (const auto& condition : conditions)
        add(facts, Place<Id>{target, reached && built},
            both(condition, condition_of(dependency.condition, false)));
    }
  }

  const Resolution& resolution_;
  const std::map<cargo::LocalId, std::vector<std::string>> stated_;
  bool has_dev_units_;
  std::map<cargo::LocalId, Names> features_;
  /// By package: the optional dependencies that are turned on.
  std::map<cargo::LocalId, Names> optional_;
  /// By external package: the requested features.
  std::map<cargo::LockId, Names> asked_;
  Facts<Place<cargo::LocalId>> present_;
  Facts<Place<cargo::LockId>> external_;
  bool changed_ = false;
};

}  // namespace

Tables member_requests(const Resolution& resolution, const LocalFeatures& features,
                       const cargo::CommandLine& command) {
  return MemberRequests(resolution, features, command).run();
}

}  // namespace larder::reduce
