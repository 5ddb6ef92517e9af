#pragma once

#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::reduce {

/// What a dependency of a local package refers to.
class Resolved {
 public:
  /// Without a lock entry: an optional dependency that is off, of a package that is not a member.
  Resolved() = default;
  Resolved(cargo::LocalId local) : target_(local) {}
  Resolved(cargo::LockId external) : target_(external) {}

  bool is_absent() const { return std::holds_alternative<std::monostate>(target_); }
  /// The local package. Null for anything else.
  const cargo::LocalId* local() const { return std::get_if<cargo::LocalId>(&target_); }
  /// The lock entry of the external package. Null for anything else.
  const cargo::LockId* external() const { return std::get_if<cargo::LockId>(&target_); }
  bool operator==(const Resolved&) const = default;

 private:
  std::variant<std::monostate, cargo::LocalId, cargo::LockId> target_;
};

/// The local packages of a workspace with each of their dependencies resolved to a lock entry.
struct Resolution {
  const cargo::Workspace* workspace = nullptr;
  const cargo::Lockfile* lock = nullptr;
  /// Needed because a registry may be defined by variables alone.
  const Environment* environment = nullptr;
  /// By package, then by position in its `dependencies`.
  IdVector<cargo::LocalId, std::vector<Resolved>> dependencies;
  /// Local packages that are treated as external because external packages depend on them: lock
  /// entry → package.
  std::map<cargo::LockId, cargo::LocalId> patched;

  /// The lock entry of a local package that is treated as external.
  std::optional<cargo::LockId> patched_entry(cargo::LocalId package) const;
  const cargo::Package& package(cargo::LocalId index) const { return workspace->packages[index]; }
  /// Resolver 1 unifies features across targets, hosts and build kinds.
  bool old_resolver() const { return workspace->resolver == "1"; }
};

/// A package's directory relative to the workspace root, and to the root of a skeleton that
/// includes it.
std::string patched_directory(const cargo::Workspace& workspace, cargo::LocalId package);

/// `patched` is as in `Resolution`; `config` and `environment` define registries and patches.
/// Throws `lock-outdated`, with its place in the manifest, for a dependency that no lock entry
/// satisfies.
Resolution resolve_dependencies(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                                const cargo::Config& config, const Environment& environment,
                                const std::map<cargo::LockId, cargo::LocalId>& patched);

/// Checks what `--locked` requires: that cargo would not rewrite the lock file for these manifests.
/// Throws `lock-outdated`.
void check_locked(const Resolution& resolution);

}  // namespace larder::reduce
