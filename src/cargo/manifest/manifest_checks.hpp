#pragma once

#include "inheritance.hpp"
#include "larder/cargo/manifest/manifest.hpp"

// What cargo checks in a manifest beyond the types of keys, section by section
// (cargo: util/toml/mod.rs). All throw `manifest-invalid`.

namespace larder::cargo {

/// `[profile]`: `validate_profiles`.
void check_profiles(const TomlCursor& manifest);
/// `[lints]`, own or inherited: `verify_lints`, `lints_to_rustflags`.
void check_lints(const TomlCursor& manifest, const Inheritance& inheritance);
/// `[patch]` and `[replace]`.
void check_patches(const Manifest& manifest);
/// `[workspace]`: its dependencies, lints and resolver.
void check_workspace_table(const TomlCursor& manifest);
/// `resolver` is not set both in `[workspace]` and in `[package]`.
void check_one_resolver(const TomlCursor& manifest, const TomlCursor& package);
/// `resolver` is "1", "2" or "3".
void check_resolver(const TomlCursor& table);
/// The old spelling `old_key` is an error from edition 2024 on.
void check_spelling(const TomlCursor& table, std::string_view old_key, std::string_view new_key,
                    const std::string& edition);
/// The names of `[features]` and what their entries name: `build_feature_map`. `package` has its
/// implicit features.
void check_features(const TomlCursor& manifest, const Package& package);
/// A name must mean the same source in all tables.
void check_sources_agree(const Package& package);

}  // namespace larder::cargo
