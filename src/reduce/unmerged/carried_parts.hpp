#pragma once

#include <string>
#include <vector>

#include "unmerged_command.hpp"

// A package that external ones depend on, and that the command builds itself, in an unmerged
// skeleton. Its library is compiled as itself, with what external packages and the command ask of
// it together; what else the command makes of it is taken apart into crates.

namespace larder::reduce {

/// The crates that stand for the package, the one that takes the flags first.
std::vector<CratePart> carried_parts(const CommandInput& input, std::size_t package);

bool is_of_part(const cargo::Target& target, CratePart part);

/// The key by which those of its crates that depend on the library do so.
std::string own_key(const Resolution& resolution, std::size_t package, const std::string& prefix);

/// Throws `unsupported` for those of these packages for which the crates would not be exact.
/// `reason` is why the skeleton is not merged.
void refuse_inexact_parts(const CommandInput& input, const std::string& reason);

}  // namespace larder::reduce
