#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/manifest/profile.hpp"
#include "larder/reduce/graph/resolution.hpp"

// The parts of the workspace's profiles, patches and config that can reach an external unit.

namespace larder::reduce {

/// Where named registries are defined: the config, including `--config` flags, and the environment.
struct Registries {
  const cargo::Config& config;
  const Environment& environment;
};

/// `profile` reduced to the profile of the command and those that it inherits from, without
/// overrides for packages that are not in `kept`.
cargo::TomlTable reduce_profiles(const cargo::TomlTable& profiles,
                                 const std::vector<std::string>& chain, const cargo::Lockfile& lock,
                                 const std::set<cargo::LockId>& kept);

/// `patch` reduced to the registry and git entries that a kept package comes from. `unused` can
/// keep the other ones too, because cargo queries their sources as well. Entries with a path are
/// left to `path_patches`. If a registry is not configured, every entry that could be used is
/// kept.
cargo::TomlTable reduce_patches(const cargo::TomlTable& patches, const Registries& registries,
                                const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept,
                                cargo::UnusedPatches unused);

/// `replace` reduced to the entries that replace a kept package.
cargo::TomlTable reduce_replacements(const cargo::TomlTable& replacements,
                                     const cargo::Lockfile& lock,
                                     const std::set<cargo::LockId>& kept);

/// What a skeleton's root manifest has besides its list of crates.
struct RootTables {
  /// Those that profiles need.
  std::vector<std::string> cargo_features;
  /// `profile`, `patch`, `replace`, and what patched packages inherit.
  cargo::TomlTable tables;
};
/// The documents that the `patch` and `replace` tables of a workspace come from.
std::vector<const cargo::TomlDocument*> origins_of_tables(const cargo::Workspace& workspace,
                                                          const cargo::Config& config);

/// `config` is that of config files and `--config` flags, needed for the `patch` entries of patched
/// packages. Throws `source-secret` for a URL with a password or token.
RootTables root_tables(const Resolution& resolution, const cargo::Config& config,
                       const std::vector<std::string>& profile_chain,
                       const std::set<cargo::LockId>& kept, cargo::UnusedPatches unused);

/// The tables as text that begins with an empty line. Empty if there are none.
std::string root_tables_text(const RootTables& root);

/// The keys of `config` that can reach an external unit, merged and without secrets. Throws
/// `unsupported` for `paths`, and what `remove_secrets` throws.
cargo::TomlTable reduce_config(const cargo::Config& config, const Registries& registries,
                               const std::vector<std::string>& profile_chain,
                               const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept,
                               cargo::UnusedPatches unused);

}  // namespace larder::reduce
