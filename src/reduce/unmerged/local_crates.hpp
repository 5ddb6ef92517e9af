#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../tables/root_tables.hpp"
#include "larder/reduce/graph/resolution.hpp"
#include "larder/reduce/skeleton.hpp"

// An unmerged skeleton: a crate for each local package. Always exact, as cargo sees the
// same packages with the same dependencies and features; what no external package can tell is left
// out.

namespace larder::reduce {

/// A target of a local package under the name that it has in the skeleton.
struct CrateTarget {
  const cargo::Target* target = nullptr;
  std::string name;
  /// Relative to the crate's directory; empty for a name of no meaning.
  std::string file = {};
};

/// What stands for a local package.
struct LocalCrate {
  std::string name;
  std::string version = "0.0.0";
  /// Relative to the skeleton's root; empty for the root itself.
  std::string directory;
  /// Its targets but for the build script: the library, then the others.
  std::vector<CrateTarget> targets;
  /// Whether its development dependencies take part.
  bool development = false;
  std::optional<std::string> default_run;
  /// Lines for `[package]`: what no external package can tell.
  std::string details;
  std::string edition = "2021";
  /// Where it has a build script.
  std::string build_script = "build.rs";
  /// Whether its targets have what only their own sources can tell.
  bool whole_targets = false;
};

struct UnmergedCrates {
  /// By index of the package.
  std::map<std::size_t, LocalCrate> by_package;
  /// Directories; nothing where cargo's own default is meant.
  std::optional<std::vector<std::string>> default_members;
  /// Lines for `[workspace]`, as those of a crate.
  std::string details;
  /// The manifest of the root package where it is a carried one; empty otherwise.
  std::string carried_root = {};
};

/// The external packages that the crates ask for.
std::set<std::size_t> externals_of(const Resolution& resolution, const UnmergedCrates& crates);

/// The manifests of these crates, sorted by path.
std::vector<SkeletonManifest> write_unmerged(const Resolution& resolution,
                                             const UnmergedCrates& crates, const RootTables& root);

/// A package's targets without build scripts and those that `keep` refuses; all of them when none
/// would be left, as cargo wants one. `name` is called with the target and its number.
template <typename Keep, typename Name>
std::vector<CrateTarget> crate_targets(const cargo::Package& package, Keep keep, Name name) {
  std::vector<CrateTarget> out;
  for (const bool all : {false, true}) {
    for (const auto& target : package.targets) {
      if (target.kind == cargo::TargetKind::BuildScript || !(all || keep(target))) continue;
      out.push_back({&target, name(target, out.size())});
    }
    if (!out.empty()) break;
  }
  return out;
}

}  // namespace larder::reduce
