#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "larder/reduce/skeleton.hpp"

// What differs from our form in recipes that were made by cargo-chef.

namespace larder::recipe {

/// Throws `recipe-format` for one by 0.1.60 or before: it lacks the targets of packages, and keys
/// of profiles that cargo-chef did not know.
void refuse_old_chef(const nlohmann::json& document, const std::string& file);

/// Takes out the crate types of programs, which 0.1.69 notes and cargo accepts in no manifest.
void drop_program_types(reduce::SkeletonManifest& manifest);

}  // namespace larder::recipe
