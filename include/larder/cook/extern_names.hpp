#pragma once

#include "larder/cargo/command/command_line.hpp"
#include "larder/reduce/skeleton.hpp"

namespace larder::cook {

/// A skeleton whose crates are really compiled, and what builds it.
struct CompiledSkeleton {
  reduce::Skeleton skeleton;
  cargo::CommandLine cook_line;
};

/// Rustc looks up `core`, `std`, `test` and `proc_macro` among a crate's dependencies before it
/// looks into its own libraries, so that a package or library of such a name leaves a crate without
/// a prelude (rustc: rustc_builtin_macros/src/standard_library_imports.rs). Every dependency of the
/// skeleton's crates gets a key that decides its name, as only a key with `package` does (cargo:
/// core/dependency.rs, `explicit_name_in_toml`): the name of a library is not known here. Keys of
/// the names above are replaced, also where features mention them. No external unit can tell.
CompiledSkeleton with_safe_externs(reduce::Skeleton skeleton, cargo::CommandLine cook_line);

}  // namespace larder::cook
