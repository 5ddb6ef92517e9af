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

/// Two lists in a target directory.
enum class UsedList {
  /// What the last cook or build took from a store or saved there.
  Last,
  /// The same of local units, of all builds so far.
  Local
};

/// Empty when there is no list. Invalid lines are dropped.
UsedUnits read_used_units(const std::string& target_directory, UsedList list);

/// Throws `file-write`.
void write_used_units(const std::string& target_directory, UsedList list, const UsedUnits& units);

}  // namespace larder::cook
