#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/process.hpp"

namespace larder::driver {

/// The cargo to run: program, leading `+toolchain`, and the environment that selects it.
struct Cargo {
  std::vector<std::string> argv;
  Environment environment;

  /// The process that runs it with these arguments in `directory`.
  ProcessSpec command(const std::vector<std::string>& arguments,
                      const std::string& directory) const;
};

/// Chooses the same cargo as the real build in `directory` will. `toolchain` (from `+toolchain`)
/// and variables that the user set win over a toolchain file, which wins over the default. rustup's
/// proxy leaves its own choice in the environment, which must not be mistaken for the user's. Call
/// this before a toolchain file is written. `LARDER_STORE_KEY` is removed from the environment: it
/// is not meant for cargo and build scripts. Throws `cargo-missing`.
Cargo find_cargo(const Environment& environment, const std::string& directory,
                 const std::string& toolchain);

/// First line of `cargo --version`. Throws `cargo-missing`, or `cargo-failed` with the output of
/// cargo or rustup and what requested that toolchain.
std::string cargo_version(const Cargo& cargo, const std::string& directory);

/// Throws `cargo-missing` when the run could not start. Otherwise returns `status`.
ExitStatus check_started(const ExitStatus& status, const Cargo& cargo);

}  // namespace larder::driver
