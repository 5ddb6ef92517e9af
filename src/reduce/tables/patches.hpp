#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

// What `[patch]` puts in the place of packages of other sources (cargo: core/registry.rs).

namespace larder::reduce {

/// One entry of `[patch.SOURCE]`.
struct PatchEntry {
  std::string name;
  /// Nothing for any version.
  std::optional<cargo::VersionReq> requirement;
  cargo::Source source;
  /// Nothing for a directory, and for a registry that is configured nowhere.
  std::optional<cargo::SourceId> id;
};

/// `value` is the entry under `key`; relative paths in it start at `base`.
PatchEntry read_patch(const std::string& key, const cargo::TomlValue& value,
                      const std::string& base, const cargo::Config& config,
                      const Environment& environment);

/// Whether a locked package may be of this source: of `id`, or where that is not known, of a
/// registry other than crates.io.
bool is_of_source(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
                  const cargo::Source& source, const std::optional<cargo::SourceId>& id);

/// Whether a locked package with a source is what a patch puts in.
bool is_put_in(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
               const PatchEntry& patch);

/// All patches of a workspace. Cargo tells the sources that are patched apart by their canonical
/// URLs alone: a patch of a repository is one of all its branches.
class Patches {
 public:
  Patches(const cargo::Workspace& workspace, const cargo::Config& config,
          const Environment& environment);

  /// Whether an entry of the lock file with a source stands for what `source` asks for.
  bool put_in(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
              const cargo::Source& source, const std::optional<cargo::SourceId>& id) const;
  /// The local package that an entry without a source, by its index, then is.
  std::optional<std::size_t> local(const cargo::Lockfile& lock, std::size_t index,
                                   const cargo::Source& source,
                                   const std::optional<cargo::SourceId>& id) const;

 private:
  void add(const cargo::TomlTable& patches, const std::string& base);
  const std::vector<PatchEntry>& of(const cargo::Source& source,
                                    const std::optional<cargo::SourceId>& id) const;

  const cargo::Workspace& workspace_;
  const cargo::Config& config_;
  const Environment& environment_;
  /// By canonical URL, or by the name of a registry that is configured nowhere.
  std::map<std::string, std::vector<PatchEntry>> by_place_;
};

}  // namespace larder::reduce
