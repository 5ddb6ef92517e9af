#pragma once

#include <string>

#include "larder/cargo/toml/toml.hpp"

namespace larder::reduce {

/// The manifest of an open skeleton as it is left in a directory: marked, so that nobody plans from
/// it. `path` is for errors. Throws `recipe-invalid` where the result is no TOML.
std::string marked_manifest(const std::string& path, const std::string& contents);

/// Whether a manifest is one of those.
bool is_marked(const cargo::TomlDocument& manifest);

}  // namespace larder::reduce
