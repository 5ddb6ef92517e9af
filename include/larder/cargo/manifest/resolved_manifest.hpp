#pragma once

#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// Gives a package a document in which what it inherits is written out, so that it can do without
/// its workspace root.
void resolve_inherited(Package& package);

}  // namespace larder::cargo
