#pragma once

#include <string>

#include "larder/cargo/workspace/workspace.hpp"
#include "larder/reduce/graph/resolution.hpp"

// What an open skeleton has for the sake of who works on it as it lies in a directory, before
// sources are laid over all of it or a part: no external package can tell any of it.

namespace larder::reduce {

/// The tables of `metadata` by which tools that call cargo themselves know what to build, as lines
/// for `[package]` or `[workspace]`; `table` is that one, or null.
std::string tool_metadata(const cargo::TomlValue* table);

/// Lines for `[package]`: what the sources are told of it (`CARGO_PKG_*`), but for its version, and
/// `tool_metadata`.
std::string package_details(const cargo::Package& package);

/// The root source file of a target as seen from its package; one of no meaning where that lies
/// outside it or is no ordinary Rust file.
std::string stub_file(const cargo::Package& package, const cargo::Target& target,
                      std::size_t number);

/// Adds to the root manifest's tables what its members inherit, so that their real manifests can be
/// laid over the skeleton. Versions of local packages are masked, and lints left out.
void add_inherited(const Resolution& resolution, cargo::TomlTable& root);

}  // namespace larder::reduce
