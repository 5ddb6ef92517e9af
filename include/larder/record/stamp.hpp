#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace larder::record {

/// What a target directory was like when cook was done with it, as far as it shows that another one
/// was copied over it since. Dates are in seconds since 1970: image layers and archives keep no
/// more.
struct Stamp {
  /// Digest of the target directory's path.
  std::string directory;
  /// The date of the file that holds this.
  std::int64_t written = 0;
  /// The date of `CACHEDIR.TAG`, 0 for none. Nothing changes that file once it is there.
  std::int64_t tag = 0;
  /// Directory and name of each fingerprint → its date.
  std::map<std::string, std::int64_t> units;
  bool operator==(const Stamp&) const = default;
};

/// As JSON with sorted keys.
std::string write_stamp(const Stamp& stamp);

/// Nothing for what is no stamp.
std::optional<Stamp> read_stamp(std::string_view text);

}  // namespace larder::record
