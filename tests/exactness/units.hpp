#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace larder::test {

/// Directory of a unit's fingerprint, as seen from the target directory → what its JSON files say.
/// The directory's name ends in cargo's own hash of the unit, so equal keys are equal units.
using Fingerprints = std::map<std::string, std::string>;

/// Everything in a target directory, of either layout of build directories.
Fingerprints read_fingerprints(const std::string& target_directory);

/// What the real command left, told apart by the stub's notes.
struct Units {
  Fingerprints all;
  std::set<std::string> external;
  std::set<std::string> local;
};

/// `is_local` tells by a package's directory. Throws `Error` for an external unit that was noted
/// and has no fingerprint.
Units read_units(const std::string& target_directory, const std::string& log,
                 const std::function<bool(const std::string&)>& is_local);

/// How what was cooked differs from what the real build has.
struct UnitDifference {
  std::vector<std::string> missing;
  std::vector<std::string> extra;
  std::vector<std::string> differing;
  bool empty() const { return missing.empty() && extra.empty() && differing.empty(); }
};

/// Everything that is left after cook counts, whoever made it; a local package that was cooked from
/// its real sources ([patch] to a path) may be there when the real build has the same unit.
UnitDifference compare_units(const Units& real, const Fingerprints& cooked);

}  // namespace larder::test
