#pragma once

#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"

namespace larder::lint {

enum class LineAspect { Mode, Profile, Platform, Features, Selection, Config };

struct LineDifference {
  LineAspect aspect;
  /// The settings of the two commands as flags: `--release`, or "no such flag".
  std::string cooked;
  std::string built;
};

/// What differs between two commands that can concern external units, at most one of each aspect.
std::vector<LineDifference> line_differences(const cargo::CommandLine& cooked,
                                             const cargo::CommandLine& built);

/// The profile that external packages are compiled with: `test` and `bench` have those of the
/// profiles that they inherit from.
std::string external_profile(const cargo::CommandLine& line);

}  // namespace larder::lint
