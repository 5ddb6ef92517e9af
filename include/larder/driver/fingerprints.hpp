#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace larder::driver {

/// The file in which cargo records a compiled unit, to decide later whether it is fresh (cargo:
/// core/compiler/fingerprint).
struct Fingerprint {
  /// The file's directory, relative to the build directory: `debug/.fingerprint/serde-1f…`, or
  /// `debug/build/serde/1f…/fingerprint` in the layout of nightly's `-Zbuild-dir-new-layout`.
  std::string directory;
  std::string package;
  /// Cargo's hash of the unit, 16 hexadecimal digits.
  std::string hash;
  /// Kind and target, such as `lib-serde` or `run-build-script-build-script-build`.
  std::string unit;
  /// What freshness depends on, as cargo's JSON. Its fields vary with the version of cargo.
  std::string json;
  /// Cargo's hash of all that. Fingerprints of dependents refer to this one by it.
  std::string value;
  /// When it was written, in nanoseconds since 1970.
  std::int64_t written = 0;
  bool is_script_run() const { return unit.starts_with("run-build-script-"); }
  bool operator==(const Fingerprint&) const = default;
};

/// The fingerprints of all units in a build directory of either layout, sorted by directory. Empty
/// when the directory does not exist.
std::vector<Fingerprint> read_fingerprints(const std::string& build_directory);

/// A unit that another one is compiled against: its name in the dependent, and the `value` of its
/// fingerprint.
struct FingerprintDependency {
  std::string name;
  std::string value;
};

/// In cargo's order. Empty when the JSON has an unknown shape.
std::vector<FingerprintDependency> dependencies_of(const Fingerprint& fingerprint);

/// A fingerprint's JSON without the values of the variables that a build script named
/// (`rerun-if-env-changed`). Cargo reads them only to explain why a unit is not fresh.
std::string without_values(const std::string& json);

/// Where cargo keeps what a build script printed and made. Its fingerprint lies elsewhere in the
/// old layout.
std::string run_directory_of(const Fingerprint& run);

/// Whether a directory below a build directory holds a fingerprint.
bool is_fingerprint_directory(const std::string& directory);

}  // namespace larder::driver
