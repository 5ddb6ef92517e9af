#pragma once

#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/shell.hpp"

namespace larder::cook {

/// `larder` in the target directory, the only place there that is ours.
std::string own_directory(const std::string& target_directory);

/// The directories that cook writes in, held by one cook at a time: a second one waits, as a second
/// cargo does. What a killed cook left of its skeletons is removed.
///
/// A symbolic link in the place of one of them is refused: cook writes nowhere else. The target
/// directory itself may be a link.
class SkeletonPlace {
 public:
  /// With `outside_target`, the skeleton lies in the system's temporary directory, in one that
  /// depends on the target directory alone, so that the next cook finds what a killed one left.
  /// Throws `file-write`.
  SkeletonPlace(const std::string& target_directory, bool outside_target,
                const Environment& environment, const Shell& shell);
  /// Nothing of it stays in the temporary directory.
  ~SkeletonPlace();
  SkeletonPlace(const SkeletonPlace&) = delete;
  SkeletonPlace& operator=(const SkeletonPlace&) = delete;

  /// Where skeletons go.
  const std::string& directory() const { return directory_; }
  /// A new directory of another name than that of other cooks: the cargo of a killed one may still
  /// run and make its own one anew.
  std::string new_directory(const std::string& digest) const;
  /// Removes all skeletons.
  void clear() const;

 private:
  std::string directory_;
  bool outside_target_;
  int lock_ = -1;
};

}  // namespace larder::cook
