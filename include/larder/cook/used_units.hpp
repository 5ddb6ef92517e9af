#pragma once

#include <map>
#include <string>

namespace larder::cook {

/// Where a unit lies in a store: the key it was looked up by, and the name of the variant.
struct UsedUnit {
  std::string key;
  std::string variant;
  bool operator==(const UsedUnit&) const = default;
};

/// By cargo's name of the unit (`PlannedUnit::name`).
using UsedUnits = std::map<std::string, UsedUnit>;

/// The list of units that the last cook into a target directory took from a store or saved there.
/// Empty when there is none. Invalid lines are dropped.
UsedUnits read_used_units(const std::string& target_directory);

/// Throws `file-write`.
void write_used_units(const std::string& target_directory, const UsedUnits& units);

}  // namespace larder::cook
