#pragma once

#include <optional>
#include <string>

#include "larder/cook/unit_plan.hpp"

/// Files that a build script leaves in the directory for temporary files. Other scripts could see
/// them, so they are stored with the script's output and left there again when that is restored.
/// Build scripts of rustix 1.1.0 to 1.1.2 leave one.
namespace larder::cook {

/// The directory that `std::env::temp_dir` gives the unit's script. Empty if it is not absolute.
std::string temporary_directory_of(const PlannedUnit& unit);

/// Whether a file directly in that directory can be stored: a regular file of our own with no other
/// name.
bool can_be_left(const std::string& path);

/// The name of such a file in a variant's document, and whether a name there is one.
std::string name_of_left(const std::string& path);
bool is_name_of_left(const std::string& name);
/// The file that such a name stands for.
std::string left_path(const PlannedUnit& unit, const std::string& name);

/// Nothing unless `can_be_left`.
std::optional<std::string> read_left(const std::string& path);

/// Replaces whatever is there, even a link, by a new file. Throws `file-write`.
void leave_again(const std::string& path, const std::string& bytes, bool executable);

}  // namespace larder::cook
