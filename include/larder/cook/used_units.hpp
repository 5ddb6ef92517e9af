#pragma once

#include <map>
#include <string>

namespace larder::cook {

/// Where a unit lies in a store: the key that it was looked up by, and the name of the variant.
struct UsedUnit {
  std::string key;
  std::string variant;
  bool operator==(const UsedUnit&) const = default;
};

/// By cargo's name of the unit (`PlannedUnit::name`).
using UsedUnits = std::map<std::string, UsedUnit>;

/// The note of what the last cook into a target directory took from a store, or saved there. Empty
/// where there is none, and without lines that nobody can have written.
UsedUnits read_used_units(const std::string& target_directory);

/// Throws `file-write`.
void write_used_units(const std::string& target_directory, const UsedUnits& units);

}  // namespace larder::cook
