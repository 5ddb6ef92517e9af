#pragma once

#include <optional>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/temporary_directory.hpp"

namespace larder::observe {

/// The observing library and a private directory for its logs, in `TMPDIR`, or in /tmp when the
/// path of `TMPDIR` has a space or colon, which `LD_PRELOAD` cannot express. Removed on
/// destruction, logs included.
class Preload {
 public:
  /// Throws `file-write`.
  explicit Preload(const Environment& environment);

  /// False when programs cannot load the library: the directory's file system is mounted noexec, or
  /// there is no library for this kind of machine (32 bits).
  bool can_be_loaded() const { return loadable_; }
  /// The environment for a cargo whose rustcs and build scripts are to be observed. Keeps a user's
  /// own `LD_PRELOAD`. Cargo and the programs it starts do not see our variables.
  Environment observed(Environment environment) const;
  /// The directory of the logs, for `read_logs`.
  const std::string& logs() const { return logs_; }

 private:
  TemporaryDirectory directory_;
  std::string library_;
  std::string logs_;
  bool loadable_ = false;
};

}  // namespace larder::observe
