#include "local_crates.hpp"

#include <algorithm>

#include "../tables/manifest_text.hpp"
#include "../tables/patched.hpp"
#include "local_crate_text.hpp"

namespace larder::reduce {

namespace {

std::string listed(const std::string& directory) {
  return directory.empty() ? "." : directory;
}

WorkspaceText workspace_of(const Resolution& resolution, const UnmergedCrates& crates) {
  WorkspaceText out;
  out.default_members = crates.default_members;
  out.metadata = crates.details;
  for_crates(crates, [&](cargo::LocalId index, const LocalCrate& crate) {
    if (!resolution.workspace->is_member(index)) {
      out.exclude.push_back(listed(crate.directory));
    } else if (!crate.directory.empty()) {
      out.members.push_back(crate.directory);
    }
  });
  for (const auto& [entry, index] : resolution.patched) {
    if (index == resolution.workspace->root_package) continue;
    auto& list = resolution.workspace->is_member(index) ? out.members : out.exclude;
    list.push_back(patched_directory(*resolution.workspace, index));
  }
  return out;
}

}  // namespace

std::set<cargo::LockId> externals_of(const Resolution& resolution, const UnmergedCrates& crates) {
  std::set<cargo::LockId> out;
  for_crates(crates, [&](cargo::LocalId index, const LocalCrate& crate) {
    const auto& dependencies = resolution.package(index).dependencies;
    for (std::size_t i = 0; i < dependencies.size(); ++i) {
      const auto& target = resolution.dependencies[index][i];
      if (target.external() && is_written(crate, dependencies[i], target))
        out.insert(*target.external());
    }
    if (const auto own = resolution.patched_entry(index)) out.insert(*own);
  });
  return out;
}

std::vector<SkeletonManifest> write_unmerged(const Resolution& resolution,
                                             const UnmergedCrates& crates, const RootTables& root) {
  const LocalCrateWriter writer(resolution, crates);
  std::vector<SkeletonManifest> out;
  auto root_features = root.cargo_features;
  SkeletonManifest root_manifest{"Cargo.toml", "", {}};
  for_crates(crates, [&](cargo::LocalId index, const LocalCrate& crate) {
    auto manifest = writer.write(index, crate);
    const auto features = LocalCrateWriter::cargo_features(resolution.package(index));
    if (crate.directory.empty()) {
      root_features.insert(root_features.end(), features.begin(), features.end());
      manifest.contents += "\n";
      root_manifest = std::move(manifest);
    } else {
      manifest.contents.insert(0, cargo_features_line(features));
      out.push_back(std::move(manifest));
    }
  });
  // The manifest of a patched root package already has all `cargo-features` of the root.
  root_manifest.contents.insert(0, crates.patched_root.empty() ? cargo_features_line(root_features)
                                                               : crates.patched_root + "\n");
  root_manifest.contents +=
      workspace_text(resolution, workspace_of(resolution, crates)) + root_tables_text(root);
  out.push_back(std::move(root_manifest));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

}  // namespace larder::reduce
