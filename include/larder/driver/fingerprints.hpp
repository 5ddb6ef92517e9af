#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace larder::driver {

/// What cargo notes of a compiled unit, to tell later whether it is fresh
/// (cargo: core/compiler/fingerprint).
struct Fingerprint {
  /// Where the note lies below the build directory: `debug/.fingerprint/serde-1f…`, or
  /// `debug/build/serde/1f…/fingerprint` in the layout of nightly's `-Zbuild-dir-new-layout`.
  std::string directory;
  std::string package;
  /// Cargo's name of the unit, 16 hexadecimal digits.
  std::string hash;
  /// Kind and target, as `lib-serde` or `run-build-script-build-script-build`.
  std::string unit;
  /// What decides about freshness, as cargo's JSON. Its fields depend on the version of cargo.
  std::string json;
  /// A number for all of that, by which the notes of dependents name this one.
  std::string value;
  /// When it was written, in nanoseconds since 1970.
  std::int64_t written = 0;
  bool operator==(const Fingerprint&) const = default;
};

/// The fingerprints of all units in a build directory, of either layout, sorted by directory. Empty
/// when there is no such directory.
std::vector<Fingerprint> read_fingerprints(const std::string& build_directory);

/// A unit that another one is compiled against: the name under which that one knows it, and the
/// `value` of its fingerprint.
struct FingerprintDependency {
  std::string name;
  std::string value;
};

/// In cargo's order; empty when its JSON has another shape.
std::vector<FingerprintDependency> dependencies_of(const Fingerprint& fingerprint);

/// A fingerprint's JSON without the values of variables that a build script named
/// (`rerun-if-env-changed`). Cargo reads it only to say why a unit is not fresh.
std::string without_values(const std::string& json);

/// Whether a directory below a build directory holds a unit's fingerprint.
bool is_fingerprint_directory(const std::string& directory);

}  // namespace larder::driver
