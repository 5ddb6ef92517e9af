#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/reduce/skeleton.hpp"
#include "root_tables.hpp"

// What a skeleton has besides its crates, whether they are merged or not.

namespace larder::reduce {

/// Root tables, lock file and config for the external packages that a skeleton asks for.
class SkeletonFrame {
 public:
  /// `files` is the config of the tree, `config` the same with the command's `--config` flags.
  /// `kept` are the external packages and everything that they depend on.
  SkeletonFrame(const Resolution& resolution, const cargo::Config& files,
                const cargo::Config& config, std::vector<std::string> profile_chain,
                std::set<cargo::LockId> kept,
                cargo::UnusedPatches unused = cargo::UnusedPatches::LeftOut);

  const std::set<cargo::LockId>& kept() const { return kept_; }
  RootTables root() const { return root_tables(resolution_, config_, chain_, kept_, unused_); }
  /// The part of a config that can reach the kept packages.
  cargo::TomlTable reduced(const cargo::Config& config) const;
  ReductionNotes notes() const;
  /// The kept packages.
  std::string lock_file() const { return cargo::render_lockfile(*resolution_.lock, kept_); }
  /// Calls `manifests`, while another thread calls `lock_file` if that is long.
  Skeleton around(const std::function<std::vector<SkeletonManifest>()>& manifests,
                  const std::function<std::string()>& lock_file,
                  const std::optional<cargo::ToolchainFile>& toolchain) const;

 private:
  const Resolution& resolution_;
  const cargo::Config& files_;
  const cargo::Config& config_;
  std::vector<std::string> chain_;
  std::set<cargo::LockId> kept_;
  cargo::UnusedPatches unused_;
};

}  // namespace larder::reduce
