#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/base/source_tree.hpp"

namespace larder::cargo {

/// Whether `name` (one path component, or a package or target name) matches a pattern of the `glob`
/// crate: `*`, `?`, `[abc]`, `[a-c]`, `[!a]`. Case-sensitive; a leading dot is not special.
bool glob_matches(std::string_view pattern, std::string_view name);
bool has_glob_characters(std::string_view text);

/// Whether the `glob` crate accepts a pattern: `**` is a whole component, every `[` is closed.
bool is_valid_glob(std::string_view pattern);

struct GlobMatch {
  /// Normalised.
  std::string path;
  bool is_directory = false;
};

/// The paths that an absolute pattern matches, in the order of the `glob` crate 0.3: each
/// directory's entries by name. Wildcards do not match '/', and `**` matches any number of
/// directories.
std::vector<GlobMatch> glob_paths(const SourceTree& tree, std::string_view pattern);

}  // namespace larder::cargo
