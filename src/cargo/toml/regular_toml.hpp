#pragma once

#include <optional>
#include <string_view>

#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// Reads TOML of the form that nearly all manifests have: ASCII, strings on one line and without
/// escapes, decimal numbers, one header for each table. Nothing for any other text, valid or not:
/// that is left to toml++, whose values and positions these are as well. It is five times as fast.
std::optional<TomlTable> read_regular_toml(std::string_view text);

}  // namespace larder::cargo
