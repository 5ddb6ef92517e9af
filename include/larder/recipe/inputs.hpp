#pragma once

#include <optional>
#include <string>

#include "larder/cargo/config/config.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::recipe {

/// What a recipe is derived from, read once. The lock file is not here: which one it is, a command
/// may say.
struct Inputs {
  /// The manifest that `DeriveRequest::manifest_path` leads to.
  std::string start_manifest;
  /// With all path dependencies, and without what `[patch]` brings.
  cargo::Workspace workspace;
  /// The config files that a recipe carries (`carried_level`), without those of the machine.
  cargo::Config config;
  std::optional<cargo::ToolchainFile> toolchain;
};

/// Throws what reading manifests and config throws, `manifest-stub` for a skeleton that `cook`
/// left, and `unsupported` for a command that names a cargo script.
Inputs read_inputs(const SourceTree& tree, const DeriveRequest& request);

/// A path flag of a command, made absolute.
std::string stated_path(const std::string& text, const DeriveRequest& request);

/// As `read_inputs`, the workspace alone, from a manifest given by its absolute path.
cargo::Workspace read_workspace(const SourceTree& tree, const DeriveRequest& request,
                                const std::string& manifest_path);

/// `derive` from what was read before, of the same tree and request.
Recipe derive(const SourceTree& tree, const DeriveRequest& request, Inputs inputs,
              reduce::ConfigNotes* notes = nullptr);

}  // namespace larder::recipe
