#pragma once

#include <optional>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/source_id.hpp"

namespace larder::cargo {

/// The URL of the index of a registry by its name (cargo: util/context, `get_registry_index`):
/// `CARGO_REGISTRIES_<NAME>_INDEX`, then `registries.<name>.index` of the config, where `file:path`
/// starts at the directory of the file. Nothing when neither is there. Throws `config-parse` for
/// what is no URL, or has a password.
std::optional<std::string> registry_index(const std::string& name, const Config& config,
                                          const Environment& environment);

/// The source that a dependency names, registries by name included. Nothing for a directory, and
/// for a registry that is configured nowhere. Throws what `registry_index` throws.
std::optional<SourceId> source_of(const Source& source, const Config& config,
                                  const Environment& environment);

}  // namespace larder::cargo
