#pragma once

#include <string>

#include "larder/base/environment.hpp"

namespace larder::test {

/// A toolchain, called directly: rustup's proxies would follow the workspaces' toolchain files.
struct Toolchain {
  /// Of `cargo`, `rustc` and the others; empty: those of the PATH.
  std::string directory;
  std::string version;
  std::string host;
};

/// The toolchain of this name, or the default one where it is empty. Throws `toolchain-missing`.
Toolchain find_toolchain(const std::string& name);

/// What is passed on of this process's environment, with the toolchain in front; cargo's own
/// variables are left out, but for those about the network.
Environment environment_for(const Toolchain& toolchain);

/// The path of a program of the toolchain.
std::string program(const Toolchain& toolchain, const std::string& name);

}  // namespace larder::test
