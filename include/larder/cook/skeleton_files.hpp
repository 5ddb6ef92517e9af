#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

namespace larder::cook {

/// Whether programs of a skeleton may need the standard library.
enum class Programs { Std, NoStd };

/// The files of a skeleton: relative path → contents. Crate roots are as empty as rustc allows.
std::map<std::string, std::string> skeleton_files(const reduce::Skeleton& skeleton,
                                                  Programs programs = Programs::Std);

/// Writes sources beside a skeleton, all with one old date: what is newer than a build is compiled
/// again. Throws `file-write`.
void write_sources(const std::vector<recipe::SourceFile>& sources, const std::string& directory);

/// Writes the files of a skeleton into a directory, made if missing. Throws `file-write`, or
/// `recipe-invalid` when two paths collide.
void write_skeleton(const reduce::Skeleton& skeleton, const std::string& directory);

}  // namespace larder::cook
