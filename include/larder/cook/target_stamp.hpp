#pragma once

#include <cstddef>
#include <string>

namespace larder::cook {

/// Records the present state of `target_directory`, to detect later that another target directory
/// was copied over it, as `COPY . .` does with one in the build context. Cargo would treat those
/// files as its own, by dates that no longer mean anything.
///
/// `build_directory` has the fingerprints; it is usually the same directory. Throws `file-write`.
void leave_stamp(const std::string& target_directory, const std::string& build_directory);

/// Renames the stamp. Called before a build, which compiles more than the stamp records, so that a
/// later copy over a directory that was only cooked is detected.
void renew_stamp(const std::string& target_directory);

/// Whether another target directory was copied over this one since its stamp was left: there are
/// two stamps, or `CACHEDIR.TAG`, which is written only once, has another date. False when there is
/// no stamp, and when all files of the directory were given new dates.
bool was_copied_over(const std::string& target_directory);

/// Removes the fingerprints of all units that changed since the stamp was left, and what such runs
/// of build scripts have left, so that cargo compiles them and what lies above them. Returns their
/// number. Does not take cargo's locks, so no cargo may be running there.
std::size_t forget_foreign_units(const std::string& target_directory,
                                 const std::string& build_directory);

}  // namespace larder::cook
