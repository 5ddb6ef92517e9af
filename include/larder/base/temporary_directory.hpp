#pragma once

#include <string>

#include "larder/base/environment.hpp"

namespace larder {

/// A new directory in `TMPDIR`, or in /tmp when that is unset, which only this user can read.
/// Removed with its contents on destruction. Throws `file-write`.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const Environment& environment);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  /// Has no symbolic links in it.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace larder
