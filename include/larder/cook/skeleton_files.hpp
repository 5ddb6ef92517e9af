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

/// Writes sources beside a skeleton, with old dates that are always the same: cargo recompiles what
/// is newer than a build. Throws like `write_skeleton`.
void write_sources(const std::vector<recipe::SourceFile>& sources, const std::string& directory);

/// Gives a file the date and permissions that `write_sources` gives one of that name.
void set_as_written(const std::string& file, bool executable);

/// The names of the packages whose manifests are among `sources`.
std::set<std::string> package_names(const std::vector<recipe::SourceFile>& sources);

/// Sets the dates of a checkout's sources, because cargo goes by dates. Files that are byte for
/// byte those of `write_sources` get its dates. Any other file older than `cooked_at` (nanoseconds
/// since 1970) gets the current date, since it would otherwise pass for the compiled one. A
/// manifest counts as equal when `same_recipe`, because the recipe's version is rewritten.
void date_sources(const std::vector<recipe::SourceFile>& sources, const std::string& root,
                  bool same_recipe, std::int64_t cooked_at);

/// Writes the files of a skeleton into a new directory. Throws `file-write`, or `recipe-invalid`
/// when two paths collide.
void write_skeleton(const reduce::Skeleton& skeleton, const std::string& directory);

}  // namespace larder::cook
