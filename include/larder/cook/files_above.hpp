#pragma once

#include <map>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"

namespace larder::cook {

/// The config and toolchain files above `recipe::carried_level` which cargo and rustup read all the
/// same: path → digest of what of it can reach an external unit. Left out are config files that
/// have nothing of that, the one in `CARGO_HOME`, and toolchain files where a nearer one decides.
std::map<std::string, std::string> files_above(const SourceTree& tree, const std::string& directory,
                                               const std::string& workspace_root,
                                               const Environment& environment);

}  // namespace larder::cook
