#pragma once

#include <vector>

#include "larder/report/recipe_difference.hpp"
#include "lock_difference.hpp"
#include "requests.hpp"

namespace larder::report {

/// What differs between two skeletons.
class SkeletonComparison {
 public:
  SkeletonComparison(const reduce::Skeleton& before, const reduce::Skeleton& after);

  std::vector<Change> changes();
  const LockComparison& locks() const { return locks_; }
  /// A change that causes all external packages to be compiled again, or none.
  Change change(ChangeKind kind, std::string subject, std::string text, bool of_all) const;

 private:
  void compare_toolchains();
  void compare_configs();
  void compare_root_tables();
  void compare_profiles(const std::string& prefix, const cargo::TomlTable& before,
                        const cargo::TomlTable& after);
  void compare_requests();
  void compare_versions(const std::string& name, const std::map<std::string, Asked>& before,
                        const std::map<std::string, Asked>& after);
  void compare_asked(const std::string& name, const std::string& version, const Asked& before,
                     const Asked& after);
  void compare_crates();
  std::set<cargo::LockId> packages(const std::string& name, const std::string& version) const;

  const reduce::Skeleton& before_;
  const reduce::Skeleton& after_;
  LockComparison locks_;
  Requests old_requests_;
  Requests new_requests_;
  std::vector<Change> out_;
};

}  // namespace larder::report
