#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/shell.hpp"
#include "larder/cook/stub_sources.hpp"

// What cook leaves where it ran, for those who go on there before the sources come.

namespace larder::cook {

/// What a recipe has to leave.
struct Leaving {
  /// The workspace under its own names, with the whole lock file; nothing for a lock file alone.
  std::optional<reduce::Skeleton> skeleton;
  /// With it, the files of packages that external ones depend on: no stubs stand for them.
  std::vector<recipe::SourceFile> sources;
  Programs programs = Programs::Std;
  /// Where it is alone.
  std::string lock_file;
  /// Whether that has only what was cooked.
  bool is_pruned = false;
};

/// Where it is left. All absolute.
struct LeavingPlace {
  /// The current directory: nothing is written outside it.
  std::string directory;
  /// The workspace root, below it or it itself.
  std::string root;
  std::string target_directory;
};

/// Leaves it beside what the user has, and says so: nothing at all where a `Cargo.toml` of the
/// user's decides (in the directory, above it, or in the directory of a member, for that member),
/// nor in the home directory; and no file in the place of another one, or through a link. Files
/// that an earlier cook left and that are still as it wrote them are replaced, or removed when they
/// are wanted no more; of others that were kept it warns. A recipe of which nothing can be left is
/// a warning, since what cook is for has been done. Throws `file-write`, but not for places where
/// this user may not write.
void leave_beside(const Leaving& leaving, const LeavingPlace& place, const Environment& environment,
                  const Shell& shell);

/// Leaves a whole skeleton around the files that are there, because the user asked for it: they are
/// kept. Throws `would-replace` where something is in the way that cannot be kept: a link or a file
/// in the place of a directory, anything but a file in the place of a file, or a manifest that does
/// not have the other members. Then nothing is written. Returns the files that were kept.
std::vector<std::string> leave_around(const Leaving& leaving, const LeavingPlace& place,
                                      const Environment& environment, const Shell& shell);

/// Names files that the skeleton would have with other contents; none, no warning.
void warn_of_kept(const std::vector<std::string>& files, const Shell& shell);

/// The non-local packages of the lock files, together.
std::string joined_lock_files(const std::vector<std::string>& lock_files);

}  // namespace larder::cook
