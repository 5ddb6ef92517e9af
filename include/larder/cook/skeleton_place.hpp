#pragma once

#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/shell.hpp"

namespace larder::cook {

/// `larder` in the target directory: the only directory there that belongs to us.
std::string own_directory(const std::string& target_directory);

/// Creates a target or build directory as cargo does: with the tag that excludes it from backups
/// (https://bford.info/cachedir), but only when it is new. Throws `file-write`.
void make_target_directory(const std::string& directory);

/// The directories that cook writes in. Only one cook holds them at a time; a second one waits, as
/// a second cargo does. Removes skeletons that a killed cook left.
///
/// Refuses a symbolic link in place of one of them, so that cook writes nowhere else. The target
/// directory itself may be a link.
class SkeletonPlace {
 public:
  /// With `outside_target`, the skeleton lies below the system's temporary directory, in a
  /// directory whose name depends only on the target directory, so that the next cook finds what a
  /// killed one left. Throws `file-write`.
  SkeletonPlace(const std::string& target_directory, bool outside_target,
                const Environment& environment, const Shell& shell);
  /// Removes everything from the temporary directory.
  ~SkeletonPlace();
  SkeletonPlace(const SkeletonPlace&) = delete;
  SkeletonPlace& operator=(const SkeletonPlace&) = delete;

  /// The directory for skeletons.
  const std::string& directory() const { return directory_; }
  /// A new directory whose name differs from that of other cooks, because the cargo of a killed one
  /// may still run and recreate its directory.
  std::string new_directory(const std::string& digest) const;
  /// A link to this program, which acts as rustc's wrapper for the crates of all skeletons here.
  /// Its path is the same in every cook, because cargo compares it. Throws `file-write`.
  std::string make_wrapper() const;
  /// Removes all skeletons and the wrapper.
  void clear() const;

 private:
  std::string directory_;
  bool outside_target_;
  int lock_ = -1;
};

}  // namespace larder::cook
