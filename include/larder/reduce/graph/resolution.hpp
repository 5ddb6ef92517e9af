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

/// What a dependency of a local package stands for.
struct Resolved {
  enum class Kind {
    Local,
    External,
    /// In no lock entry: an optional dependency of a package that is no member, switched off.
    Absent
  };
  Kind kind = Kind::Absent;
  /// Into `Workspace::packages` or `Lockfile::packages`.
  std::size_t index = 0;
  auto operator<=>(const Resolved&) const = default;
};

/// The local packages of a workspace joined to the lock file: which entry each dependency means.
struct Resolution {
  const cargo::Workspace* workspace = nullptr;
  const cargo::Lockfile* lock = nullptr;
  /// Registries may be known by variables alone.
  const Environment* environment = nullptr;
  /// By package and position in its `dependencies`.
  std::vector<std::vector<Resolved>> dependencies;
  /// Local packages that are taken for external ones, since external packages depend on them: lock
  /// entry → package.
  std::map<std::size_t, std::size_t> carried;

  /// The lock entry by which a local package is taken for an external one.
  std::optional<std::size_t> carried_entry(std::size_t package) const;
  const cargo::Package& package(std::size_t index) const { return workspace->packages[index]; }
  /// Features are unified over targets, hosts and build kinds.
  bool old_resolver() const { return workspace->resolver == "1"; }
};

/// Where a package lies below the workspace root, and in a skeleton that carries it.
std::string carried_directory(const cargo::Workspace& workspace, std::size_t package);

/// `carried` as in the answer; `config` and `environment` say where registries and patches are.
/// Throws `lock-outdated` for a request that no entry of the lock
/// satisfies, at its place in the manifest.
Resolution resolve_dependencies(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                                const cargo::Config& config, const Environment& environment,
                                const std::map<std::size_t, std::size_t>& carried);

/// What `--locked` asks: the lock file says exactly what the manifests need, so that cargo would
/// not rewrite it. Throws `lock-outdated`.
void check_locked(const Resolution& resolution);

}  // namespace larder::reduce
