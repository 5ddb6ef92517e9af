#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "larder/cook/unit_plan.hpp"

namespace larder::cook {

/// What a variable of its environment means for a unit (docs/store.md lists them).
enum class VariableRole : std::uint8_t {
  /// Cargo sets it for the unit, and it is a part of the key.
  Key,
  /// It changes with the run, the terminal or the directory, and is compared only where it was
  /// asked for by its name.
  IfAsked,
  /// It is compared wherever all variables may have been read.
  Condition
};

VariableRole role_of(const PlannedUnit& unit, const std::string& variable);

/// A variable as rustc or the build script of a unit is told it, the same in every build directory
/// and under every jobserver: nothing where it is not set.
std::optional<std::string> compared_value(const PlannedUnit& unit, const UnitPlan& plan,
                                          const std::string& variable);

/// Whether cargo sets a variable for rustc.
bool is_told_by_cargo(const std::string& variable);

/// What stands for the build directory in values that are compared.
inline constexpr const char* build_directory_placeholder = "{build}";

/// Where a build script's libraries are looked for. Cargo adds other directories of its own for
/// `check` than for `build`, though the run is the same unit.
inline constexpr const char* library_path = "LD_LIBRARY_PATH";

/// Of a list of directories as `compared_value` has it, those outside the build directory, and
/// outside another one if that is not empty.
std::string outside_build_directory(const std::string& list, const std::string& other = "");

}  // namespace larder::cook
