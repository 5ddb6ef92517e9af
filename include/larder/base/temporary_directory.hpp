#pragma once

#include <string>

#include "larder/base/environment.hpp"

namespace larder {

/// A new directory in `TMPDIR`, else /tmp, that only we can read. It is removed with all that is in
/// it. Throws `file-write`.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const Environment& environment);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  /// Without symbolic links on the way.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace larder
