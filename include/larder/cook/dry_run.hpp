#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/process.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cook/stub_calls.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/driver/fingerprints.hpp"

namespace larder::cook {

/// What cargo did in a copy of the build directory.
struct DryRun {
  ExitStatus status;
  /// Cargo's messages in JSON, and what it said beside them.
  std::string messages;
  std::string errors;
  /// The fingerprints before and after; those that cargo wrote anew are of units that it would have
  /// compiled.
  std::vector<driver::Fingerprint> before, after;
  /// The copy; it is gone, but messages name files in it.
  std::string copied_to;
  /// Of a run that began with nothing: every rustc that it would have started.
  std::vector<StubbedCall> calls;
};

/// What to do with units that came from another target directory which was copied over this one
/// (`forget_foreign_units`): cargo alone takes them for its own.
enum class ForeignUnits : std::uint8_t { Keep, Forget };

/// Lets the real cargo run a command to its end with nothing compiled and nothing executed: over a
/// copy of the build directory in which artifacts are links, and with this program in the place of
/// rustc and of build scripts. The build directory itself, its dates and `Cargo.lock` in
/// `workspace_root` stay as they are. `line` must be one that compiles only (`test --no-run`).
DryRun dry_run(const driver::Cargo& cargo, cargo::CommandLine line, const std::string& directory,
               const std::string& workspace_root, const driver::BuildDirectories& directories,
               ForeignUnits foreign);

/// The same with nothing compiled yet, so that the fingerprints are those of all units of the
/// command, with what cargo knows of them before it compiles any. `line` names its manifest;
/// `more` are further arguments.
DryRun dry_run_from_nothing(const driver::Cargo& cargo, cargo::CommandLine line,
                            const std::vector<std::string>& more, const std::string& directory,
                            const std::string& workspace_root,
                            const driver::BuildDirectories& directories);

}  // namespace larder::cook
