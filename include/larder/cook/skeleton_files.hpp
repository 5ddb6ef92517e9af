#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cargo/toml/toml.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::cook {

/// The files of a skeleton: relative path → contents. Crate roots are as empty as rustc allows.
std::map<std::string, std::string> skeleton_files(const reduce::Skeleton& skeleton);

/// Writes sources beside a skeleton, all with one old date: what is newer than a build is compiled
/// again. Throws as `write_skeleton` does.
void write_sources(const std::vector<recipe::SourceFile>& sources, const std::string& directory);

/// Gives a file the date and the permissions that `write_sources` gives it.
void set_as_written(const std::string& file, bool executable);

/// Names of the packages whose manifests are among these files.
std::set<std::string> package_names(const std::vector<recipe::SourceFile>& sources);

/// Cargo goes by dates: gives the files of a checkout that are, byte for byte, those that
/// `write_sources` wrote the same date, and any other that is older than `cooked_at` (nanoseconds
/// since 1970) the present one, since it would pass for the one that was compiled. A manifest
/// counts as equal when `same_recipe`: the recipe's is written anew.
void date_sources(const std::vector<recipe::SourceFile>& sources, const std::string& root,
                  bool same_recipe, std::int64_t cooked_at);

/// Writes the files of a skeleton into a new directory. Throws `file-write`, or `recipe-invalid`
/// when two paths collide.
void write_skeleton(const reduce::Skeleton& skeleton, const std::string& directory);

}  // namespace larder::cook
