#pragma once

#include <functional>
#include <optional>
#include <string>

#include "larder/cargo/toml/toml.hpp"

// A manifest as uninterpreted values, to be modified and written.

namespace larder::cargo {

/// `package.name` of a manifest; nothing when it has none.
std::optional<std::string> package_name(const TomlDocument& manifest);

/// Whether a value is `{ workspace = true, … }`, which stands for the workspace root's value.
bool is_inherited(const TomlValue& value);

/// Visits the manifest and each platform's table under `target`, all of which may have dependency
/// tables.
void for_platforms(TomlTable& manifest, const std::function<void(TomlTable&)>& visit);

}  // namespace larder::cargo
