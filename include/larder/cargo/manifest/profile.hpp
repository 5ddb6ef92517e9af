#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// The environment variable that sets a profile key: `CARGO_PROFILE_RELEASE_LTO`.
std::string profile_variable(const std::string& profile, const std::string& key);

/// The scope of link-time optimisation.
enum class Lto {
  /// `false`, cargo's default: within each crate.
  Local,
  /// "off" and its spellings: none at all.
  Off,
  /// `true`, "thin", "fat" and their spellings.
  AcrossCrates
};

/// The `[profile]` tables that apply to a command (cargo: core/profiles.rs).
class Profiles {
 public:
  /// `manifest` is the `profile` table of the root manifest, `config` that of the config files,
  /// which wins.
  Profiles(TomlTable manifest, TomlTable config)
      : manifest_(std::move(manifest)), config_(std::move(config)) {}

  /// With `CARGO_PROFILE_<name>_<key>` taking precedence over both.
  Profiles with_environment(Environment environment) const;

  /// With the `profile` table of `--config` flags taking precedence over everything.
  Profiles with_arguments(TomlTable arguments) const;

  /// The profile and those it inherits from, nearest first: `test` → {"test", "dev"}.
  std::vector<std::string> chain(const std::string& name) const;
  /// The value of a key in the profile, or in the nearest one that it inherits from; nothing for
  /// cargo's default.
  std::optional<TomlValue> value(const std::string& profile, const std::string& key) const;

  Lto lto(const std::string& profile) const;
  bool aborts_on_panic(const std::string& profile) const;

  const TomlTable& manifest() const { return manifest_; }
  const TomlTable& config() const { return config_; }

 private:
  TomlTable manifest_;
  TomlTable config_;
  TomlTable arguments_;
  Environment environment_;
};

}  // namespace larder::cargo
