#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "larder/cook/unit_plan.hpp"

namespace larder::cook {

/// What an environment variable means for a unit (docs/store.md lists them).
enum class VariableRole : std::uint8_t {
  /// Cargo sets it for the unit, and it is part of the key.
  Key,
  /// It varies with the run, the terminal or the directory. Compared only if it was read by name.
  IfAsked,
  /// Compared whenever the unit may have read all variables.
  Condition
};

VariableRole role_of(const PlannedUnit& unit, const std::string& variable);

/// A variable as rustc or a unit's build script sees it, made independent of the build directory
/// and the jobserver. Nothing when it is unset.
std::optional<std::string> compared_value(const PlannedUnit& unit, const UnitPlan& plan,
                                          const std::string& variable);

/// Whether cargo sets a variable for rustc.
bool is_told_by_cargo(const std::string& variable);

/// Replaces the build directory in values that are compared.
inline constexpr const char* build_directory_placeholder = "{build}";

/// The search path for a build script's libraries. For `check` cargo adds other directories of its
/// own than for `build`, though the run is the same unit.
inline constexpr const char* library_path = "LD_LIBRARY_PATH";

/// The directories of a list, as returned by `compared_value`, that are outside the build directory
/// and, unless it is empty, outside `other`.
std::string outside_build_directory(const std::string& list, const std::string& other = "");

}  // namespace larder::cook
