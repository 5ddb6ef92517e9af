#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/lockfile/source_id.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

/// One `[[package]]` of a lock file.
struct LockedPackage {
  std::string name;
  Version version;
  /// Nothing for a local package.
  std::optional<SourceId> source;
  /// Of the package archive; version 1 files keep it in `[metadata]`, from where it is brought
  /// here.
  std::optional<std::string> checksum;
  /// Indices into `Lockfile::packages`, resolved from cargo's `name[ version[ (source)]]` strings.
  std::vector<std::size_t> dependencies;
  /// What `[replace]` puts in its place.
  std::optional<std::size_t> replacement;
  /// The line of its `[[package]]`, for messages.
  std::uint32_t line = 0;

  bool is_local() const { return !source.has_value(); }
  bool is_git() const { return source && source->is_git(); }
  /// Whether both are local or of one source, and of one commit.
  bool has_same_code(const LockedPackage& other) const {
    return source && other.source ? source->is_same_code(*other.source)
                                  : is_local() && other.is_local();
  }
};

/// What a `[patch]` brings that no package needs: cargo asks its source for it all the same.
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
  std::vector<LockedPackage> packages;
  /// What stands under `[[patch.unused]]`.
  std::vector<UnusedPatch> unused_patches;
  /// Name to the indices of its packages.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_name;

  const std::vector<std::size_t>& named(const std::string& name) const;
  /// Whether `source` is one that an entry of this file may say, and `wanted` means the same:
  /// before version 3 the branch `master` and no branch were one.
  bool is_same_source(const SourceId& source, const SourceId& wanted) const;
  /// Everything reachable from `roots` along dependency edges and replacements, the roots included.
  std::set<std::size_t> closure(const std::vector<std::size_t>& roots) const;
  /// Everything from which one of `targets` is reachable, the targets included.
  std::set<std::size_t> dependents(const std::set<std::size_t>& targets) const;
};

/// Throws `lock-parse` with the position, also for a source that cargo would not read; a dependency
/// that names no package of the file is left out, as cargo does for a path dependency that is
/// gone.
Lockfile parse_lockfile(std::string file, std::string text);

/// Whether a lock file is written with the unused patches that are of no directory.
enum class UnusedPatches { LeftOut, Kept };

/// The text of a lock file that holds only `kept`, in cargo's order and format. Packages that are
/// not kept vanish from dependency lists. The format version is 3, which every supported cargo
/// reads, unless the sources need the notation of another one.
std::string render_lockfile(const Lockfile& lock, const std::set<std::size_t>& kept,
                            UnusedPatches unused = UnusedPatches::LeftOut);

}  // namespace larder::cargo
