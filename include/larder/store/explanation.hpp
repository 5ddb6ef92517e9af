#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::store {

/// Why no store has a unit. Each has a row in docs/store.md.
enum class ColdReason : std::uint8_t {
  NoEntry,
  Toolchain,
  System,
  Processor,
  Version,
  Sources,
  Features,
  Profile,
  Arguments,
  Environment,
  Tracked,
  Variable,
  Directory,
  Dependency,
  Damaged,
  File,
  Above,
  Flags,
  Unknown
};

/// Each with its word in JSON, in the order of the enumerators.
inline constexpr std::array<std::pair<ColdReason, std::string_view>, 19> cold_reasons{
    {{ColdReason::NoEntry, "no-entry"},
     {ColdReason::Toolchain, "toolchain"},
     {ColdReason::System, "system"},
     {ColdReason::Processor, "processor"},
     {ColdReason::Version, "version"},
     {ColdReason::Sources, "sources"},
     {ColdReason::Features, "features"},
     {ColdReason::Profile, "profile"},
     {ColdReason::Arguments, "arguments"},
     {ColdReason::Environment, "environment"},
     {ColdReason::Tracked, "tracked"},
     {ColdReason::Variable, "variable"},
     {ColdReason::Directory, "directory"},
     {ColdReason::Dependency, "dependency"},
     {ColdReason::Damaged, "damaged"},
     {ColdReason::File, "file"},
     {ColdReason::Above, "above"},
     {ColdReason::Flags, "flags"},
     {ColdReason::Unknown, "unknown"}}};

std::string_view word_of(ColdReason reason);

struct WhyCold {
  ColdReason kind = ColdReason::NoEntry;
  /// For people.
  std::string text;
  bool operator==(const WhyCold&) const = default;
};

enum class UnitState : std::uint8_t { Present, Stored, Cold };

/// What a cook would do with one unit.
struct Explanation {
  std::string package, version;
  /// Cargo's kind and target, such as `lib-serde`, and its 16-digit hash of the unit.
  std::string unit, hash;
  UnitState state = UnitState::Cold;
  /// For a stored unit: when and by which version it was saved, and the store's directory.
  std::uint64_t saved = 0;
  std::string saved_by, directory;
  /// For a cold unit, and then never empty.
  std::vector<WhyCold> reasons = {};
  /// Whether it belongs to a local package.
  bool is_local = false;
};

}  // namespace larder::store
