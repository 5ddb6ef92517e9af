#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/reduce/skeleton.hpp"

/// What crates need of the system that they are compiled and run on.
namespace larder::native {

/// A line of the table in src/native/known_crates.inc. Lists are separated by spaces.
struct KnownCrate {
  std::string_view crate;
  /// Debian packages that compiling it takes. Empty when it needs none.
  std::string_view build = {};
  /// Debian packages that a program with it takes when it runs.
  std::string_view runtime = {};
  /// The Debian package that has the library. Where it is installed, the crate links it, and the
  /// program takes `runtime`. Elsewhere the crate compiles a copy that it brings.
  std::string_view linked_from = {};
  /// The name of a crate: packages are only needed if the crate itself depends on it.
  std::string_view only_with = {};
  /// Names of crates: if the crate itself depends on one of them, it compiles a copy that it
  /// brings, and nothing is needed. A crate that has these and no packages may need something if it
  /// depends on none of them.
  std::string_view unless_with = {};
  /// Names of crates that do the same wherever they are in the lock file.
  std::string_view unless_present = {};
  /// The name of a crate that it depends on, and does not use when it compiles its copy.
  std::string_view leaves = {};
  /// Whether it is for other platforms, with all that it depends on.
  bool is_elsewhere = false;
  /// Where this can be seen.
  std::string_view source = {};
};

std::span<const KnownCrate> known_crates();

struct Need {
  std::string crate;
  std::vector<std::string> build;
  std::vector<std::string> runtime;
  /// As `KnownCrate::linked_from`.
  std::string linked_from;
  std::string_view source;
};

struct Needs {
  /// In the order of the lock file. Cargo resolves the features of external packages, so a feature
  /// that makes a crate bring its own copy is only seen by the dependency that it adds.
  std::vector<Need> known;
  /// Crates whose names end with `-sys` and that the table does not have, or does not decide.
  std::vector<std::string> unknown;

  /// Without repetitions, sorted.
  std::vector<std::string> build_packages() const;
  std::vector<std::string> runtime_packages() const;
};

Needs needs_of(const cargo::Lockfile& lock);

/// What a command needs. A lock file is for all features of the workspace. So where one that the
/// command does not switch on asks an external crate for a copy of a library (`vendored`,
/// `bundled`, `static`), the crates below that are taken to have none.
Needs needs_of(const cargo::Workspace& workspace, const reduce::Skeleton& skeleton);

/// Whether the official `rust` image without `slim` has a package of the table. It is made on top
/// of buildpack-deps.
bool is_in_rust_image(std::string_view package);

/// Whether two packages have the same library in two releases of Debian, as `libssl3`, `libssl1.1`
/// and `libssl3t64`.
bool is_same_library(std::string_view one, std::string_view other);

/// The name of a package of the table in another release of Debian.
std::string package_in(std::string_view release, const std::string& package);

}  // namespace larder::native
