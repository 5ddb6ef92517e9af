#include "skeleton_frame.hpp"

#include "larder/base/parallel.hpp"
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

Skeleton SkeletonFrame::around(const std::function<std::vector<SkeletonManifest>()>& manifests,
                               const std::function<std::string()>& lock_file,
                               const std::optional<cargo::ToolchainFile>& toolchain) const {
  // Fewer packages are written before another thread has started.
  constexpr std::size_t least = 200;
  Skeleton out;
  const auto write_manifests = [&] { out.manifests = manifests(); };
  const auto write_lock = [&] { out.lock_file = lock_file(); };
  if (kept_.size() < least) {
    write_manifests();
    write_lock();
  } else {
    in_parallel(2, [&](std::size_t i) { i == 0 ? write_manifests() : write_lock(); });
  }
  refuse_secret_sources(*resolution_.lock, kept_);
  const auto config = reduced(files_);
  if (!config.empty()) out.config_file = cargo::toml_document(config);
  if (toolchain) out.toolchain = ToolchainText{toolchain->name, toolchain->contents};
  return out;
}

}  // namespace larder::reduce
