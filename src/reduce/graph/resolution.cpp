#include "larder/reduce/graph/resolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "../tables/patches.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/config/registries.hpp"
#include "larder/cargo/workspace/patched.hpp"

namespace larder::reduce {

using cargo::Dependency;
using cargo::DependencyKind;

namespace {

Error outdated(const std::string& message) {
  Error error("lock-outdated", message);
  error.hint(
      "run `cargo update --workspace` (or any cargo command without --locked) and commit "
      "Cargo.lock");
  return error;
}

class Resolver {
 public:
  Resolver(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
           const cargo::Config& config, const Environment& environment)
      : workspace_(workspace),
        lock_(lock),
        config_(config),
        environment_(environment),
        patches_(workspace, config, environment) {}

  Resolution run(const std::map<cargo::LockId, cargo::LocalId>& patched) const {
    Resolution out{&workspace_, &lock_, &environment_, {}, patched};
    for (const auto i : workspace_.packages.ids()) {
      auto& resolved = out.dependencies.emplace_back();
      const auto own = cargo::entry_of(workspace_, lock_, i);
      for (const auto& dependency : workspace_.packages[i].dependencies) {
        resolved.push_back(resolve(i, own, dependency));
        for (const auto& [entry, package] : patched) {
          if (resolved.back() == Resolved(package)) resolved.back() = entry;
        }
      }
    }
    return out;
  }

 private:
  Resolved resolve(cargo::LocalId package, const std::optional<cargo::LockId>& own,
                   const Dependency& dependency) const {
    if (const auto* path = std::get_if<cargo::PathSource>(&dependency.source)) {
      const auto local = workspace_.package_in(path->directory);
      return local ? Resolved(*local) : Resolved();
    }
    auto found = own ? best(lock_.packages[*own].dependencies, dependency) : std::nullopt;
    // As in cargo, a dependency that was added after the lock file was written gets a locked
    // version of the same name.
    if (!found) found = best(lock_.named(dependency.package_name), dependency);
    if (found) return *found;
    const bool outsider = !workspace_.is_member(package);
    if (outsider && (dependency.optional || dependency.kind == DependencyKind::Development))
      return {};
    throw outdated(fmt::format("`{} {}`, a dependency of `{}`, is not in {}",
                               dependency.package_name, dependency.requirement.str(),
                               workspace_.packages[package].name, lock_.file))
        .at(workspace_.packages[package].locate(dependency));
  }

  /// Prefers an entry from the dependency's own source to one from a patch. Of several that fit,
  /// cargo takes the oldest: it goes through the locked packages in order (`lock` in
  /// core/registry.rs).
  std::optional<Resolved> best(const std::vector<cargo::LockId>& candidates,
                               const Dependency& dependency) const {
    const auto source = cargo::source_of(dependency.source, config_, environment_);
    std::optional<cargo::LockId> own;
    std::optional<cargo::LockId> patched;
    std::optional<cargo::LocalId> local;
    for (const auto index : candidates) {
      const auto& entry = lock_.packages[index];
      if (entry.name != dependency.package_name) continue;
      if (dependency.has_version && !dependency.requirement.matches(entry.version)) continue;
      if (entry.is_local()) {
        if (!local) local = patches_.local(lock_, index, dependency.source, source);
      } else if (is_of_source(lock_, entry, dependency.source, source)) {
        take_older(index, own);
      } else if (patches_.put_in(lock_, entry, dependency.source, source)) {
        take_older(index, patched);
      }
    }
    if (own) return *own;
    if (patched) return *patched;
    if (local) return *local;
    return std::nullopt;
  }

  void take_older(cargo::LockId index, std::optional<cargo::LockId>& best) const {
    if (!best || lock_.packages[index].version < lock_.packages[*best].version) best = index;
  }

  const cargo::Workspace& workspace_;
  const cargo::Lockfile& lock_;
  const cargo::Config& config_;
  const Environment& environment_;
  Patches patches_;
};

}  // namespace

std::optional<cargo::LockId> Resolution::patched_entry(cargo::LocalId package) const {
  for (const auto& [entry, index] : patched) {
    if (index == package) return entry;
  }
  return std::nullopt;
}

std::string patched_directory(const cargo::Workspace& workspace, cargo::LocalId package) {
  return path::relative(workspace.packages[package].directory, workspace.root_directory);
}

Resolution resolve_dependencies(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                                const cargo::Config& config, const Environment& environment,
                                const std::map<cargo::LockId, cargo::LocalId>& patched) {
  return Resolver(workspace, lock, config, environment).run(patched);
}

namespace {

void check_edges(const Resolution& resolution, cargo::LocalId package, cargo::LockId entry) {
  const auto& lock = *resolution.lock;
  const auto& manifest = resolution.package(package);
  std::set<cargo::LockId> wanted;
  for (std::size_t i = 0; i < manifest.dependencies.size(); ++i) {
    const auto& target = resolution.dependencies[package][i];
    std::optional<cargo::LockId> index;
    if (const auto* external = target.external()) index = *external;
    if (const auto* local = target.local())
      index = cargo::exact_entry(lock, resolution.package(*local));
    if (!index) continue;
    wanted.insert(*index);
    // If a package is not a member, only the dependencies that are used must be locked.
    const auto& dependency = manifest.dependencies[i];
    const bool may_lack = dependency.optional || dependency.kind == DependencyKind::Development;
    if (may_lack && !resolution.workspace->is_member(package)) continue;
    const auto& listed = lock.packages[entry].dependencies;
    if (std::find(listed.begin(), listed.end(), *index) == listed.end()) {
      throw outdated(
          fmt::format("--locked was given, but {} does not list `{}` as a dependency of `{}`",
                      lock.file, manifest.dependencies[i].package_name, manifest.name))
          .at(manifest.locate(manifest.dependencies[i]));
    }
  }
  for (const auto listed : lock.packages[entry].dependencies) {
    if (wanted.contains(listed) || !resolution.workspace->is_member(package)) continue;
    throw outdated(fmt::format("--locked was given, but {} lists `{}` as a dependency of `{}`, "
                               "which no longer depends on it",
                               lock.file, lock.packages[listed].name, manifest.name))
        .in_file(manifest.manifest_path);
  }
}

}  // namespace

void check_locked(const Resolution& resolution) {
  const auto& lock = *resolution.lock;
  std::vector<cargo::LockId> roots;
  for (const auto i : resolution.workspace->packages.ids()) {
    const auto& package = resolution.package(i);
    const auto entry = cargo::exact_entry(lock, package);
    if (!entry) {
      throw outdated(fmt::format("--locked was given, but {} has no entry for `{} {}`", lock.file,
                                 package.name, package.version.str()))
          .in_file(package.manifest_path);
    }
    check_edges(resolution, i, *entry);
    roots.push_back(*entry);
  }
  const auto reachable = lock.closure(roots);
  for (const auto i : lock.packages.ids()) {
    if (reachable.contains(i) || lock.packages[i].is_local()) continue;
    throw outdated(
        fmt::format("--locked was given, but nothing needs `{} {}` in the lock file any more",
                    lock.packages[i].name, lock.packages[i].version.str()))
        .at({lock.file, lock.packages[i].line, 1, ""});
  }
}

}  // namespace larder::reduce
