#pragma once

#include <future>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

namespace larder::cargo {

/// The variable for `resolver.lockfile-path`.
extern const std::string lockfile_variable;

/// The path where cargo reads and writes the lock file of a workspace with this root:
/// `resolver.lockfile-path` (from cargo 1.97), or else beside the root manifest. `stated` holds the
/// settings of `--config` flags, which win over the variable, which wins over `config`. The
/// variable is relative to `directory`. Absolute.
std::string lockfile_place(const std::string& root, const std::string& directory,
                           const Environment& environment, const Config& config,
                           const Config& stated);

/// The lock file at this path. Throws `lock-missing` or `lock-parse`.
Lockfile read_lockfile(const SourceTree& tree, const std::string& path);

/// A lock file that another thread parses while the manifests are read, if it is long enough and
/// the tree allows that.
class LockfileAhead {
 public:
  LockfileAhead() = default;
  /// `path` is where the lock file probably is. Throws nothing if it cannot be read.
  LockfileAhead(const SourceTree& tree, std::string path);

  /// The same as `read_lockfile`, which it calls for any other path.
  Lockfile take(const SourceTree& tree, const std::string& path);

 private:
  std::string path_;
  std::future<Lockfile> parsed_;
};

}  // namespace larder::cargo
