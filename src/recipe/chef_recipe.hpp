#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "larder/reduce/skeleton.hpp"

// How recipes that were made by cargo-chef differ from ours.

namespace larder::recipe {

/// Throws `recipe-format` for a recipe of cargo-chef 0.1.60 or older. It lacks the targets of
/// packages, and profile keys that cargo-chef did not know.
void refuse_old_chef(const nlohmann::json& document, const std::string& file);

/// Removes the crate types of programs. cargo-chef 0.1.69 writes them, but cargo accepts them in no
/// manifest.
void drop_program_types(reduce::SkeletonManifest& manifest);

}  // namespace larder::recipe
