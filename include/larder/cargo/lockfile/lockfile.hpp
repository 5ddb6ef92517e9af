#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/base/id.hpp"
#include "larder/cargo/lockfile/source_id.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

struct LockedPackage;
/// An entry of a lock file: a position in `Lockfile::packages`.
using LockId = Id<LockedPackage>;

/// One `[[package]]` of a lock file.
struct LockedPackage {
  std::string name;
  Version version;
  /// Nothing for a local package.
  std::optional<SourceId> source;
  /// Checksum of the package archive. Version 1 files have it in `[metadata]`; it is moved here.
  std::optional<std::string> checksum;
  /// Resolved from cargo's `name[ version[ (source)]]` strings.
  std::vector<LockId> dependencies;
  /// The package that `[replace]` substitutes for it.
  std::optional<LockId> replacement;
  /// The line of its `[[package]]`, for messages.
  std::uint32_t line = 0;

  bool is_local() const { return !source.has_value(); }
  bool is_git() const { return source && source->is_git(); }
  /// Whether both are local, or have the same source and commit.
  bool has_same_code(const LockedPackage& other) const {
    return source && other.source ? source->is_same_code(*other.source)
                                  : is_local() && other.is_local();
  }
};

/// A `[patch]` that no package needs. Cargo queries its source anyway.
struct UnusedPatch {
  std::string name;
  Version version;
  /// Nothing for a directory.
  std::optional<SourceId> source;
  bool operator==(const UnusedPatch&) const = default;
};

/// A `Cargo.lock` of format version 1 to 4 (cargo: core/resolver/encode.rs).
struct Lockfile {
  std::string file;
  int version = 4;
  IdVector<LockId, LockedPackage> packages;
  /// The `[[patch.unused]]` entries.
  std::vector<UnusedPatch> unused_patches;
  /// Name → the packages with that name.
  std::map<std::string, std::vector<LockId>, std::less<>> by_name;

  const std::vector<LockId>& named(const std::string& name) const;
  /// Whether an entry's `source` means the same as `wanted`: before version 3, the branch `master`
  /// and no branch were the same.
  bool is_same_source(const SourceId& source, const SourceId& wanted) const;
  /// Everything reachable from `roots` through dependencies and replacements, including `roots`.
  std::set<LockId> closure(const std::vector<LockId>& roots) const;
  /// Everything from which one of `targets` is reachable, including `targets`.
  std::set<LockId> dependents(const std::set<LockId>& targets) const;
};

/// Throws `lock-parse` with the position, also for a source that cargo would not accept. A
/// dependency without a package in the file is left out, as cargo does for a path dependency that
/// is gone.
Lockfile parse_lockfile(std::string file, std::string text);

/// Whether to write the unused patches that do not come from a directory.
enum class UnusedPatches { LeftOut, Kept };

/// The text of a lock file that has only `kept`, in cargo's order and format. Other packages are
/// also removed from dependency lists. The format version is 3, which every supported cargo reads,
/// unless the sources need the notation of another one.
std::string render_lockfile(const Lockfile& lock, const std::set<LockId>& kept,
                            UnusedPatches unused = UnusedPatches::LeftOut);

}  // namespace larder::cargo
