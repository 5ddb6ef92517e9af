#pragma once

#include <string>

#include "larder/cook/unit_plan.hpp"

/// Directories of compiled crates, which cargo puts into the library path of build scripts
/// (`LD_LIBRARY_PATH`). Scripts that look for a library list them, as those with bindgen do for
/// libclang. Which crates are there by then depends on which rustc ends first, so no script can
/// rely on that, except for its own dependencies, which its key covers.
namespace larder::cook {

/// Whether the path has the form of a unit's directory in the newer layout,
/// `PROFILE/build/PACKAGE/HASH/out`.
bool is_directory_of_unit(const std::string& path);

/// Whether it is `PROFILE` or `PROFILE/deps` in the build directory, or below a target's name. In
/// the newer layout, `PROFILE` or the directory of a unit.
bool is_library_directory(const std::string& path, const std::string& build_directory);

/// Whether everything in the directory was made by cargo or rustc for some crate, as its name says.
/// Artifacts of the plan's local packages may have no hash in their names; null for no plan. True
/// if there is no such directory.
bool has_only_crates(const std::string& directory, const UnitPlan* plan);

}  // namespace larder::cook
