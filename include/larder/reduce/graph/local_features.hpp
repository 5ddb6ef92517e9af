#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/reduce/graph/condition.hpp"
#include "larder/reduce/graph/resolution.hpp"

namespace larder::reduce {

/// The side that cargo builds a package for, and so with which features: resolvers 2 and 3 keep
/// build scripts, proc-macros and their dependencies apart. Resolver 1 has only `Normal`.
enum class Side { Normal, Host };

/// A request for a feature of an external package. The empty feature requests the package alone.
struct Contribution {
  cargo::LockId external;
  Side side = Side::Normal;
  std::string feature;
  auto operator<=>(const Contribution&) const = default;
};

/// Cargo's feature resolution (core/resolver/features.rs) for the local packages. Each fact has the
/// conditions under which it holds. The features of external packages are left to cargo.
class LocalFeatures {
 public:
  LocalFeatures(const Resolution& resolution, const cargo::CommandLine& command,
                const std::set<cargo::LocalId>& selected)
      : LocalFeatures(resolution, command, selected, false) {}

  /// The conditions under which a dependency is on, apart from its own `[target]` condition.
  const Conditions& active(cargo::LocalId package, Side side,
                           const cargo::Dependency& dependency) const;
  /// The conditions under which the `required-features` of a target hold, as far as they depend on
  /// the target platform.
  Conditions required(cargo::LocalId package, const cargo::Target& target) const;
  /// For a local package that is treated as external: adds the cases in which cargo finds the
  /// feature on, since external packages may have requested it too.
  void add_asked_by_externals(cargo::LocalId package, const std::string& feature,
                              Conditions& conditions) const;
  /// Whether `required-features` of these packages depend on the host platform too.
  bool requires_of_host(const std::set<cargo::LocalId>& packages) const;
  /// Whether the package's dev-dependencies are included.
  bool counts_dev_dependencies(cargo::LocalId package) const {
    return dev_packages_.contains(package);
  }

  /// Whether a feature of a local package is on for some platforms only. With several targets cargo
  /// turns it on for all of them.
  bool has_conditional_features() const;

  const Facts<Contribution>& contributions() const { return contributions_; }

  /// The packages that cargo starts from, and the features that the command line requests of each.
  std::map<cargo::LocalId, std::vector<std::string>> stated() const;

  /// A feature of a dev-dependency that is on only because another local package turned on a
  /// feature of this one. Cargo's two resolvers disagree about it: the unit gets the feature
  /// without the dependencies that the feature adds. In the form "package/feature ->
  /// dependency/feature"; empty when there is none, or when it makes no difference.
  const std::string& unsound_dev_feature() const { return unsound_; }

  /// What the command line asks of a package (cargo: `Workspace::members_with_features`).
  std::vector<std::string> features_of_command(cargo::LocalId package,
                                               const cargo::CommandLine& command,
                                               const std::set<cargo::LocalId>& selected) const;

 private:
  enum class Kind { Present, Feature, OptionalDependency };
  struct Key {
    cargo::LocalId package;
    Side side = Side::Normal;
    Kind kind = Kind::Present;
    std::string name;
    auto operator<=>(const Key&) const = default;
  };
  struct Edge {
    const cargo::Dependency* dependency = nullptr;
    Resolved target;
    Side side = Side::Normal;
    Condition condition;
  };
  /// One value of a feature, as written and parsed.
  struct Value {
    std::string text;
    cargo::FeatureValue meaning;
  };
  using Name = std::pair<cargo::LocalId, std::string>;

  LocalFeatures(const Resolution& resolution, const cargo::CommandLine& command,
                const std::set<cargo::LocalId>& selected, bool only_sound);
  std::set<cargo::LocalId> counted_packages(const cargo::CommandLine& command,
                                            const std::set<cargo::LocalId>& selected,
                                            bool old_flags) const;
  void start(const cargo::CommandLine& command, const std::set<cargo::LocalId>& selected);
  void ask_patched(cargo::LockId entry, cargo::LocalId package, const std::vector<Value>& wanted);
  void add(const Key& key, const Condition& condition);
  void revisit(cargo::LocalId package, Side side, Kind kind);
  void revisit_weak(const Key& optional);
  void refuse_unlocked(const Key& optional) const;
  void step(const Key& key);
  void feature_value(const Key& key, const Value& value, const Condition& condition);
  void dependency_feature(const Key& key, const cargo::FeatureValue& value,
                          const Condition& condition);
  void request(const Edge& edge, const Condition& condition, std::span<const std::string> features,
               bool present);
  void request_with_its_features(const Edge& edge, const Condition& condition);
  Conditions required_of_external(cargo::LocalId package, const Edge& edge,
                                  const std::string& feature) const;
  bool same_dependencies(const LocalFeatures& other) const;
  void close_root_features(cargo::LocalId package);
  bool is_unsound(const Key& key, const Edge& edge) const;
  const std::vector<Edge>& edges(cargo::LocalId package, Side side) const;
  std::vector<Edge> make_edges(cargo::LocalId package, Side side) const;
  bool is_resolved(cargo::LocalId package, const Edge& edge) const;
  std::vector<Edge> resolved_local_edges(cargo::LocalId package) const;
  bool asks_host(cargo::LocalId package, const cargo::FeatureValue& value) const;
  Conditions required_of_dependency(cargo::LocalId package, const cargo::FeatureValue& value) const;
  const std::vector<Value>& values(cargo::LocalId package, const std::string& feature);
  void set_values(const Name& name, std::vector<Value>& values,
                  const std::vector<std::string>& texts);

  const Resolution& resolution_;
  bool has_dev_units_;
  std::set<cargo::LocalId> dev_packages_;
  /// By package and feature. The features that the command line requests of a package are stored as
  /// the values of a feature with an impossible name.
  std::map<Name, std::vector<Value>> values_;
  /// By package and optional dependency: the features with a weak value for it (`dependency?/…`).
  std::map<Name, std::set<std::string>> weak_;
  mutable std::map<std::pair<cargo::LocalId, Side>, std::vector<Edge>> edges_;
  /// Lock entries of the counted packages that are treated as external.
  std::set<cargo::LockId> counted_patched_;
  /// By counted package: the features that the command line itself turns on.
  std::map<cargo::LocalId, std::set<std::string>> root_features_;
  bool only_sound_;
  std::string unsound_;
  Facts<Key> facts_;
  Facts<Contribution> contributions_;
  std::set<Key> pending_;
};

}  // namespace larder::reduce
