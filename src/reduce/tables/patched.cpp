#include "patched.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../merged/crates.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/workspace/patched.hpp"

namespace larder::reduce {

namespace {

Error cannot_carry(const std::string& name, const std::string& reason) {
  return {"unsupported",
          fmt::format("`{}`, a local package that external packages depend on, {}", name, reason)};
}

void check_place(const cargo::Workspace& workspace, const cargo::Package& package) {
  const auto& root = workspace.root_directory;
  if (!path::is_within(package.directory, root)) {
    throw cannot_carry(package.name,
                       "is outside the workspace root: cargo identifies packages there by their "
                       "absolute path, which is different where the recipe is cooked")
        .in_file(package.manifest_path)
        .hint("move it into the workspace root");
  }
}

}  // namespace

std::map<cargo::LockId, cargo::LocalId> patched_among(const cargo::Workspace& workspace,
                                                      const cargo::Lockfile& lock,
                                                      const std::set<cargo::LockId>& kept) {
  std::map<cargo::LockId, cargo::LocalId> out;
  for (const auto index : kept) {
    const auto& entry = lock.packages[index];
    if (!entry.is_local()) continue;
    const auto package = cargo::package_of(workspace, lock, index);
    if (!package) {
      throw cannot_carry(entry.name, "is in no directory that the workspace or a [patch] names")
          .at({lock.file, entry.line, 1, ""})
          .hint("run `cargo update --workspace`, and commit Cargo.lock");
    }
    check_place(workspace, workspace.packages[*package]);
    out.emplace(index, *package);
  }
  return out;
}

std::map<cargo::LockId, cargo::LocalId> assumed_patched(const cargo::Workspace& workspace,
                                                        const cargo::Lockfile& lock,
                                                        const std::set<cargo::LocalId>& selected) {
  std::map<cargo::LockId, cargo::LocalId> out;
  for (const auto& entry : lock.packages) {
    if (entry.is_local()) continue;
    for (const auto index : entry.dependencies) {
      const auto package = cargo::package_of(workspace, lock, index);
      if (!package || !selected.contains(*package)) continue;
      const auto& targets = workspace.packages[*package].targets;
      const bool requires_any = std::any_of(targets.begin(), targets.end(), [](const auto& target) {
        return !target.required_features.empty();
      });
      if (requires_any) out.emplace(index, *package);
    }
  }
  return out;
}

bool external_needs_any(const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept,
                        const std::map<cargo::LockId, cargo::LocalId>& patched) {
  return std::any_of(kept.begin(), kept.end(), [&](cargo::LockId index) {
    const auto& entry = lock.packages[index];
    return !entry.is_local() &&
           std::any_of(entry.dependencies.begin(), entry.dependencies.end(),
                       [&](cargo::LockId below) { return patched.contains(below); });
  });
}

namespace {

std::vector<PatchedPackage> with_manifests(const Resolution& resolution, auto&& manifest_of) {
  std::vector<PatchedPackage> out;
  for (const auto& [entry, index] : resolution.patched)
    out.push_back({index, patched_directory(*resolution.workspace, index), manifest_of(index)});
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.directory < b.directory; });
  return out;
}

/// Whether a local package may depend on programs of this one. All commands of a recipe share the
/// package's manifest, so it does not depend on what a command selects.
bool has_artifact_dependents(const cargo::Workspace& workspace, const cargo::Package& package) {
  for (const auto& other : workspace.packages) {
    for (const auto& dependency : other.dependencies) {
      if (dependency.artifact && dependency.package_name == package.name) return true;
    }
  }
  return false;
}

}  // namespace

std::string patched_manifest(const Resolution& resolution, cargo::LocalId index) {
  const auto& package = resolution.package(index);
  return cargo::dependency_manifest(package,
                                    has_artifact_dependents(*resolution.workspace, package));
}

std::vector<PatchedPackage> patched_packages(const Resolution& resolution) {
  return with_manifests(resolution,
                        [&](cargo::LocalId index) { return patched_manifest(resolution, index); });
}

std::vector<PatchedPackage> whole_patched_packages(const Resolution& resolution) {
  return with_manifests(resolution, [&](cargo::LocalId index) {
    return cargo::whole_manifest(resolution.package(index));
  });
}

bool root_is_patched(const Resolution& resolution) {
  const auto root = resolution.workspace->root_package;
  return root && resolution.patched_entry(*root);
}

void check_places(const Resolution& resolution, const std::vector<PatchedPackage>& patched,
                  const std::vector<SkeletonManifest>& manifests) {
  for (const auto& one : patched) {
    const auto place = path::components(one.directory).front();
    for (const auto& manifest : manifests) {
      if (path::components(manifest.path).front() != place) continue;
      const auto& package = resolution.package(one.package);
      throw cannot_carry(package.name,
                         fmt::format("is in `{}`, where the skeleton needs to put a crate", place))
          .in_file(package.manifest_path)
          .hint("rename that directory");
    }
  }
}

cargo::TomlTable patched_workspace_tables(const Resolution& resolution) {
  std::set<cargo::LocalId> packages;
  for (const auto& [entry, package] : resolution.patched) packages.insert(package);
  cargo::TomlTable out;
  if (packages.empty()) return out;
  auto inherited = cargo::inherited_tables(*resolution.workspace, packages);
  if (!inherited.empty()) out.emplace("workspace", cargo::TomlValue(std::move(inherited)));
  return out;
}

}  // namespace larder::reduce
