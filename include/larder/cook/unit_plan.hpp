#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cook/dry_run.hpp"
#include "larder/cook/stub_calls.hpp"
#include "larder/driver/fingerprints.hpp"

namespace larder::cook {

/// What becomes of a unit where there is a store: the first few are known from the plan, the others
/// once it is compiled.
enum class UnitVerdict : std::uint8_t {
  /// It may be stored, or is.
  Storable,
  /// Of a local package, or of one whose source is not in the lock file.
  Local,
  /// Its rustc is told of files or programs whose contents are not known.
  Flags,
  /// What cargo or rustc notes of it was not understood.
  Unknown,
  /// It reads a file outside its package, and nothing observed what else.
  ReadsOutside,
  /// It runs a build script or may load a proc-macro, or is compiled against what does, and no
  /// whole observation of it is there.
  NotObserved,
  AsksForDate,
  UsesNetwork,
  /// It ran a program, or spoke with one, that cannot be observed.
  RunsUnobserved,
  LeavesRunning,
  /// It wrote where no restore would.
  WritesOutside,
  /// It read what the kernel tells of the machine.
  ReadsMachine,
  /// It read what other units have in the build directory.
  ReadsBuildDirectory,
  /// What it read has changed since it was started.
  Changed,
  /// Its `rerun-if-changed` names what is not there.
  AlwaysRuns,
  /// It ran in a directory where there were files of an earlier run.
  RanOverOthers,
  /// It made links or other special files.
  MakesSpecialFiles,
  /// It is compiled against one that is not stored.
  Above
};

/// Why units are not stored, behind a number: "asking for the date". Empty for `Storable`,
/// `Local`.
std::string reason_of(UnitVerdict verdict);

/// A unit that cargo would compile for a command into an empty target directory.
struct PlannedUnit {
  /// With the directory that cargo calls it by, which is another one for each profile, set of
  /// features and so on. Its JSON has nothing yet of what is known only once it is compiled.
  driver::Fingerprint note;
  /// Units that it is compiled against, as indices; they stand before it.
  std::vector<std::size_t> dependencies;
  /// Runs of build scripts below it, at any depth: what they print may reach its rustc.
  std::vector<std::size_t> script_runs;
  bool is_script_run = false;
  bool is_proc_macro = false;
  /// Whether a linker makes its output.
  bool is_linked = false;
  /// Whether somebody else's code decides what it reads: a build script, its own or one below, or a
  /// proc-macro. It is stored only where it was observed.
  bool is_observed = false;
  /// How rustc is called, or the build script.
  StubbedCall call;
  /// How rustc is called for the script that it runs; for others the same as `call`.
  StubbedCall compilation;
  /// "serde 1.0.228"; the directory of its manifest.
  std::string package, package_directory;
  UnitVerdict verdict = UnitVerdict::Storable;

  /// "debug/.fingerprint/serde-1f…/lib-serde"
  std::string name() const { return note.directory + "/" + note.unit; }
  /// "debug", or "x86_64-unknown-linux-musl/release"
  std::string profile_directory() const;
  bool is_new_layout() const { return note.directory.ends_with("/fingerprint"); }
  bool is_local() const { return verdict == UnitVerdict::Local; }
};

struct UnitPlan {
  std::vector<PlannedUnit> units;
  /// What stands for the build directory in calls.
  std::string build_directory;
};

/// What a dry run from nothing tells. Packages that `lock` knows from no other place than a
/// registry or repository are external; all others are local.
UnitPlan make_unit_plan(const DryRun& run, const cargo::Lockfile& lock);

}  // namespace larder::cook
