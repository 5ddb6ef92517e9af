#pragma once

#include <optional>
#include <string>

#include "larder/cargo/config/config.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::recipe {

/// What a recipe is derived from, read once. Without the lock file, because a command may name
/// another one.
struct Inputs {
  /// The manifest that `DeriveRequest::manifest_path` selects.
  std::string start_manifest;
  /// Includes all path dependencies, but not the packages that `[patch]` adds.
  cargo::Workspace workspace;
  /// The config files that go into a recipe (`carried_level`), without those of the machine.
  cargo::Config config;
  std::optional<cargo::ToolchainFile> toolchain;
};

/// Throws the errors of reading manifests and config, `manifest-stub` for a skeleton that `cook`
/// left, and `unsupported` for a command that names a cargo script.
Inputs read_inputs(const SourceTree& tree, const DeriveRequest& request);

/// A path from a command's flag, made absolute.
std::string stated_path(const std::string& text, const DeriveRequest& request);

/// Like `read_inputs`, but reads only the workspace, from a manifest with an absolute path.
cargo::Workspace read_workspace(const SourceTree& tree, const DeriveRequest& request,
                                const std::string& manifest_path);

/// Like `derive`, with inputs that `read_inputs` returned for the same tree and request.
Recipe derive(const SourceTree& tree, const DeriveRequest& request, Inputs inputs,
              reduce::ReductionNotes* notes = nullptr);

}  // namespace larder::recipe
