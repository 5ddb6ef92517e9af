#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/shell.hpp"
#include "larder/cook/stub_sources.hpp"

// What cook leaves in the directory it ran in, for steps that run there before the sources arrive.

namespace larder::cook {

/// What to leave of a recipe.
struct Leaving {
  /// The workspace under its own names, with the whole lock file. Nothing to leave only a lock
  /// file.
  std::optional<reduce::Skeleton> skeleton;
  /// With `skeleton`: the files of packages that external ones depend on, which are not stubbed.
  std::vector<recipe::SourceFile> sources;
  Programs programs = Programs::Std;
  /// The lock file to leave without a skeleton.
  std::string lock_file;
  /// Whether that lock file has only what was cooked.
  bool is_pruned = false;
};

/// Where to leave it. All paths are absolute.
struct LeavingPlace {
  /// The current directory. Nothing is written outside it.
  std::string directory;
  /// The workspace root: `directory`, or a directory below it.
  std::string root;
  std::string target_directory;
};

/// Leaves it beside the user's files, and reports it. Leaves nothing in the home directory, nor
/// where a `Cargo.toml` of the user's applies: in the directory, above it, or in a member's
/// directory for that member. Never replaces another file or writes through a link. Files that an
/// earlier cook left and that are unchanged are replaced, or removed when no longer needed; other
/// files are kept, with a warning. When nothing can be left of a recipe, that is only a warning,
/// because cook has done its work. Throws `file-write`, except for places where this user may not
/// write.
void leave_beside(const Leaving& leaving, const LeavingPlace& place, const Environment& environment,
                  const Shell& shell);

/// Leaves a whole skeleton among existing files, at the user's request, and keeps those files.
/// Throws `would-replace`, before anything is written, when something in the way cannot be kept: a
/// link or a file in place of a directory, something other than a file in place of a file, or a
/// manifest that lacks the other members. Returns the files that were kept.
std::vector<std::string> leave_around(const Leaving& leaving, const LeavingPlace& place,
                                      const Environment& environment, const Shell& shell);

/// Warns about files that the skeleton would have with other contents, if there are any.
void warn_of_kept(const std::vector<std::string>& files, const Shell& shell);

/// The non-local packages of several lock files, merged.
std::string joined_lock_files(const std::vector<std::string>& lock_files);

}  // namespace larder::cook
