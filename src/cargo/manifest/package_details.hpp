#pragma once

#include "inheritance.hpp"
#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// Reads the fields of `[package]` that describe it. Also checks `rust-version` against the
/// edition, and the inheritance of `include` and `exclude`. `package` needs edition and directory.
PackageDetails read_package_details(const SourceTree& tree, const TomlCursor& table,
                                    const Package& package, const Inheritance& inheritance);

}  // namespace larder::cargo
