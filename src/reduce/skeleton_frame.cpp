#include "skeleton_frame.hpp"

#include <fmt/format.h>

namespace larder::reduce {

namespace {

void refuse_patched_locals(const cargo::Lockfile& lock, const std::set<std::size_t>& kept) {
  for (const auto index : kept) {
    const auto& package = lock.packages[index];
    if (!package.is_local()) continue;
    throw Error("unsupported",
                fmt::format("`{}`, a local package that external packages depend on (by [patch] "
                            "or [replace] to a path), is not handled yet",
                            package.name))
        .at({lock.file, package.line, 1, ""});
  }
}

}  // namespace

cargo::TomlTable config_profiles(const cargo::Config& config) {
  const auto merged = config.merged();
  const auto found = merged.find("profile");
  return found == merged.end() || found->second.table() == nullptr ? cargo::TomlTable{}
                                                                   : *found->second.table();
}

SkeletonFrame::SkeletonFrame(const cargo::Workspace& workspace, const cargo::Lockfile& lock,
                             const cargo::Config& config, std::vector<std::string> profile_chain,
                             const std::set<std::size_t>& externals)
    : workspace_(workspace),
      lock_(lock),
      config_(config),
      chain_(std::move(profile_chain)),
      kept_(lock.closure({externals.begin(), externals.end()})) {
  refuse_patched_locals(lock, kept_);
}

Skeleton SkeletonFrame::around(std::vector<SkeletonManifest> manifests,
                               const std::optional<cargo::ToolchainFile>& toolchain) const {
  Skeleton out{std::move(manifests), cargo::render_lockfile(lock_, kept_),
               reduce_config(config_, chain_, lock_, kept_), std::nullopt};
  if (toolchain) out.toolchain = ToolchainText{toolchain->name, toolchain->contents};
  return out;
}

}  // namespace larder::reduce
