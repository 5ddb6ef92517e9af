#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::reduce {

/// What a dependency of a local package refers to.
struct Resolved {
  enum class Kind {
    Local,
    External,
    /// Without a lock entry: an optional dependency that is off, of a package that is not a member.
    Absent
  };
  Kind kind = Kind::Absent;
  /// Index into `Workspace::packages` or `Lockfile::packages`.
  std::size_t index = 0;
  auto operator<=>(const Resolved&) const = default;
};

/// The local packages of a workspace with each of their dependencies resolved to a lock entry.
struct Resolution {
  const cargo::Workspace* workspace = nullptr;
  const cargo::Lockfile* lock = nullptr;
  /// Needed because a registry may be defined by variables alone.
  const Environment* environment = nullptr;
  /// By package, then by position in its `dependencies`.
  std::vector<std::vector<Resolved>> dependencies;
  /// Local packages that are treated as external because external packages depend on them: lock
  /// entry → package.
  std::map<std::size_t, std::size_t> patched;

  /// The lock entry of a local package that is treated as external.
  std::optional<std::size_t> patched_entry(std::size_t package) const;
  const cargo::Package& package(std::size_t index) const { return workspace->packages[index]; }
  /// Resolver 1 unifies features across targets, hosts and build kinds.
  bool old_resolver() const { return workspace->resolver == "1"; }
};

/// A package's directory relative to the workspace root, and to the root of a skeleton that
/// includes it.
std::string patched_directory(const cargo::Workspace& workspace, std::size_t package);

/// `patched` is as in `Resolution`; `config` and `environment` define registries and patches.
/// Throws `lock-outdated`, with its place in the manifest, for a dependency that no lock entry
/// satisfies.
Resolution resolve_dependencies(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                                const cargo::Config& config, const Environment& environment,
                                const std::map<std::size_t, std::size_t>& patched);

/// Checks what `--locked` requires: that cargo would not rewrite the lock file for these manifests.
/// Throws `lock-outdated`.
void check_locked(const Resolution& resolution);

}  // namespace larder::reduce
