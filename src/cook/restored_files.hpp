#pragma once

#include "larder/base/shell.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cook/cook.hpp"

namespace larder::cook {

/// Writes the config file, the toolchain file and the target specifications of a recipe where cargo
/// and rustup will look for them. Overwrites nothing, and writes nothing in a checkout, whose own
/// files apply. Throws `file-write`.
void restore_files(const recipe::Recipe& recipe, const reduce::Skeleton& skeleton,
                   const CookRequest& request, const Shell& shell);

/// Throws `source-missing` if a directory that replaces a source does not exist. Cargo would fail
/// with a message that does not name the `COPY` line that is missing.
void check_source_directories(const cargo::Config& config);

}  // namespace larder::cook
