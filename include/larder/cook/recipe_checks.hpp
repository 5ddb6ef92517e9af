#pragma once

#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

// A recipe comes from another machine and may have been written by anyone. It is code, as its
// packages have build scripts, but what cook itself writes and has cargo read of the local kind
// stays in the skeleton (docs/security.md). All of it is checked before anything is written.

namespace larder::cook {

/// The words that build the skeleton, in cargo's canonical form. Throws `recipe-invalid` for those
/// that `prepare` never writes and that would lead cargo to another manifest or output directory.
std::vector<std::string> checked_cook_arguments(const std::vector<std::string>& words);

/// Throws `recipe-invalid` when two files would be in each other's place, when one has a name that
/// cook or git uses itself, and when a manifest leads out of the skeleton's directory.
void check_skeleton(const reduce::Skeleton& skeleton,
                    const std::vector<recipe::SourceFile>& sources);

/// The same for an open skeleton that is to lie in a directory of the user's, where targets may
/// share a source; all sources must be Rust files, and none may lie where cargo has its own.
void check_open_skeleton(const reduce::Skeleton& skeleton);

/// Throws `recipe-invalid` for a config file that is none, or that names local packages;
/// `toolchain-file` for a toolchain file that is none, or that names a directory.
void check_shared_files(const reduce::Skeleton& skeleton, const std::string& directory);

/// All of these for every command; the recipe with checked arguments.
recipe::Recipe checked(recipe::Recipe recipe, const std::string& directory);

}  // namespace larder::cook
