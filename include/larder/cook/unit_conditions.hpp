#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "larder/observe/observation.hpp"

namespace larder::cook {

/// One path that a unit looked at, as a variant's document names it: what was looked for, and
/// where, as "contents /usr/bin/cc". Below the build directory the path begins with "{build}".
std::string name_of_read(const observe::Read& read, const std::string& build_directory);
/// Nothing for what is no such name.
std::optional<observe::Read> read_of_name(const std::string& name,
                                          const std::string& build_directory);

/// Files of the kernel that say how it and the machine are called: conditions like others, though
/// their dates say nothing.
bool is_name_of_kernel(const std::string& path);

/// What is at paths now, each looked at once.
class FileStates {
 public:
  /// What a unit would learn of a path, in words or as a digest. Nothing where that cannot be told:
  /// it is a device, a pipe, or not to be read.
  const std::optional<std::string>& state_of(const observe::Read& read);

 private:
  std::map<observe::Read, std::optional<std::string>> known_;
};

/// When a file's contents, or what is known of it, last changed: its date, or what nobody sets.
std::int64_t last_change(const struct stat& status);
/// Of a file or link, and of what it leads to; 0 for nothing.
std::int64_t last_changed(const std::string& path);

}  // namespace larder::cook
