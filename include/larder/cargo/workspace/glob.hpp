#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/base/source_tree.hpp"

namespace larder::cargo {

/// Whether `name` (one path component, or a package or target name) matches a pattern of the `glob`
/// crate: `*`, `?`, `[abc]`, `[a-c]`, `[!a]`. Case counts; a leading dot is nothing special.
bool glob_matches(std::string_view pattern, std::string_view name);
bool has_glob_characters(std::string_view text);

/// Whether the `glob` crate takes a pattern: `**` is a whole component, every `[` is closed.
bool is_valid_glob(std::string_view pattern);

/// The paths that an absolute pattern matches, in the order in which the `glob` crate 0.3 lists
/// them: each directory's entries by name. Wildcards do not cross '/', `**` stands for any number
/// of directories.
std::vector<std::string> glob_paths(const SourceTree& tree, std::string_view pattern);

}  // namespace larder::cargo
