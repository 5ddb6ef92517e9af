#include "finest.hpp"

#include <algorithm>

#include "carried.hpp"
#include "finest_text.hpp"
#include "manifest_text.hpp"

namespace larder::reduce {

namespace {

std::string listed(const std::string& directory) {
  return directory.empty() ? "." : directory;
}

WorkspaceText workspace_of(const Resolution& resolution, const Partition& partition) {
  WorkspaceText out;
  out.default_members = partition.default_members;
  out.metadata = partition.details;
  for (const auto& [index, crate] : partition.crates) {
    if (!resolution.workspace->is_member(index)) {
      out.exclude.push_back(listed(crate.directory));
    } else if (!crate.directory.empty()) {
      out.members.push_back(crate.directory);
    }
  }
  for (const auto& [entry, index] : resolution.carried) {
    auto& list = resolution.workspace->is_member(index) ? out.members : out.exclude;
    list.push_back(carried_directory(*resolution.workspace, index));
  }
  return out;
}

}  // namespace

std::set<std::size_t> externals_of(const Resolution& resolution, const Partition& partition) {
  std::set<std::size_t> out;
  for (const auto& [index, crate] : partition.crates) {
    const auto& dependencies = resolution.package(index).dependencies;
    for (std::size_t i = 0; i < dependencies.size(); ++i) {
      const auto& target = resolution.dependencies[index][i];
      if (target.kind == Resolved::Kind::External && is_written(crate, dependencies[i], target))
        out.insert(target.index);
    }
  }
  return out;
}

std::vector<SkeletonManifest> write_partition(const Resolution& resolution,
                                              const Partition& partition, const RootTables& root) {
  const LocalCrateWriter writer(resolution, partition);
  std::vector<SkeletonManifest> out;
  auto root_features = root.cargo_features;
  SkeletonManifest root_manifest{"Cargo.toml", "", {}};
  for (const auto& [index, crate] : partition.crates) {
    auto manifest = writer.write(index);
    const auto features = LocalCrateWriter::cargo_features(resolution.package(index));
    if (crate.directory.empty()) {
      root_features.insert(root_features.end(), features.begin(), features.end());
      manifest.contents += "\n";
      root_manifest = std::move(manifest);
    } else {
      manifest.contents.insert(0, cargo_features_line(features));
      out.push_back(std::move(manifest));
    }
  }
  root_manifest.contents.insert(0, cargo_features_line(root_features));
  root_manifest.contents +=
      workspace_text(resolution, workspace_of(resolution, partition)) + root_tables_text(root);
  out.push_back(std::move(root_manifest));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

}  // namespace larder::reduce
