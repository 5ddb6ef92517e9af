#pragma once

#include <optional>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/source_id.hpp"

namespace larder::cargo {

/// The index URL of a registry by name (cargo: util/context, `get_registry_index`):
/// `CARGO_REGISTRIES_<NAME>_INDEX`, then `registries.<name>.index` of the config, where `file:path`
/// is relative to the directory of the file. Nothing when neither is set. Throws `config-parse`
/// when it is not a URL, or has a password.
std::optional<std::string> registry_index(const std::string& name, const Config& config,
                                          const Environment& environment);

/// The source of a dependency, with registry names looked up. Nothing for a directory, and for a
/// registry that is not configured. Throws what `registry_index` throws.
std::optional<SourceId> source_of(const Source& source, const Config& config,
                                  const Environment& environment);

}  // namespace larder::cargo
