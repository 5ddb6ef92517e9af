#pragma once

#include "inheritance.hpp"
#include "larder/cargo/manifest/package.hpp"

// The tables of a manifest that hold several entries.

namespace larder::cargo {

/// Fills `package.targets`, and `package.build_errors` with targets that have no file
/// (cargo: util/toml/targets.rs). `package` needs name, edition, directory and document.
void read_targets(const SourceTree& tree, const TomlCursor& manifest, Package& package);

/// The error for something that only a nightly cargo accepts. It is `unsupported` if the manifest's
/// `cargo-features` has `feature`. Otherwise the manifest is invalid.
Error nightly_construct(const TomlCursor& value, const std::string& feature,
                        const std::string& what);

/// All dependency tables of a manifest, in cargo's order.
std::vector<Dependency> read_dependencies(const TomlCursor& manifest, const Package& package,
                                          const Inheritance& inheritance);

/// `[workspace.dependencies]` of a manifest in `directory`.
SharedDependencies read_shared_dependencies(const TomlCursor& manifest,
                                            const std::string& directory);

/// Checks an entry of `[patch]` or `[replace]`, which is a dependency without kind and platform.
void check_patch_entry(const TomlCursor& entry, const std::string& directory);

}  // namespace larder::cargo
