#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

// What `[patch]` puts in place of packages from other sources (cargo: core/registry.rs).

namespace larder::reduce {

/// One entry of `[patch.SOURCE]`.
struct PatchEntry {
  std::string name;
  /// Nothing for any version.
  std::optional<cargo::VersionReq> requirement;
  cargo::Source source;
  /// Nothing for a directory, and for a registry that is not configured.
  std::optional<cargo::SourceId> id;
};

/// `value` is the entry under `key`; relative paths in it start at `base`.
PatchEntry read_patch(const std::string& key, const cargo::TomlValue& value,
                      const std::string& base, const cargo::Config& config,
                      const Environment& environment);

/// Whether a locked package may come from this source: from `id` or, if that is not known, from any
/// registry other than crates.io.
bool is_of_source(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
                  const cargo::Source& source, const std::optional<cargo::SourceId>& id);

/// Whether a locked package comes from the source that a patch names, and matches the patch.
bool is_put_in(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
               const PatchEntry& patch);

/// All patches of a workspace. Cargo distinguishes the sources that are patched only by their
/// canonical URLs, so a patch of a repository applies to all of its branches.
class Patches {
 public:
  Patches(const cargo::Workspace& workspace, const cargo::Config& config,
          const Environment& environment);

  /// Whether a patch of `source` provides a lock entry that has a source of its own.
  bool put_in(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
              const cargo::Source& source, const std::optional<cargo::SourceId>& id) const;
  /// The same for a lock entry without a source, given by its index: the local package that it
  /// stands for.
  std::optional<cargo::LocalId> local(const cargo::Lockfile& lock, cargo::LockId index,
                                      const cargo::Source& source,
                                      const std::optional<cargo::SourceId>& id) const;

 private:
  void add(const cargo::TomlTable& patches, const std::string& base);
  const std::vector<PatchEntry>& of(const cargo::Source& source,
                                    const std::optional<cargo::SourceId>& id) const;

  const cargo::Workspace& workspace_;
  const cargo::Config& config_;
  const Environment& environment_;
  /// By canonical URL, or by the name of a registry that is not configured.
  std::map<std::string, std::vector<PatchEntry>> by_place_;
};

}  // namespace larder::reduce
