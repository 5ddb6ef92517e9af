#pragma once

#include <string>

#include "larder/cargo/toml/toml.hpp"

namespace larder::reduce {

/// A manifest of an open skeleton, marked so that no recipe is ever made from it when it is left in
/// a directory. `path` is for errors. Throws `recipe-invalid` when the result is not TOML.
std::string marked_manifest(const std::string& path, const std::string& contents);

/// Whether a manifest has that mark.
bool is_marked(const cargo::TomlDocument& manifest);

}  // namespace larder::reduce
