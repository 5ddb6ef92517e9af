#pragma once

#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

// A recipe comes from another machine and may have been written by anyone. It is code, since its
// packages have build scripts. But what cook itself writes, and has cargo read as local packages,
// stays in the skeleton (docs/security.md). Everything is checked before anything is written.

namespace larder::cook {

/// Throws `recipe-invalid` for a skeleton's command that `prepare` never writes and that would lead
/// cargo to another manifest or output directory.
void check_cook_line(const cargo::CommandLine& line);

/// Throws `recipe-invalid` when two files would collide, when a file has a name that cook or git
/// uses itself, or when a manifest refers outside the skeleton's directory.
void check_skeleton(const reduce::Skeleton& skeleton,
                    const std::vector<recipe::SourceFile>& sources);

/// The same for an open skeleton to be left in a user's directory, where targets may share a
/// source. In addition, a stub must replace a Rust file and must not lie where cargo keeps files of
/// its own.
void check_open_skeleton(const reduce::Skeleton& skeleton,
                         const std::vector<recipe::SourceFile>& sources);

/// Throws `recipe-invalid` for an invalid config file or one that names local packages;
/// `toolchain-file` for an invalid toolchain file or one that names a directory.
void check_shared_files(const reduce::Skeleton& skeleton, const std::string& directory);

/// Runs all of these checks for every command.
void check(const recipe::Recipe& recipe, const std::string& directory);

}  // namespace larder::cook
