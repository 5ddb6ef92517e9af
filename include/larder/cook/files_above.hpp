#pragma once

#include <map>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"

namespace larder::cook {

/// The config and toolchain files above `recipe::carried_level`, which cargo and rustup still read:
/// path → digest of the parts that can affect an external unit. Omits config files without any such
/// part, the one in `CARGO_HOME`, and toolchain files that a nearer one overrides.
std::map<std::string, std::string> files_above(const SourceTree& tree, const std::string& directory,
                                               const std::string& workspace_root,
                                               const Environment& environment);

}  // namespace larder::cook
