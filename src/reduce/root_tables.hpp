#pragma once

#include <optional>
#include <set>
#include <string>

#include "larder/cargo/command_line.hpp"
#include "larder/cargo/config.hpp"
#include "larder/cargo/lockfile.hpp"
#include "larder/cargo/profile.hpp"
#include "larder/reduce/resolution.hpp"

// What of the workspace's profiles, patches and config can reach an external unit.

namespace larder::reduce {

/// `profile` reduced to the command's own and those it inherits from, without what is about
/// packages that are not in `kept`.
cargo::TomlTable reduce_profiles(const cargo::TomlTable& profiles,
                                 const std::vector<std::string>& chain, const cargo::Lockfile& lock,
                                 const std::set<std::size_t>& kept);

/// `patch` reduced to registry and git replacements that a kept package comes from. Those by a path
/// are left to `carried_patches`.
cargo::TomlTable reduce_patches(const cargo::TomlTable& patches, const cargo::Lockfile& lock,
                                const std::set<std::size_t>& kept);

/// The `patch` entries by a path, of the root manifest and the config, that name a carried package,
/// with its directory as seen from the root.
cargo::TomlTable carried_patches(const Resolution& resolution, const cargo::Config& config);

/// The config keys that can reach an external unit, merged. Secrets never pass. Throws
/// `unsupported` for `paths` and `include`, `config-secret` for a URL with user information.
cargo::TomlTable reduce_config(const cargo::Config& config,
                               const std::vector<std::string>& profile_chain,
                               const cargo::Lockfile& lock, const std::set<std::size_t>& kept);

}  // namespace larder::reduce
