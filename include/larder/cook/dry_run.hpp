#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/process.hpp"
#include "larder/base/temporary_directory.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cook/rustc_answers.hpp"
#include "larder/cook/stub_calls.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/driver/fingerprints.hpp"

namespace larder::cook {

/// What cargo did in a copy of the build directory.
struct DryRun {
  ExitStatus status;
  /// Cargo's JSON messages, and its standard error.
  std::string messages;
  std::string errors;
  /// The fingerprints before and after. Those that cargo rewrote belong to units that it would have
  /// compiled.
  std::vector<driver::Fingerprint> before, after;
  /// The temporary directory of the run. It has hundreds of files, and is removed with this object:
  /// ext4 is slow to create files shortly after others were removed.
  std::shared_ptr<const TemporaryDirectory> directory;
  /// The path of the copy. Messages name files in it.
  std::string copied_to;
  /// In a run from nothing: the calls of rustc and of build scripts, all stubbed.
  std::vector<StubbedCall> calls;
  /// In a run from nothing: the text of the file in which cargo keeps what rustc answered.
  std::string answers;
};

/// What to do with units that came from another target directory copied over this one
/// (`forget_foreign_units`). Cargo alone would treat them as its own.
enum class ForeignUnits : std::uint8_t { Keep, Forget };

/// Lets the real cargo run a command to its end without compiling or executing anything. It works
/// on a copy of the build directory in which artifacts are links, with this program in place of
/// rustc and of build scripts. The build directory itself, its dates, and `Cargo.lock` in
/// `workspace_root` stay unchanged. `line` must only compile (`test --no-run`).
DryRun dry_run(const driver::Cargo& cargo, cargo::CommandLine line, const std::string& directory,
               const std::string& workspace_root, const driver::BuildDirectories& directories,
               ForeignUnits foreign);

/// The same with nothing compiled yet. The fingerprints are then those of all units of the command,
/// with what cargo knows about them before compiling. `line` names its manifest; `more` are further
/// arguments. Rustc is not started if `answers` has what cargo would ask.
DryRun dry_run_from_nothing(const driver::Cargo& cargo, cargo::CommandLine line,
                            const std::vector<std::string>& more, const std::string& directory,
                            const std::string& workspace_root,
                            const driver::BuildDirectories& directories,
                            const RustcAnswers& answers);

}  // namespace larder::cook
