#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/config/cfg.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

namespace larder::reduce {

/// The kind of dependencies that a table holds.
enum class TableKind { Dependencies, DevDependencies, BuildDependencies };

/// A feature of an external package that a target needs in order to be built (`required-features =
/// ["dependency/feature"]`), through a dependency of this kind and platform. Cargo decides whether
/// it is on.
struct RequiredFeature {
  cargo::LockId external;
  std::string feature;
  TableKind kind = TableKind::Dependencies;
  std::vector<cargo::PlatformPart> platform;
  bool operator==(const RequiredFeature&) const = default;
  /// Not `<=>`, which vectors lack in libc++ 16.
  bool operator<(const RequiredFeature& other) const;
};

/// Features that targets require together.
using Requirement = std::set<RequiredFeature>;

/// One part of a condition, and the platform that cargo evaluates it for: the host inside build
/// scripts and proc-macros, the target everywhere else.
struct Atom {
  bool host = false;
  cargo::PlatformPart part;
  /// Set instead of `part`.
  std::optional<RequiredFeature> required = std::nullopt;
  bool operator==(const Atom&) const = default;
  bool operator<(const Atom& other) const;
};

/// A conjunction, sorted and free of duplicates. Empty means "always". No `cfg` is ever evaluated.
using Condition = std::vector<Atom>;

/// A disjunction of conditions, none of which implies another. Empty means "never".
using Conditions = std::vector<Condition>;

inline const Conditions always{{}};

Condition both(const Condition& a, const Condition& b);
Condition condition_of(const std::vector<cargo::PlatformPart>& parts, bool host);

/// The features of external packages that a condition requires.
Requirement requirement(const Condition& condition);

/// The parts that are evaluated for the target, for the host, and for either.
std::vector<cargo::PlatformPart> target_parts(const Condition& condition);
std::vector<cargo::PlatformPart> host_parts(const Condition& condition);
std::vector<cargo::PlatformPart> all_parts(const Condition& condition);

/// Adds a condition unless a weaker one is present, and drops stronger ones. Returns whether
/// anything changed.
bool absorb(Conditions& conditions, const Condition& condition);

/// Facts, each with the conditions under which it holds.
template <typename Key>
class Facts {
 public:
  bool add(const Key& key, const Condition& condition) { return absorb(facts_[key], condition); }
  const Conditions& of(const Key& key) const {
    static const Conditions never;
    const auto found = facts_.find(key);
    return found == facts_.end() ? never : found->second;
  }
  const std::map<Key, Conditions>& all() const { return facts_; }

 private:
  std::map<Key, Conditions> facts_;
};

}  // namespace larder::reduce
