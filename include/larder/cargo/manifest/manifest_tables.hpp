#pragma once

#include <functional>
#include <optional>
#include <string>

#include "larder/cargo/toml/toml.hpp"

// A manifest as values, with nothing interpreted: for what is written again.

namespace larder::cargo {

/// `package.name` of a manifest; nothing when it has none.
std::optional<std::string> package_name(const TomlDocument& manifest);

/// Whether a value is `{ workspace = true, … }`: that of the workspace root stands for it.
bool is_inherited(const TomlValue& value);

/// Visits a manifest, and the table of every platform below its `target`: each may have dependency
/// tables.
void for_platforms(TomlTable& manifest, const std::function<void(TomlTable&)>& visit);

}  // namespace larder::cargo
