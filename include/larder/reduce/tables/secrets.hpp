#pragma once

#include <compare>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

// No secret enters a recipe: what can be left out is, and what cannot is an error.

namespace larder::reduce {

using KeyPath = std::vector<std::string>;

/// Whether a config value is a secret that cook can do without: a token, a variable of `[env]` with
/// a password, a proxy's URL with one.
bool is_secret(const KeyPath& key, const cargo::TomlValue& value);

/// A key that the user is told of. Of tokens nothing is said: cargo looks for them where it runs.
struct LeftOutKey {
  /// "env.DATABASE_URL"
  std::string key;
  /// The nearest one that has it.
  std::string file;
  auto operator<=>(const LeftOutKey&) const = default;
};
std::set<LeftOutKey> left_out_keys(const cargo::Config& config);

/// The variables among them.
std::set<std::string> left_out_variables(const cargo::Config& config);

/// Removes secrets, and of credential providers those that cook could not ask.
void drop_secrets(cargo::TomlTable& config);

/// The same for the merged table of a config. Throws `config-secret` for another URL with a
/// password or token, at its place.
void remove_secrets(const cargo::Config& config, cargo::TomlTable& table);

/// Throws `source-secret` for a URL with a password or token in `[patch]` or `[replace]`.
/// `documents` are where the tables may come from.
void refuse_secret_urls(const cargo::TomlTable& tables,
                        const std::vector<const cargo::TomlDocument*>& documents);

/// Throws `source-secret` when one of these packages, or a patch that nothing needs, comes from
/// such a URL.
void refuse_secret_sources(const cargo::Lockfile& lock, const std::set<std::size_t>& packages);

/// Throws `command-secret` for a command whose words hold a secret: they are recorded. `assigned`
/// is what those of its `--config` flags say that name no file.
void refuse_secret_words(const cargo::CommandLine& command, const cargo::Config& assigned);

}  // namespace larder::reduce
