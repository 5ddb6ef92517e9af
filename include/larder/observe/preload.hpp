#pragma once

#include <optional>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/temporary_directory.hpp"

namespace larder::observe {

/// The library that observes, and a place for its logs: a private directory in `TMPDIR`, or in /tmp
/// where the former's path has a space or colon, which `LD_PRELOAD` cannot express. Removed at the
/// end, logs included.
class Preload {
 public:
  /// Throws `file-write`.
  explicit Preload(const Environment& environment);

  /// False where programs cannot load the library: it lies on a file system that is mounted noexec,
  /// or there is none for this kind of machine (32 bits).
  bool can_be_loaded() const { return loadable_; }
  /// The environment for a cargo whose rustcs and build scripts are to be observed. A user's own
  /// `LD_PRELOAD` is kept. Cargo and what it starts do not see our variables.
  Environment observed(Environment environment) const;
  /// Where the logs are, for `read_logs`.
  const std::string& logs() const { return logs_; }

 private:
  TemporaryDirectory directory_;
  std::string library_;
  std::string logs_;
  bool loadable_ = false;
};

}  // namespace larder::observe
