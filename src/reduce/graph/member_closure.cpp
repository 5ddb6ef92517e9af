#include "larder/reduce/graph/member_closure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/cargo/workspace/patched.hpp"

namespace larder::reduce {

using cargo::Lockfile;
using cargo::Package;
using cargo::Workspace;

namespace {

bool has_binary(const Package& package, const std::string& name) {
  return std::any_of(package.targets.begin(), package.targets.end(),
                     [&](const cargo::Target& target) {
                       return target.kind == cargo::TargetKind::Bin && target.name == name;
                     });
}

cargo::LocalId find_member(const Workspace& workspace, const std::string& name) {
  for (const auto member : workspace.member_ids()) {
    if (workspace.packages[member].name == name) return member;
  }
  for (const auto member : workspace.member_ids()) {
    if (has_binary(workspace.packages[member], name)) return member;
  }
  throw Error("unknown-package",
              fmt::format("`--bin {}` names neither a workspace member nor a binary of one", name))
      .in_file(workspace.root_manifest->path());
}

/// The lock entries of the packages, and everything below them. If the lock file is older than the
/// manifests, it does not list a new dependency for its package. Every entry with the name of the
/// dependency is then included.
std::set<cargo::LockId> entries_of(const Workspace& workspace, const Lockfile& lock,
                                   const std::set<cargo::LocalId>& packages) {
  std::vector<cargo::LockId> roots;
  std::set<std::pair<cargo::LocalId, std::string>> known;
  for (const auto i : lock.packages.ids()) {
    const auto package = cargo::package_of(workspace, lock, i);
    if (!package || !packages.contains(*package)) continue;
    roots.push_back(i);
    for (const auto dependency : lock.packages[i].dependencies)
      known.emplace(*package, lock.packages[dependency].name);
  }
  for (const auto index : packages) {
    for (const auto& dependency : workspace.packages[index].dependencies) {
      // Cargo does not lock optional and development dependencies of a package that is not a member
      // unless they are used.
      const bool idle =
          !workspace.is_member(index) &&
          (dependency.optional || dependency.kind == cargo::DependencyKind::Development);
      if (idle || known.contains({index, dependency.package_name})) continue;
      const auto& named = lock.named(dependency.package_name);
      roots.insert(roots.end(), named.begin(), named.end());
    }
  }
  return lock.closure(roots);
}

/// The local packages that `root` needs, along path dependencies, and along the lock file if
/// `[patch]` leads to a local package.
std::set<cargo::LocalId> needed(const Workspace& workspace, const Lockfile& lock,
                                cargo::LocalId root) {
  std::set<cargo::LocalId> out;
  std::vector<cargo::LocalId> pending{root};
  while (!pending.empty()) {
    const auto index = pending.back();
    pending.pop_back();
    if (!out.insert(index).second) continue;
    for (const auto& dependency : workspace.packages[index].dependencies) {
      const auto* path = std::get_if<cargo::PathSource>(&dependency.source);
      const auto local = path == nullptr ? std::nullopt : workspace.package_in(path->directory);
      if (local) pending.push_back(*local);
    }
    for (const auto entry : entries_of(workspace, lock, {index})) {
      if (const auto local = cargo::package_of(workspace, lock, entry)) pending.push_back(*local);
    }
  }
  return out;
}

Lockfile pruned(const Lockfile& lock, const std::set<cargo::LockId>& kept) {
  return cargo::parse_lockfile(lock.file, cargo::render_lockfile(lock, kept));
}

}  // namespace

MemberClosure member_closure(const Workspace& workspace, const Lockfile& lock,
                             const std::string& name) {
  const auto root = find_member(workspace, name);
  const auto kept = needed(workspace, lock, root);
  MemberClosure out;
  auto& closed = out.workspace;
  closed.root_directory = workspace.root_directory;
  closed.root_manifest = workspace.root_manifest;
  closed.resolver = workspace.resolver;
  closed.first_spellings = workspace.first_spellings;
  closed.registries = workspace.registries;
  closed.cargo_home = workspace.cargo_home;
  for (const auto index : kept) {
    const auto position = closed.add_package(workspace.packages[index]);
    if (index == root) closed.default_members = {position};
    if (workspace.root_package == index) closed.root_package = position;
    if (workspace.current_package == index) closed.current_package = position;
    if (!workspace.is_member(index)) continue;
    closed.members_as_found.push_back(position);
    ++closed.member_count;
  }
  out.lock = pruned(lock, entries_of(workspace, lock, kept));
  return out;
}

}  // namespace larder::reduce
