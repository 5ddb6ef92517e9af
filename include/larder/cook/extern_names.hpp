#pragma once

#include "larder/cargo/command/command_line.hpp"
#include "larder/reduce/skeleton.hpp"

namespace larder::cook {

/// A skeleton whose crates are really compiled, and the command that builds it.
struct CompiledSkeleton {
  reduce::Skeleton skeleton;
  cargo::CommandLine cook_line;
};

/// Rustc looks up `core`, `std`, `test` and `proc_macro` among a crate's dependencies before its
/// own libraries, so a package or library of that name leaves a crate without a prelude (rustc:
/// rustc_builtin_macros/src/standard_library_imports.rs). Gives every dependency of the skeleton's
/// crates a key that decides its name, as only a key with `package` does (cargo:
/// core/dependency.rs, `explicit_name_in_toml`), because the name of a library is not known here.
/// Keys with one of the names above are replaced, also where features mention them. This does not
/// affect external units.
CompiledSkeleton with_safe_externs(reduce::Skeleton skeleton, cargo::CommandLine cook_line);

}  // namespace larder::cook
