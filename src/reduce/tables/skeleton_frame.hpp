#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/reduce/skeleton.hpp"
#include "root_tables.hpp"

// What is around the crates of a skeleton, however they were made.

namespace larder::reduce {

/// Root tables, lock file and config for the external packages that a skeleton asks for.
class SkeletonFrame {
 public:
  /// `files` are the config files of the tree, `config` those and what the command says. `kept` are
  /// the external packages and all that they depend on.
  SkeletonFrame(const Resolution& resolution, const cargo::Config& files,
                const cargo::Config& config, std::vector<std::string> profile_chain,
                std::set<std::size_t> kept,
                cargo::UnusedPatches unused = cargo::UnusedPatches::LeftOut);

  const std::set<std::size_t>& kept() const { return kept_; }
  RootTables root() const { return root_tables(resolution_, config_, chain_, kept_, unused_); }
  /// What of a config reaches the kept packages.
  cargo::TomlTable reduced(const cargo::Config& config) const;
  ConfigNotes notes() const;
  Skeleton around(std::vector<SkeletonManifest> manifests,
                  const std::optional<cargo::ToolchainFile>& toolchain) const;

 private:
  const Resolution& resolution_;
  const cargo::Config& files_;
  const cargo::Config& config_;
  std::vector<std::string> chain_;
  std::set<std::size_t> kept_;
  cargo::UnusedPatches unused_;
};

}  // namespace larder::reduce
