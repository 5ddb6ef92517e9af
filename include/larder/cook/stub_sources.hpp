#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

// An open skeleton as it is left in a directory for others to work on, until the sources are laid
// over it.

namespace larder::cook {

/// Whether programs of a skeleton may need the standard library.
enum class Programs { Std, NoStd };

/// The file that all stubs read, as seen from the workspace root. Not in the target directory: that
/// may be cleaned, or lie on a mount of cook's alone, and stubs must compile all the same.
constexpr const char* stub_marker = ".larder/stub-marker";

/// The files of an open skeleton, as seen from its root: manifests with a mark, the lock file, the
/// marker, a stub for every source, and `sources` as they are. A stub compiles, and a program or
/// test made of it fails and names the file to copy; a build script succeeds, as others depend on
/// it. Throws `recipe-invalid` for what a recipe may not put there.
std::map<std::string, std::string> stub_files(const reduce::Skeleton& skeleton,
                                              const std::vector<recipe::SourceFile>& sources,
                                              Programs programs = Programs::Std);

/// The packages whose library is linked as it is (`cdylib`, `staticlib`): nothing in a stub of one
/// can tell that it is a stub.
std::vector<std::string> linked_stubs(const reduce::Skeleton& skeleton);

/// Whether there is a manifest that cook left, and not one of the user's.
bool is_stub_manifest(const std::string& file);

/// Dates the marker 2100: cargo takes a unit for stale whose sources are newer, so one that was
/// compiled from a stub is never fresh, whatever the date of the file that takes the stub's place.
/// Throws `file-write` where the file system has no such date.
void date_stub_marker(const std::string& file);

}  // namespace larder::cook
