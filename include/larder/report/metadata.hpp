#pragma once

#include <string>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::report {

struct MetadataRequest {
  /// Where readmes that no manifest names are looked for.
  const SourceTree& tree;
  const cargo::Workspace& workspace;
  /// Absolute.
  std::string target_directory;
  std::string build_directory;
  /// Where the URLs of registries are found, with their `CARGO_REGISTRIES_<name>_INDEX`.
  const cargo::Config& config;
  const Environment& environment;
};

/// What `cargo metadata --no-deps --format-version 1` of cargo 1.95 prints for the workspace, on
/// one line without its end: the same keys, ids and orders. Throws `registry-unknown` for a
/// dependency of a registry that is configured nowhere, and `not-utf8` for a path that JSON cannot
/// hold.
std::string metadata_json(const MetadataRequest& request);

}  // namespace larder::report
