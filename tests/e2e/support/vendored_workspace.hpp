#pragma once

#include <map>
#include <string>

#include "files.hpp"
#include "larder/recipe/recipe.hpp"
#include "programs.hpp"
#include "till_workspace.hpp"

namespace larder::test {

/// The quickest thing to cook: two empty external packages in a vendored directory, one with a
/// build script. Beside the builder's directory (`app`) lies a package that nobody asked for
/// (`victim`), and the system's temporary directory is one of the test's (`tmp`).
class VendoredWorkspace {
 public:
  /// Puts all in its first state; what other shelves left in the directory is removed.
  explicit VendoredWorkspace(const TestDirectory& directory);

  /// As `prepare` wrote it.
  const std::string& recipe() const { return recipe_; }
  /// Puts a recipe into the builder's directory, where nothing else is but the sources of the
  /// external packages, and a target directory if there is one.
  void set_recipe(const std::string& text) const;
  /// Copies the workspace that the recipe was made of over the builder's directory.
  void bring_sources() const;
  Run larder(const Words& arguments) const { return test::larder(arguments, app(), environment_); }

  std::string app() const { return directory_ + "/app"; }
  std::string victim() const { return directory_ + "/victim"; }
  const Environment& environment() const { return environment_; }

  /// Everything in the directory of the test but what lies below the target directory.
  std::map<std::string, FileState> outside() const;
  /// Whether a path is one of the three files that cook may write outside the target directory, or
  /// a directory that changes with them or with what was there for a while.
  static bool may_be_restored(const std::string& path);

 private:
  std::string directory_;
  Environment environment_;
  std::string recipe_;
};

}  // namespace larder::test
