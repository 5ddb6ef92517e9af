#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/lockfile/source_id.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

/// A version whose minor and patch may be missing (cargo-util-schemas: core/partial_version.rs).
struct PartialVersion {
  std::uint64_t major = 0;
  std::optional<std::uint64_t> minor;
  std::optional<std::uint64_t> patch;
  std::string pre;
  std::string build;

  bool is_complete() const { return minor && patch; }
  std::string str() const;
  /// Whether `version` begins with this one. A pre-release must be named.
  bool matches(const Version& version) const;
};
std::optional<PartialVersion> parse_partial_version(std::string_view text);

/// A valid `rust-version`: without pre-release and build metadata.
std::optional<PartialVersion> parse_rust_version(std::string_view text);

/// `name`, `name@1.2`, `name:1.2`, or a URL with one of them as its fragment (cargo-util-schemas:
/// core/package_id_spec.rs).
struct PackageSpec {
  std::string name;
  std::optional<PartialVersion> version;
  /// The source's URL in canonical form; empty when not given.
  std::string url = {};
  /// Whether the URL may refer to a directory (`path+file:///…`).
  bool is_path = false;
  /// Nothing when not given. The reference is used only for git.
  std::optional<SourceId::Kind> kind = {};
  GitReference reference = {};

  /// Accepts any spelling of the URL, where cargo requires that of the lock file.
  bool names(const LockedPackage& package) const;
};
std::optional<PackageSpec> parse_package_spec(std::string_view text);

}  // namespace larder::cargo
