#pragma once

#include "larder/commands/commands.hpp"

namespace larder::commands {

struct UpdatedLockfile {
  std::string path;
  std::string contents;
};

/// The Cargo.lock that cargo would write for a workspace, new or updated. Cargo runs in a temporary
/// copy of the manifests, so that nothing is written into the workspace. Throws `cargo-failed`,
/// `cargo-missing`.
UpdatedLockfile update_lockfile(const Context& context, const std::string& manifest_path);

}  // namespace larder::commands
