#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cook/file_digests.hpp"
#include "larder/cook/package_sources.hpp"
#include "larder/cook/unit_plan.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

/// The parts of a unit's key, by name. Values are digests or readable words. Comparing two keys by
/// name tells what differs.
using KeyParts = std::map<std::string, std::string>;

/// Empty when `parts` is empty.
std::string key_of(const KeyParts& parts);

/// The model of this machine's processor and its abilities.
std::string processor();

/// The programs that link the output of a rustc call, by path or by a name to look up in PATH.
std::vector<std::string> linkers_of(const StubbedCall& call);

/// Why a rustc that cargo would start cannot be identified, such as a script, which may start any
/// program; empty when it can.
std::string reason_against_compiler(const DryRun& run);
/// Marks units whose linker is a script as observed, because the script may read anything.
void observe_scripts_that_link(UnitPlan& plan);

/// Where the sources of local packages are.
struct LocalSources {
  std::string workspace_root = {};
  /// Directories that do not count as sources wherever they are: target directories and stores.
  std::vector<std::string> left_out = {};
};

/// Digests of what units are compiled from and with, each computed once.
class UnitKeys {
 public:
  /// `cargo_version` is what `cargo --version` says. rustc is asked in `directory`.
  UnitKeys(std::string cargo_version, std::string directory, const UnitPlan& plan,
           LocalSources local, FileDigests& digests)
      : cargo_version_(std::move(cargo_version)),
        directory_(std::move(directory)),
        plan_(plan),
        workspace_root_(std::move(local.workspace_root)),
        sources_(std::move(local.left_out)),
        digests_(digests) {}

  /// Reads at once, in parallel, what the keys of several units are made from.
  void read_ahead(const std::vector<const PlannedUnit*>& units);

  /// The parts of the key that a unit is looked up by: everything known before it is compiled.
  /// Empty when something cannot be read.
  KeyParts parts_of(const PlannedUnit& unit);

  /// Whether all files of a package were last changed before `moment`, and are the ones that its
  /// keys were made from.
  bool is_unchanged_since(const PlannedUnit& unit, std::int64_t moment) {
    return sources_.is_unchanged_since(unit, moment);
  }
  /// The files of a local package, relative to it, with their digests. Files whose digests are here
  /// are covered by the key; others of the package are not.
  const std::map<std::string, std::string>& files_of(const PlannedUnit& unit) {
    return sources_.of(unit).digests;
  }

  /// The newest date of a file of its package.
  std::int64_t newest_date_of(const PlannedUnit& unit) { return sources_.of(unit).newest_date; }

  /// Reads the sources again when they are needed next.
  void forget_sources() { sources_.forget(); }

  /// The sysroot of its rustc. Its libraries are in the key.
  std::string sysroot_of(const PlannedUnit& unit);

  FileDigests& digests() const { return digests_; }

 private:
  driver::RustcInfo asked(const StubbedCall& call) const;
  const std::string& toolchain_of(const StubbedCall& call);
  const std::string& system_of(const StubbedCall& call);
  void add_program(store::Hasher& hasher, const std::string& path) const;
  void add_library_path(const PlannedUnit& unit, const std::string& value,
                        store::Hasher& hasher) const;
  void add_told(const PlannedUnit& unit, KeyParts& parts) const;

  std::string cargo_version_, directory_;
  const UnitPlan& plan_;
  std::string workspace_root_;
  PackageSources sources_;
  FileDigests& digests_;
  /// By the path of rustc: its version in words, and a digest.
  std::map<std::string, std::string> toolchains_, sysroots_;
  std::map<std::vector<std::string>, std::string> systems_;
};

}  // namespace larder::cook
