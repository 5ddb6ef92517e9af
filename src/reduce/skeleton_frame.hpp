#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/reduce/skeleton.hpp"
#include "root_tables.hpp"

// What is around the crates of a skeleton, however they were made.

namespace larder::reduce {

/// The `profile` table of the config files.
cargo::TomlTable config_profiles(const cargo::Config& config);

/// Root tables, lock file and config for the external packages that a skeleton asks for.
class SkeletonFrame {
 public:
  /// Throws `unsupported` where an external package depends on a local one.
  SkeletonFrame(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                const cargo::Config& config, std::vector<std::string> profile_chain,
                const std::set<std::size_t>& externals);

  /// Those external packages and all that they depend on.
  const std::set<std::size_t>& kept() const { return kept_; }
  RootTables root() const { return root_tables(workspace_, chain_, lock_, kept_); }
  Skeleton around(std::vector<SkeletonManifest> manifests,
                  const std::optional<cargo::ToolchainFile>& toolchain) const;

 private:
  const cargo::Workspace& workspace_;
  const cargo::Lockfile& lock_;
  const cargo::Config& config_;
  std::vector<std::string> chain_;
  std::set<std::size_t> kept_;
};

}  // namespace larder::reduce
