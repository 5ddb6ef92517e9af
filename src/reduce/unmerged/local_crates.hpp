#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../tables/root_tables.hpp"
#include "larder/reduce/graph/resolution.hpp"
#include "larder/reduce/skeleton.hpp"

// An unmerged skeleton has a crate for each local package. It is always exact, because cargo sees
// the same packages with the same dependencies and features. Only what no external package can
// observe is left out.

namespace larder::reduce {

/// A target of a local package under the name that it has in the skeleton.
struct CrateTarget {
  const cargo::Target* target = nullptr;
  std::string name;
  /// Relative to the crate's directory. Empty for a neutral name.
  std::string file = {};
};

/// What a crate stands for. A package that external packages depend on is compiled as itself below
/// them. If the command builds it too, what the command builds is split into several crates.
enum class CratePart {
  /// A local package.
  Package,
  /// All targets of such a package except the library. The crate depends on the library instead.
  Targets,
  /// The library again, for its unit tests, which do not depend on the library itself.
  Tests,
  /// A crate that requests the library, because the command builds it.
  Request,
};

/// A crate that stands for a local package or a part of one.
struct LocalCrate {
  std::string name;
  std::string version = "0.0.0";
  /// Relative to the skeleton's root. Empty for the root itself.
  std::string directory;
  /// Its targets without the build script: first the library, then the others.
  std::vector<CrateTarget> targets;
  /// Whether its development dependencies are included.
  bool development = false;
  std::optional<std::string> default_run;
  /// Lines for `[package]` that no external package can observe.
  std::string details;
  std::string edition = "2021";
  /// The path of its build script, if it has one.
  std::string build_script = "build.rs";
  /// Whether its targets have the keys that only affect their own sources (`edition`, `harness`).
  bool whole_targets = false;
  CratePart part = CratePart::Package;
  /// Whether its feature `default` has another name, because no flag can turn it off.
  bool without_default = false;
  /// The key of the dependency on the package itself, if that is compiled with external packages.
  std::string own_key = {};

  bool includes(cargo::DependencyKind kind) const {
    return development || kind != cargo::DependencyKind::Development;
  }
};

struct UnmergedCrates {
  /// By index of the package.
  std::map<cargo::LocalId, LocalCrate> by_package;
  /// The crates of packages that external packages depend on and that the command builds.
  std::map<cargo::LocalId, std::vector<LocalCrate>> of_patched = {};
  /// Directories. Nothing for cargo's default.
  std::optional<std::vector<std::string>> default_members;
  /// Lines for `[workspace]` that no external package can observe.
  std::string details;
  /// The manifest of the root package, if it is patched. Otherwise empty.
  std::string patched_root = {};
};

/// The crate for the unit tests of a package that is compiled with external ones. Null for none.
inline const LocalCrate* tests_of(const UnmergedCrates& crates, cargo::LocalId package) {
  const auto found = crates.of_patched.find(package);
  if (found == crates.of_patched.end()) return nullptr;
  for (const auto& crate : found->second) {
    if (crate.part == CratePart::Tests) return &crate;
  }
  return nullptr;
}

/// The key of a second dependency beside one on such a package. It leads to the crate for the
/// package's unit tests, which has the development dependencies. So both get the same requests.
inline std::string key_beside(const std::string& key) {
  return "larder-beside-" + key;
}

/// Calls `visit(package, crate)` for every crate.
template <typename Visit>
void for_crates(const UnmergedCrates& crates, Visit visit) {
  for (const auto& [index, crate] : crates.by_package) visit(index, crate);
  for (const auto& [index, parts] : crates.of_patched) {
    for (const auto& crate : parts) visit(index, crate);
  }
}

/// The external packages that the crates ask for.
std::set<cargo::LockId> externals_of(const Resolution& resolution, const UnmergedCrates& crates);

/// The manifests of these crates, sorted by path.
std::vector<SkeletonManifest> write_unmerged(const Resolution& resolution,
                                             const UnmergedCrates& crates, const RootTables& root);

/// The targets of a package that `keep` accepts, without build scripts. With `never_none`, all of
/// them if none would be left, because cargo requires one. `name` is called with the target and its
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
