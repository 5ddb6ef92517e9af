#pragma once

#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// Checks the type of every `Cargo.toml` key that cargo knows, and the names and versions among
/// them, as cargo does when it deserialises a manifest (cargo-util-schemas: manifest/mod.rs).
/// Unknown keys may have any value. Throws the cursor's error.
void check_manifest_types(const TomlCursor& manifest);

}  // namespace larder::cargo
