#pragma once

#include <map>
#include <string>
#include <vector>

#include "unmerged_command.hpp"

// How an unmerged skeleton represents a package that external packages depend on and that the
// command itself builds. Its library is compiled as itself, with the features that external
// packages and the command request together. Everything else that the command builds of it is split
// into crates.

namespace larder::reduce {

/// The crates that stand for the package. The first one takes its place as the current package.
std::vector<CratePart> patched_parts(const CommandInput& input, cargo::LocalId package);

bool is_of_part(const cargo::Target& target, CratePart part);

/// The key under which its crates depend on its library.
std::string own_key(const Resolution& resolution, cargo::LocalId package,
                    const std::string& prefix);

/// The names of such packages whose crates are not exact, and what about them is the reason. The
/// build then compiles them again, and what depends on them.
std::map<std::string, std::string> inexact_parts(const CommandInput& input);

}  // namespace larder::reduce
