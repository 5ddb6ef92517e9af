#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cook/dry_run.hpp"
#include "larder/cook/stub_calls.hpp"
#include "larder/driver/fingerprints.hpp"
#include "larder/driver/rustc_info.hpp"

namespace larder::cook {

/// What becomes of a unit when there is a store. The first few verdicts are known from the plan,
/// the others only after compilation.
enum class UnitVerdict : std::uint8_t {
  /// It may be stored, or is stored.
  Storable,
  /// It belongs to a local package, and those are left out of the plan.
  Local,
  /// Rustc keeps files of earlier compilations for it, and reads those.
  Incremental,
  /// Its file name has no hash, so other units have the same name.
  SharesName,
  /// Its rustc is passed files or programs whose contents are not known.
  Flags,
  /// A file that cargo or rustc wrote for it was not understood.
  Unknown,
  /// It reads a file outside its package, and its other reads were not observed.
  ReadsOutside,
  /// It runs a build script, may load a proc-macro, or is compiled against something that does, and
  /// there is no complete observation of it.
  NotObserved,
  AsksForDate,
  UsesNetwork,
  /// It ran or talked to a program that cannot be observed.
  RunsUnobserved,
  LeavesRunning,
  /// It wrote files that a restore would not bring back.
  WritesOutside,
  /// It read what the kernel reports about the machine.
  ReadsMachine,
  /// It read files of other units in the build directory.
  ReadsBuildDirectory,
  /// Something that it read has changed since it was started.
  Changed,
  /// Its `rerun-if-changed` names a path that does not exist.
  AlwaysRuns,
  /// It prints no `rerun-if`, so cargo compares the dates of all files of a local package.
  ComparesDates,
  /// It ran in a directory that had files of an earlier run.
  RanOverOthers,
  /// It created links or other special files.
  MakesSpecialFiles,
  /// It is compiled against a unit that is not stored.
  Above
};

/// Why units are not stored, to follow a number: "asking for the date". Empty for `Storable` and
/// `Local`.
std::string reason_of(UnitVerdict verdict);

/// What a plan is to say about the units of local packages.
enum class LocalUnits : std::uint8_t { LeaveOut, Include };

/// A unit that cargo would compile for a command into an empty target directory.
struct PlannedUnit {
  /// The fingerprint, whose directory differs for each profile, set of features and so on. Its JSON
  /// lacks what is known only after compilation.
  driver::Fingerprint note;
  /// The units that it is compiled against, as indices. They come before it.
  std::vector<std::size_t> dependencies;
  /// Runs of build scripts among its dependencies, at any depth. Their output may affect its rustc.
  std::vector<std::size_t> script_runs;
  /// All units below it, at any depth. What a linker or a proc-macro reads of them may be in none
  /// of the units between.
  std::vector<std::size_t> below;
  /// Whether its package is in the workspace or has a path, so that its sources may change.
  bool is_local = false;
  bool is_script_run = false;
  bool is_proc_macro = false;
  /// Whether its output is made by a linker.
  bool is_linked = false;
  /// Whether third-party code decides what it reads: a build script, its own or a dependency's, or
  /// a proc-macro. True for all local units. Stored only if it was observed.
  bool is_observed = false;
  /// The call of rustc, or of the build script.
  StubbedCall call;
  /// The call of rustc for the script that it runs; for others the same as `call`.
  StubbedCall compilation;
  /// "serde 1.0.228"; the directory of its manifest.
  std::string package, package_directory;
  /// The directory of its artifacts, relative to the build directory; empty for a run.
  std::string output_directory;
  UnitVerdict verdict = UnitVerdict::Storable;

  /// "debug/.fingerprint/serde-1f…/lib-serde"
  std::string name() const { return note.directory + "/" + note.unit; }
  /// "debug", or "x86_64-unknown-linux-musl/release"
  std::string profile_directory() const;
  bool is_new_layout() const { return note.directory.ends_with("/fingerprint"); }
  bool is_left_out() const { return verdict == UnitVerdict::Local; }
  /// Whether what is furthest below may affect it directly.
  bool reads_all_below() const { return is_linked || is_observed; }
};

struct UnitPlan {
  std::vector<PlannedUnit> units;
  /// The path that calls use for the build directory.
  std::string build_directory;
  /// What rustc answered cargo.
  std::optional<driver::RustcInfo> rustc;
};

/// The plan from a dry run from nothing. Packages that `lock` has only from a registry or a git
/// repository are external; all others are local.
UnitPlan make_unit_plan(const DryRun& run, const cargo::Lockfile& lock, LocalUnits local);

}  // namespace larder::cook
