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

/// What a crate stands for. A package that external ones depend on, and that the command builds,
/// is compiled as itself below them, so what the command makes of it is taken apart.
enum class CratePart {
  /// A local package.
  Package,
  /// All targets of such a package but the library, on which this crate depends as they do.
  Targets,
  /// The library once more, for its unit tests: they do not depend on the library itself.
  Tests,
  /// What asks for the library where the command builds it.
  Request,
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
  CratePart part = CratePart::Package;
  /// Whether its default features have another name, as no flag can switch them off.
  bool without_default = false;
  /// The key of the dependency on the package itself, where it is compiled with external ones.
  std::string own_key = {};
};

struct UnmergedCrates {
  /// By index of the package.
  std::map<std::size_t, LocalCrate> by_package;
  /// Those of packages that external ones depend on, and that the command builds.
  std::map<std::size_t, std::vector<LocalCrate>> of_carried = {};
  /// Directories; nothing where cargo's own default is meant.
  std::optional<std::vector<std::string>> default_members;
  /// Lines for `[workspace]`, as those of a crate.
  std::string details;
  /// The manifest of the root package where it is a carried one; empty otherwise.
  std::string carried_root = {};
};

/// The crate for the unit tests of a package that is compiled with external ones; null for none.
inline const LocalCrate* tests_of(const UnmergedCrates& crates, std::size_t package) {
  const auto found = crates.of_carried.find(package);
  if (found == crates.of_carried.end()) return nullptr;
  for (const auto& crate : found->second) {
    if (crate.part == CratePart::Tests) return &crate;
  }
  return nullptr;
}

/// The key of a second dependency beside one on such a package: on the crate for its unit tests,
/// which has its development dependencies, so that what is asked of the one holds for the other.
inline std::string key_beside(const std::string& key) {
  return "larder-beside-" + key;
}

/// Calls `visit(package, crate)` for every crate.
template <typename Visit>
void for_crates(const UnmergedCrates& crates, Visit visit) {
  for (const auto& [index, crate] : crates.by_package) visit(index, crate);
  for (const auto& [index, parts] : crates.of_carried) {
    for (const auto& crate : parts) visit(index, crate);
  }
}

/// The external packages that the crates ask for.
std::set<std::size_t> externals_of(const Resolution& resolution, const UnmergedCrates& crates);

/// The manifests of these crates, sorted by path.
std::vector<SkeletonManifest> write_unmerged(const Resolution& resolution,
                                             const UnmergedCrates& crates, const RootTables& root);

/// A package's targets without build scripts and those that `keep` refuses; with `never_none` all
/// of them when none would be left, as cargo wants one. `name` is called with the target and its
/// number.
template <typename Keep, typename Name>
std::vector<CrateTarget> crate_targets(const cargo::Package& package, Keep keep, Name name,
                                       bool never_none = true) {
  std::vector<CrateTarget> out;
  for (const bool all : {false, true}) {
    for (const auto& target : package.targets) {
      if (target.kind == cargo::TargetKind::BuildScript || !(all || keep(target))) continue;
      out.push_back({&target, name(target, out.size())});
    }
    if (!out.empty() || !never_none) break;
  }
  return out;
}

}  // namespace larder::reduce
