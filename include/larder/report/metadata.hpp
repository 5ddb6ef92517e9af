#pragma once

#include <string>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::report {

struct MetadataRequest {
  /// Searched for readmes that a manifest does not name.
  const SourceTree& tree;
  const cargo::Workspace& workspace;
  /// Absolute.
  std::string target_directory;
  std::string build_directory;
  /// Define the URLs of registries, the latter with `CARGO_REGISTRIES_<name>_INDEX`.
  const cargo::Config& config;
  const Environment& environment;
};

/// What `cargo metadata --no-deps --format-version 1` of cargo 1.95 prints for the workspace, on
/// one line without the newline: the same keys, ids and order. Throws `registry-unknown` for a
/// dependency from a registry that is not configured, and `not-utf8` for a path that JSON cannot
/// represent.
std::string metadata_json(const MetadataRequest& request);

}  // namespace larder::report
