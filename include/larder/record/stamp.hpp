#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace larder::record {

/// The state of a target directory when cook finished, in enough detail to see whether another one
/// was copied over it since. Dates are in seconds since 1970, because image layers and archives
/// keep no more.
struct Stamp {
  /// Digest of the target directory's path.
  std::string directory;
  /// The date of the file that holds this stamp.
  std::int64_t written = 0;
  /// The date of `CACHEDIR.TAG`; 0 when there is none. Nothing changes that file after it is
  /// created.
  std::int64_t tag = 0;
  /// Directory and name of each fingerprint → its date.
  std::map<std::string, std::int64_t> units;
  bool operator==(const Stamp&) const = default;
};

/// As JSON with sorted keys.
std::string write_stamp(const Stamp& stamp);

/// Nothing when `text` is not a stamp.
std::optional<Stamp> read_stamp(std::string_view text);

}  // namespace larder::record
