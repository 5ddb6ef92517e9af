#pragma once

#include <cstddef>
#include <string>

namespace larder::cook {

/// Notes in `target_directory` what it holds now, so that it can be told later whether another
/// target directory was copied over it, as `COPY . .` does with one in the build context. Cargo
/// takes what it finds there for its own, by dates that then mean nothing.
///
/// `build_directory` is where fingerprints are; usually the same. Throws `file-write`.
void leave_stamp(const std::string& target_directory, const std::string& build_directory);

/// Gives the stamp another name, before a build: what is compiled then is more than the stamp says,
/// and a copy of it over a directory that was only cooked is to be seen.
void renew_stamp(const std::string& target_directory);

/// Whether another target directory was copied over this one since its stamp was left: there are
/// the stamps of two, or `CACHEDIR.TAG`, which is written once, has another date. False where there
/// is no stamp, and where the whole directory was given new dates.
bool was_copied_over(const std::string& target_directory);

/// Removes the notes of all units that are not as they were when the stamp was left, so that cargo
/// compiles them again. Returns how many; cargo's own locks are not taken, so no cargo may run
/// there.
std::size_t forget_foreign_units(const std::string& target_directory,
                                 const std::string& build_directory);

}  // namespace larder::cook
