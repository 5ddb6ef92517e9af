#pragma once

#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

// A recipe comes from another machine and may have been written by anyone. It is code, as its
// packages have build scripts, but what cook itself writes and has cargo read of the local kind
// stays in the skeleton (docs/security.md). All of it is checked before anything is written.

namespace larder::cook {

/// Throws `recipe-invalid` for a line that `prepare` never writes as the one that builds a
/// skeleton, and that would lead cargo to another manifest or output directory.
void check_cook_line(const cargo::CommandLine& line);

/// Throws `recipe-invalid` when two files would be in each other's place, when one has a name that
/// cook or git uses itself, and when a manifest leads out of the skeleton's directory.
void check_skeleton(const reduce::Skeleton& skeleton,
                    const std::vector<recipe::SourceFile>& sources);

/// The same for an open skeleton that is to lie in a directory of the user's, where targets may
/// share a source; what a stub stands for must be a Rust file, and none may lie where cargo has its
/// own.
void check_open_skeleton(const reduce::Skeleton& skeleton,
                         const std::vector<recipe::SourceFile>& sources);

/// Throws `recipe-invalid` for a config file that is none, or that names local packages;
/// `toolchain-file` for a toolchain file that is none, or that names a directory.
void check_shared_files(const reduce::Skeleton& skeleton, const std::string& directory);

/// All of these for every command.
void check(const recipe::Recipe& recipe, const std::string& directory);

}  // namespace larder::cook
