#pragma once

#include <compare>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

// No secret enters a recipe. Secrets are left out where possible; elsewhere they are an error.

namespace larder::reduce {

using KeyPath = std::vector<std::string>;

/// Whether a config value is a secret that cook does not need: a token, a variable of `[env]` with
/// a password, a proxy URL with one.
bool is_secret(const KeyPath& key, const cargo::TomlValue& value);

/// A key to tell the user about. Tokens are not reported, because cargo looks them up where it
/// runs.
struct LeftOutKey {
  /// "env.DATABASE_URL"
  std::string key;
  /// The nearest file that sets it.
  std::string file;
  auto operator<=>(const LeftOutKey&) const = default;
};
std::set<LeftOutKey> left_out_keys(const cargo::Config& config);

/// The environment variables among them.
std::set<std::string> left_out_variables(const cargo::Config& config);

/// Removes secrets, and the credential providers that cook could not call.
void drop_secrets(cargo::TomlTable& config);

/// The same for the merged table of a config. Throws `config-secret`, with its place, for any other
/// URL with a password or token.
void remove_secrets(const cargo::Config& config, cargo::TomlTable& table);

/// Throws `source-secret` for a URL with a password or token in `[patch]` or `[replace]`.
/// `documents` are the files that the tables may come from.
void refuse_secret_urls(const cargo::TomlTable& tables,
                        const std::vector<const cargo::TomlDocument*>& documents);

/// Throws `source-secret` when one of these packages, or an unused patch, comes from such a URL.
void refuse_secret_sources(const cargo::Lockfile& lock, const std::set<cargo::LockId>& packages);

/// Throws `command-secret` when a word of the command holds a secret, because words are recorded.
/// `assigned` holds the settings of the `--config` flags that do not name a file.
void refuse_secret_words(const cargo::CommandLine& command, const cargo::Config& assigned);

}  // namespace larder::reduce
