#pragma once

#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// Gives a package a document with all inherited values written out, so that it no longer needs its
/// workspace root.
void resolve_inherited(Package& package);

}  // namespace larder::cargo
