#pragma once

#include <string>
#include <vector>

#include "sample_tree.hpp"

// Workspaces written inside a test, and their skeletons in a short notation.

namespace larder::test {

/// A tree at `/w` with a lock file for the external packages, each written `name`, `name 2.0.0`
/// (else 1.0.0) or `name 1.0.0: dependency dependency`. Local packages need not be in the lock
/// without --locked.
MemoryTree tiny_workspace(const std::vector<std::string>& externals);
/// The same with a virtual root manifest: every directory of `/w` is a member; resolver 2 unless
/// `root` says otherwise.
MemoryTree virtual_workspace(const std::vector<std::string>& externals,
                             const std::string& root = "resolver = \"2\"\n");

/// Adds entries to that lock file in the same notation: of local packages, or of those from a
/// source. A dependency of which there are two is written `name@2.0.0`.
void lock_packages(MemoryTree& tree, const std::vector<std::string>& packages,
                   const std::string& source = "");

/// Adds a package in `/w/<directory>` with `manifest` behind its `[package]` table, and empty files
/// at these paths below it. It has the name of its directory; `app` in the root, which is ".".
void add_package(MemoryTree& tree, const std::string& directory, const std::string& manifest = "",
                 const std::vector<std::string>& files = {"src/lib.rs"});
/// The same by another name, or as `name 2.0.0` (else 0.1.0).
void add_package_named(MemoryTree& tree, const std::string& directory, const std::string& name,
                       const std::string& manifest = "",
                       const std::vector<std::string>& files = {"src/lib.rs"});

class SkeletonView {
 public:
  explicit SkeletonView(reduce::Skeleton skeleton) : skeleton_(std::move(skeleton)) {}

  /// The crates, sorted, without the root manifest: `features root`.
  std::string crates() const;
  /// Those that the command selects.
  std::string selected() const;
  /// A dependency table in short: its lines sorted, joined by one space. `a` asks for version 1.0.0
  /// of a without features, `a[default,f]` for features, `a 2.0.0` for another version, `k=a` for a
  /// by another name, `>test` for the skeleton crate test. Empty when there is no such table.
  std::string table(const std::string& crate, const std::string& name) const;
  /// The dependency tables a crate has, joined by one space: `dependencies
  /// target.cfg(unix).dependencies`.
  std::string tables(const std::string& crate) const;
  /// Whether a crate's manifest has this line.
  bool has_line(const std::string& crate, const std::string& line) const;
  /// Paths of a crate's targets, sorted: `build.rs src/lib.rs`.
  std::string targets(const std::string& crate) const;
  const reduce::Skeleton& skeleton() const { return skeleton_; }

 private:
  const reduce::SkeletonManifest& manifest(const std::string& crate) const;

  reduce::Skeleton skeleton_;
};

/// The skeleton for a command given in `/w`, or in a directory below it.
SkeletonView skeleton_of(const MemoryTree& tree, const std::string& command,
                         const std::string& directory = "/w");

}  // namespace larder::test
