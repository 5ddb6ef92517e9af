#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/process.hpp"

namespace larder::driver {

/// The cargo to run: program, leading `+toolchain`, and the environment that makes it the right
/// one.
struct Cargo {
  std::vector<std::string> argv;
  Environment environment;

  /// A process that runs it with these arguments in a directory.
  ProcessSpec command(const std::vector<std::string>& arguments,
                      const std::string& directory) const;
};

/// Chooses cargo as the real build in `directory` will: `toolchain` (of `+toolchain`) and what the
/// user asked for by environment win over a toolchain file, which wins over the default. rustup's
/// proxy leaves its own choice in the environment; that must not pass for the user's. Call it
/// before a toolchain file is written. `LARDER_STORE_KEY` is none of cargo's business and goes.
/// Throws `cargo-missing`.
Cargo find_cargo(const Environment& environment, const std::string& directory,
                 const std::string& toolchain);

/// First line of `cargo --version`. Throws `cargo-missing`, or `cargo-failed` with what cargo or
/// rustup said and who asked for that toolchain.
std::string cargo_version(const Cargo& cargo, const std::string& directory);

/// Throws `cargo-missing` when a run could not start; otherwise returns how it ended.
ExitStatus check_started(const ExitStatus& status, const Cargo& cargo);

}  // namespace larder::driver
