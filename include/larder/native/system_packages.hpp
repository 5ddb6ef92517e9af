#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"

/// What crates need of the system that they are compiled and run on.
namespace larder::native {

/// A line of the table in src/native/known_crates.inc.
struct KnownCrate {
  std::string_view crate;
  /// Debian packages that compiling it takes, separated by spaces. Empty when it needs none.
  std::string_view build;
  /// Debian packages that a program with it takes when it runs.
  std::string_view runtime;
  /// Names of packages: when the lock file has one among the crate's own dependencies, the crate
  /// compiles a copy that it brings, and nothing is needed.
  std::string_view unless_with;
  /// Names of packages that do the same wherever they are in the lock file.
  std::string_view unless_present;
  /// Where this can be seen.
  std::string_view source;
};

const std::vector<KnownCrate>& known_crates();

struct Need {
  std::string crate;
  std::vector<std::string> build;
  std::vector<std::string> runtime;
  std::string_view source;
};

struct Needs {
  /// In the order of the lock file. Cargo resolves the features of external packages, so a feature
  /// that makes a crate bring its own copy is only seen by the dependency that it adds.
  std::vector<Need> known;
  /// Crates whose names end with `-sys` and that the table does not have.
  std::vector<std::string> unknown;

  /// Without repetitions, sorted.
  std::vector<std::string> build_packages() const;
  std::vector<std::string> runtime_packages() const;
};

Needs needs_of(const cargo::Lockfile& lock);

/// Whether the official `rust` image without `slim` has a package. It is made on top of
/// buildpack-deps.
bool is_in_rust_image(std::string_view package);

}  // namespace larder::native
