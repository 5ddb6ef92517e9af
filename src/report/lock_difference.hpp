#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// Compares the locked packages of two skeletons, and finds what is compiled again if some of them
/// change.
class LockComparison {
 public:
  LockComparison(const std::string& before, const std::string& after);

  /// New, bumped and removed packages, and changed dependencies between others.
  std::vector<Change> changes() const;
  /// The packages of the new lock file with this name and, unless it is empty, this version.
  std::set<cargo::LockId> named(const std::string& name, const std::string& version) const;
  /// All external packages of the new lock file.
  std::set<cargo::LockId> all() const;
  /// The external packages among these and everything that depends on them.
  std::set<std::string> recompiled(const std::set<cargo::LockId>& changed) const;
  bool is_in_both(const std::string& name) const;

 private:
  using Group = std::vector<cargo::LockId>;
  void compare_versions(const std::string& name, const Group& before, const Group& after,
                        std::vector<Change>& out) const;
  void compare_edges(std::vector<Change>& out) const;
  std::set<std::string> edges(const cargo::Lockfile& lock,
                              const cargo::LockedPackage& package) const;
  std::set<cargo::LockId> former_dependents(const std::string& name) const;

  cargo::Lockfile before_;
  cargo::Lockfile after_;
};

/// `serde 1.0.0`, followed by its source if that is a git repository.
std::string package_label(const cargo::LockedPackage& package);

}  // namespace larder::report
