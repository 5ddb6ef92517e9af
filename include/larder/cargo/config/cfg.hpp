#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::cargo {

/// The key of a `[target.KEY.dependencies]` table in canonical form, as a conjunction. The parts of
/// a top-level `all(...)` are separate, so that conditions compare as sets. A part is a target
/// triple (or the name of a target file), or a `cfg` predicate without the enclosing `cfg(...)`
/// (`unix`, `target_os = "linux"`, `not(windows)`). `cfg(all())` has no parts: it is always true.
///
/// Order, spacing and duplicates of the operands of `all` and `any` do not affect the result.
/// Nothing when a `cfg(...)` is malformed.
struct PlatformPart {
  bool is_cfg = false;
  std::string text;
  auto operator<=>(const PlatformPart&) const = default;
};
std::optional<std::vector<PlatformPart>> parse_platform(std::string_view key);

/// The key as cargo prints it: operands in their order, spacing normalised. `parse_platform` must
/// accept `key`.
std::string displayed_platform(std::string_view key);

/// The table key for a conjunction of `cfg` predicates, or for a single triple.
std::string platform_key(const std::vector<PlatformPart>& parts);

}  // namespace larder::cargo
