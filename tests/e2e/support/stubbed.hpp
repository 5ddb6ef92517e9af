#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "larder/recipe/recipe.hpp"
#include "programs.hpp"

// Which units cargo builds, without compiling any: a wrapper stands in for rustc and does nothing,
// cargo goes through its whole unit graph and leaves a fingerprint for each unit.

namespace larder::test {

/// A workspace with invented external packages in a vendored directory: no network, no downloads.
class StubbedWorkspace {
 public:
  /// `files` are those of the workspace, relative path → text; `externals` those below `vendor`.
  StubbedWorkspace(std::string directory, const std::map<std::string, std::string>& files,
                   const std::map<std::string, std::string>& externals,
                   Environment environment = test_environment());

  const std::string& path() const { return directory_; }
  const Environment& environment() const { return environment_; }

  /// Checks that cooking each recipe in the workspace makes the external units that cargo makes for
  /// the command: the same names, which end in cargo's hash, and the same fingerprints.
  void check_cooked_as_built(const std::vector<recipe::Recipe>& recipes,
                             std::string_view command) const;
  /// The same for a recipe that is cooked where it lies alone, as in an image before the sources
  /// come: what config says there is what the recipe carries.
  void check_cooked_alone(const recipe::Recipe& recipe, std::string_view command) const;
  /// The first of these of the recipe for each command.
  void check_recipes_for(const std::vector<std::string>& commands, bool unmerged = false) const;
  /// Does not compare the units of a package of the workspace that stands in for a vendored one.
  void leave_out(const std::string& package) { left_out_.insert(package); }
  /// The recipe for a command; with `unmerged`, without merging.
  recipe::Recipe recipe_for(std::string_view command, bool unmerged = false) const;
  /// The recipe without a command, and what it makes of a command that is given to it.
  recipe::Recipe open_recipe() const;
  recipe::Recipe recipe_given_later(std::string_view command, bool unmerged = false) const;

 private:
  using Units = std::map<std::string, std::string>;

  recipe::DeriveRequest request_for(std::string_view command, bool unmerged) const;
  static void check_same_units(const Units& wanted, const Units& got);
  Environment with_target(const std::string& target) const;
  Units built_units(std::string_view command) const;
  Units cooked_units(const recipe::Recipe& recipe) const;
  /// Fingerprint directory and file → contents, of external packages, and of the libraries of
  /// packages of the workspace that [patch] puts in the place of a vendored one.
  Units external_units(const std::string& target) const;

  std::string directory_;
  Environment environment_;
  std::set<std::string> own_packages_;
  std::set<std::string> left_out_;
};

/// Dates the files of a patched package as cook dates them. The fingerprint of a build script that
/// names no file has the date and the name of the package's newest one.
void date_as_cook(const std::string& directory);

}  // namespace larder::test
