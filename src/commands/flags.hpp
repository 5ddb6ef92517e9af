#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/cargo/command_line.hpp"

namespace larder::commands {

/// Cargo flags given on top of a recorded command.
struct ExtraFlags {
  /// Those that change nothing about units, and `--locked`, `--offline`, `--frozen`, `--target`.
  cargo::CommandLine line;
  /// The same as words for cargo.
  std::vector<std::string> words;
};

/// Accepts flags that cannot change a unit, one `--target` where the command names none,
/// `--target-dir`, and any flag that agrees with the command. Throws `flag-disagrees` for others,
/// naming both.
ExtraFlags check_extra_flags(const cargo::CommandLine& recorded,
                             const std::vector<std::string>& flags);

}  // namespace larder::commands
