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

/// What becomes of a unit where there is a store.
enum class UnitVerdict : std::uint8_t {
  /// It may be stored.
  Storable,
  /// Of a local package, or of one whose source is not in the lock file.
  Local,
  /// It runs a build script, which may read anything, or is compiled against one that does.
  BuildScript,
  /// Its rustc loads a proc-macro, which may read anything, or it is compiled against such a unit.
  ProcMacro,
  /// Its rustc is told of files or programs whose contents are not known.
  Flags,
  /// What cargo notes of it was not understood.
  Unknown
};

/// A unit that cargo would compile for a command into an empty target directory.
struct PlannedUnit {
  /// With the directory that cargo calls it by, which is another one for each profile, set of
  /// features and so on. Its JSON has nothing yet of what is known only once it is compiled.
  driver::Fingerprint note;
  /// Units that it is compiled against, as indices; they stand before it.
  std::vector<std::size_t> dependencies;
  bool is_script_run = false;
  bool is_proc_macro = false;
  /// Whether a linker makes its output.
  bool is_linked = false;
  /// How rustc is called. None for runs of a build script.
  StubbedCall call;
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
