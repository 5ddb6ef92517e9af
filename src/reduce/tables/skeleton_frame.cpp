#include "skeleton_frame.hpp"

#include "larder/reduce/tables/config_keys.hpp"

namespace larder::reduce {

void ReductionNotes::add(const ReductionNotes& more) {
  unknown_keys.insert(more.unknown_keys.begin(), more.unknown_keys.end());
  left_out.insert(more.left_out.begin(), more.left_out.end());
  inexact.insert(more.inexact.begin(), more.inexact.end());
}

SkeletonFrame::SkeletonFrame(const Resolution& resolution, const cargo::Config& files,
                             const cargo::Config& config, std::vector<std::string> profile_chain,
                             std::set<cargo::LockId> kept, cargo::UnusedPatches unused)
    : resolution_(resolution),
      files_(files),
      config_(config),
      chain_(std::move(profile_chain)),
      kept_(std::move(kept)),
      unused_(unused) {}

cargo::TomlTable SkeletonFrame::reduced(const cargo::Config& config) const {
  return reduce_config(config, {config_, *resolution_.environment}, chain_, *resolution_.lock,
                       kept_, unused_);
}

ReductionNotes SkeletonFrame::notes() const {
  const auto unknown = unknown_config_keys(reduced(config_));
  return {{unknown.begin(), unknown.end()}, left_out_keys(config_)};
}

Skeleton SkeletonFrame::around(std::vector<SkeletonManifest> manifests,
                               const std::optional<cargo::ToolchainFile>& toolchain) const {
  refuse_secret_sources(*resolution_.lock, kept_);
  Skeleton out{std::move(manifests), cargo::render_lockfile(*resolution_.lock, kept_), std::nullopt,
               std::nullopt};
  const auto config = reduced(files_);
  if (!config.empty()) out.config_file = cargo::toml_document(config);
  if (toolchain) out.toolchain = ToolchainText{toolchain->name, toolchain->contents};
  return out;
}

}  // namespace larder::reduce
