#pragma once

#include "larder/commands/commands.hpp"

namespace larder::commands {

struct UpdatedLockfile {
  std::string path;
  std::string contents;
};

/// The Cargo.lock that cargo would leave in a workspace: made of nothing, or brought up to date, in
/// a temporary copy of its manifests, so that nothing is written into the workspace. Throws
/// `cargo-failed`, `cargo-missing`.
UpdatedLockfile update_lockfile(const Context& context, const std::string& manifest_path);

}  // namespace larder::commands
