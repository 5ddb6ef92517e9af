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

/// Why cargo would compile a unit again: a row each in docs/verify.md.
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

/// With the word that stands for it in JSON, in the order of the enumerators.
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

/// An external unit that the present build directory does not have fresh.
struct ColdUnit {
  ExternalUnit unit;
  std::vector<Reason> reasons;
};

struct ColdUnitsInput {
  /// What cargo compiled, by its messages.
  const std::vector<ExternalUnit>& compiled;
  /// What it said beside them with `--verbose` ("Dirty serde v1.0.0: …", since 1.71).
  std::string_view words;
  /// Before and after: those written anew are of compiled units.
  const std::vector<driver::Fingerprint>& before;
  const std::vector<driver::Fingerprint>& after;
  /// The lock file that the build directory was cooked with; null when it is not known.
  const cargo::Lockfile* cooked_lock;
  /// That of the build, for variables that build scripts asked for.
  const Environment& environment;
  /// What `[env]` of the config sets, which some cargos compare as well.
  const std::map<std::string, std::string>& configured;
  /// Those of these variables that are in no recipe, as they hold secrets.
  const std::set<std::string>& left_out;
  /// Whether a file that a message names was there before.
  std::function<bool(const std::string& file)> was_there;
};

/// Says of every compiled unit what differs from what the build directory has: from the unit
/// itself, or else from the most similar unit of the same package and target.
std::vector<ColdUnit> explain_cold_units(const ColdUnitsInput& input);

}  // namespace larder::report
