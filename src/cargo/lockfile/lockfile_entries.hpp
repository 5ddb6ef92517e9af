#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"

namespace larder::cargo {

/// A lock file as written, with its dependency strings not yet resolved.
struct LockfileEntries {
  Lockfile lock;
  /// By package.
  IdVector<LockId, std::vector<std::string>> dependencies;
  /// By package, for those that have one.
  std::map<LockId, std::string> replacements;
};

/// Reads the layout in which cargo writes lock files of version 2 and later, line by line. That is
/// about ten times as fast as a TOML parser, and lock files are most of what there is to read.
/// Returns nothing for any other text, valid or not, which is left to the TOML parser.
std::optional<LockfileEntries> read_regular_lockfile(std::string_view text);

/// The same with a TOML parser. Throws `lock-parse`.
LockfileEntries read_toml_lockfile(std::string file, std::string text);

}  // namespace larder::cargo
