#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/recipe/recipe.hpp"

// An open skeleton as it is left in a directory, to be used until the sources are copied over it.

namespace larder::cook {

/// Whether programs of a skeleton may need the standard library.
enum class Programs { Std, NoStd };

/// The file that all stubs read, relative to the workspace root. Not in the target directory,
/// because that may be cleaned, or be a mount that only cook has; stubs must compile anyway.
constexpr const char* stub_marker = ".larder/stub-marker";

/// The files of an open skeleton, relative to its root: manifests with a mark, the lock file, the
/// marker, a stub for every source, and `sources` unchanged. Every stub compiles. A program or test
/// made from a stub fails and names the file to copy; a build script succeeds, because other units
/// depend on it. Throws `recipe-invalid` for files that a recipe must not contain.
std::map<std::string, std::string> stub_files(const reduce::Skeleton& skeleton,
                                              const std::vector<recipe::SourceFile>& sources,
                                              Programs programs = Programs::Std);

/// The packages whose library is linked as a final artifact (`cdylib`, `staticlib`). A stub of such
/// a library cannot report that it is one.
std::vector<std::string> linked_stubs(const reduce::Skeleton& skeleton);

/// Whether `file` is a manifest that cook left, and not the user's own.
bool is_stub_manifest(const std::string& file);

/// Dates the marker 2100. Cargo treats a unit as stale when its sources are newer, so a unit
/// compiled from a stub is never fresh, whatever the date of the file that replaces the stub.
/// Throws `file-write` when the file system cannot store the date.
void date_stub_marker(const std::string& file);

}  // namespace larder::cook
