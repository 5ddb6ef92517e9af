#pragma once

#include <string>

#include "larder/cargo/workspace/workspace.hpp"
#include "larder/reduce/graph/resolution.hpp"

// What an open skeleton contains for people and tools that work on it in a directory, before some
// or all of the sources are copied over it. No external package can observe any of it.

namespace larder::reduce {

/// The `metadata` tables from which tools that call cargo learn what to build, as lines for
/// `[package]` or `[workspace]`. `table` is that table, or null.
std::string tool_metadata(const cargo::TomlValue* table);

/// Lines for `[package]`: what sources can read of it (`CARGO_PKG_*`) except the version, and
/// `tool_metadata`.
std::string package_details(const cargo::Package& package);

/// The root source file of a target, relative to its package. If it is outside the package, hidden
/// or not an `.rs` file, another name that is unique in the package.
std::string stub_file(const cargo::Package& package, const cargo::Target& target,
                      std::size_t number);

/// Adds to the root manifest's tables what its members inherit, so that their real manifests can be
/// copied over the skeleton. Versions of local packages are masked, and lints left out.
void add_inherited(const Resolution& resolution, cargo::TomlTable& root);

}  // namespace larder::reduce
