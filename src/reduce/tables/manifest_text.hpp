#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/reduce/graph/condition.hpp"
#include "larder/reduce/graph/resolution.hpp"

// What all skeleton crates have in common, as manifest text.

namespace larder::reduce {

using Platform = std::vector<cargo::PlatformPart>;

/// `[dependencies]`, `[target."cfg(unix)".dependencies]`, …
std::string table_header(TableKind kind, const Platform& platform);
/// The same for the key of a `[target]` table.
std::string target_table_header(TableKind kind, const std::string& key);

/// A TOML array of strings on one line.
std::string string_list(const std::vector<std::string>& items);

/// For each external package that a local one requests: the `git` or `registry` part of the
/// request, empty for crates.io. If manifests spell it in several ways, the first in alphabetical
/// order.
std::map<cargo::LockId, std::string> external_origins(const Resolution& resolution);

/// The parts of a request that identify the package: its origin and its locked version.
std::vector<std::string> identity_parts(const cargo::LockedPackage& package,
                                        const std::string& origin);

/// The prefix of the names of skeleton crates: `larder-`, or another one if the name of one of
/// these external packages begins with it.
std::string crate_prefix(const cargo::Lockfile& lock, const std::set<cargo::LockId>& externals);

/// The keys of `[package]` that every skeleton crate has. `build_script` is empty if there is none.
std::string package_header(const std::string& name, const std::string& version,
                           const std::string& build_script, const std::string& edition = "2021");

/// Which crates a skeleton's workspace has, as directories.
struct WorkspaceText {
  std::vector<std::string> members;
  /// Nothing for cargo's default.
  std::optional<std::vector<std::string>> default_members;
  /// Path dependencies that must not become members.
  std::vector<std::string> exclude;
  /// Further lines.
  std::string metadata;
};
/// The table `[workspace]`, with each list sorted.
std::string workspace_text(const Resolution& resolution, WorkspaceText workspace);

/// The first line of a manifest with `cargo-features`. Empty if there are none.
std::string cargo_features_line(const std::vector<std::string>& features);

}  // namespace larder::reduce
