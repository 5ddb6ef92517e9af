#pragma once

#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// Checks the type of every key of a `Cargo.toml` that cargo knows, and the names and versions
/// among them, as reading it into cargo's own types does (cargo-util-schemas: manifest/mod.rs).
/// Keys that cargo does not know pass with any value. Throws the cursor's error.
void check_manifest_types(const TomlCursor& manifest);

}  // namespace larder::cargo
