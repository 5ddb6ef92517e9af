#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/driver/fingerprints.hpp"
#include "larder/report/freshness.hpp"

namespace larder::report {

/// Why cargo would recompile a unit. Each has a row in docs/verify.md.
enum class DirtyReason {
  Features,
  Profile,
  Rustc,
  Rustflags,
  Target,
  Version,
  Place,
  Environment,
  Files,
  Dependency,
  Missing
};

/// Each with its word in JSON, in the order of the enumerators.
inline constexpr std::array<std::pair<DirtyReason, std::string_view>, 11> dirty_reasons{
    {{DirtyReason::Features, "features"},
     {DirtyReason::Profile, "profile"},
     {DirtyReason::Rustc, "rustc"},
     {DirtyReason::Rustflags, "rustflags"},
     {DirtyReason::Target, "target"},
     {DirtyReason::Version, "version"},
     {DirtyReason::Place, "place"},
     {DirtyReason::Environment, "environment"},
     {DirtyReason::Files, "files"},
     {DirtyReason::Dependency, "dependency"},
     {DirtyReason::Missing, "missing"}}};

std::string_view word_of(DirtyReason reason);

struct Reason {
  DirtyReason kind = DirtyReason::Missing;
  /// For people.
  std::string text;
  bool operator==(const Reason&) const = default;
};

/// An external unit that is not fresh in the build directory.
struct ColdUnit {
  ExternalUnit unit;
  std::vector<Reason> reasons;
};

struct ColdUnitsInput {
  /// What cargo compiled, from its messages.
  const std::vector<ExternalUnit>& compiled;
  /// What cargo printed besides, with `--verbose` ("Dirty serde v1.0.0: …", since 1.71).
  std::string_view words;
  /// The fingerprints before and after. Those rewritten in between belong to compiled units.
  const std::vector<driver::Fingerprint>& before;
  const std::vector<driver::Fingerprint>& after;
  /// The lock file that the build directory was cooked with; null when unknown.
  const cargo::Lockfile* cooked_lock;
  /// The environment of the build, for variables that build scripts read.
  const Environment& environment;
  /// The variables set by `[env]` of the config, which some cargo versions compare too.
  const std::map<std::string, std::string>& configured;
  /// Those of these variables that are not in the recipe because they hold secrets.
  const std::set<std::string>& left_out;
  /// Whether a file named in a message existed before.
  std::function<bool(const std::string& file)> was_there;
};

/// For each compiled unit, reports what differs from the build directory's unit, or, if it has
/// none, from the most similar unit of the same package and target.
std::vector<ColdUnit> explain_cold_units(const ColdUnitsInput& input);

}  // namespace larder::report
