#include <fmt/format.h>

#include <algorithm>

#include "../tables/patched.hpp"
#include "../tables/root_tables.hpp"
#include "../tables/skeleton_frame.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/tables/config_keys.hpp"
#include "larder/reduce/tables/secrets.hpp"
#include "local_crates.hpp"
#include "open_details.hpp"

namespace larder::reduce {

namespace {

class OpenCrates {
 public:
  explicit OpenCrates(const Resolution& resolution)
      : resolution_(resolution), workspace_(*resolution.workspace) {}

  UnmergedCrates run() const {
    UnmergedCrates out;
    for (const auto i : workspace_.packages.ids()) {
      if (resolution_.patched_entry(i)) continue;
      const auto& package = workspace_.packages[i];
      LocalCrate crate;
      crate.name = package.name;
      crate.version = version(package);
      crate.directory = directory(i);
      crate.development = workspace_.is_member(i);
      crate.default_run = package.default_run;
      crate.details = package_details(package);
      crate.edition = package.edition;
      crate.whole_targets = true;
      crate.targets = crate_targets(
          package, [](const cargo::Target&) { return true; },
          [](const cargo::Target& target, std::size_t) { return target.name; });
      for (std::size_t t = 0; t < crate.targets.size(); ++t)
        crate.targets[t].file = stub_file(package, *crate.targets[t].target, t);
      if (const auto* script = package.build_script())
        crate.build_script = stub_file(package, *script, crate.targets.size());
      out.by_package.emplace(i, std::move(crate));
    }
    if (root_is_patched(resolution_))
      out.patched_root = cargo::whole_manifest(resolution_.package(*workspace_.root_package));
    out.default_members = default_members();
    out.details = tool_metadata(workspace_.root_manifest->document()->root.find("workspace"));
    return out;
  }

  /// Packages with the same name keep their versions, which distinguish them. The build metadata
  /// marks them as `open_version` does.
  std::string version(const cargo::Package& package) const {
    const auto same = std::count_if(workspace_.packages.begin(), workspace_.packages.end(),
                                    [&](const auto& other) { return other.name == package.name; });
    if (same == 1) return open_version;
    const std::string_view mark = "larder";
    const auto& build = package.version.build;
    if (build.ends_with(mark)) return package.version.str();
    return fmt::format("{}{}{}", package.version.str(), build.empty() ? "+" : ".", mark);
  }

 private:
  /// A package outside the root cannot keep its directory, so it gets one inside.
  std::string directory(cargo::LocalId index) const {
    const auto& package = workspace_.packages[index];
    if (package.directory == workspace_.root_directory) return "";
    if (path::is_within(package.directory, workspace_.root_directory))
      return path::relative(package.directory, workspace_.root_directory);
    std::size_t before = 0;
    for (const auto& other : workspace_.packages) {
      if (!path::is_within(other.directory, workspace_.root_directory) &&
          comes_before(other, package))
        ++before;
    }
    return ".larder-outside/" + std::to_string(before);
  }

  static bool comes_before(const cargo::Package& a, const cargo::Package& b) {
    return a.name != b.name ? a.name < b.name : a.version < b.version;
  }

  std::optional<std::vector<std::string>> default_members() const {
    const std::set<cargo::LocalId> stated(workspace_.default_members.begin(),
                                          workspace_.default_members.end());
    std::set<cargo::LocalId> implied;
    if (workspace_.root_package) {
      implied.insert(*workspace_.root_package);
    } else {
      for (const auto i : workspace_.member_ids()) implied.insert(i);
    }
    if (stated == implied) return std::nullopt;
    std::vector<std::string> out;
    for (const auto index : stated) {
      const auto at = directory(index);
      out.push_back(at.empty() ? "." : at);
    }
    return out;
  }

  const Resolution& resolution_;
  const cargo::Workspace& workspace_;
};

std::vector<std::string> all_profiles(const cargo::Workspace& workspace,
                                      const cargo::Config& config) {
  std::set<std::string> names;
  for (const auto& [name, profile] : workspace.root_table("profile")) names.insert(name);
  for (const auto& [name, profile] : config.table("profile")) names.insert(name);
  return {names.begin(), names.end()};
}

/// The whole lock file, because `--locked` checks all of it. It is up to date exactly if the
/// original is.
std::string open_lockfile(const Resolution& resolution, const OpenCrates& crates) {
  auto lock = *resolution.lock;
  for (const auto i : resolution.workspace->packages.ids()) {
    const auto& package = resolution.package(i);
    if (resolution.patched_entry(i)) continue;
    for (const auto index : lock.named(package.name)) {
      auto& entry = lock.packages[index];
      if (entry.is_local() && entry.version == package.version)
        entry.version = cargo::parse_version(crates.version(package)).value();
    }
  }
  std::set<cargo::LockId> all;
  for (const auto i : lock.packages.ids()) all.insert(i);
  refuse_secret_sources(lock, all);
  return cargo::render_lockfile(lock, all, cargo::UnusedPatches::Kept);
}

/// The local packages that external packages depend on under any command.
std::map<cargo::LockId, cargo::LocalId> patched_under_any(const OpenInput& input) {
  std::set<cargo::LockId> externals;
  for (const auto i : input.lock.packages.ids()) {
    if (!input.lock.packages[i].is_local()) externals.insert(i);
  }
  return patched_among(input.workspace, input.lock,
                       cargo::compiled_closure(input.workspace, input.lock, externals));
}

/// All lock entries that some manifest needs.
std::set<cargo::LockId> kept_entries(const Resolution& resolution, const UnmergedCrates& crates) {
  const auto externals = externals_of(resolution, crates);
  std::vector<cargo::LockId> roots(externals.begin(), externals.end());
  for (const auto& [entry, package] : resolution.patched) roots.push_back(entry);
  return resolution.lock->closure(roots);
}

/// The profiles, with overrides for local packages. These are built once their sources are copied
/// over the skeleton.
cargo::TomlTable open_profiles(const OpenInput& input, std::set<cargo::LockId> kept) {
  for (const auto i : input.lock.packages.ids()) {
    if (input.lock.packages[i].is_local()) kept.insert(i);
  }
  return reduce_profiles(input.workspace.root_table("profile"),
                         all_profiles(input.workspace, input.config), input.lock, kept);
}

}  // namespace

OpenSkeleton open_skeleton(const OpenInput& input) {
  refuse_feature_unification({}, input.config, {}, input.environment);
  const auto resolution = resolve_dependencies(input.workspace, input.lock, input.config,
                                               input.environment, patched_under_any(input));
  const OpenCrates names(resolution);
  const auto crates = names.run();
  const SkeletonFrame frame(resolution, input.config, input.config,
                            all_profiles(input.workspace, input.config),
                            kept_entries(resolution, crates), cargo::UnusedPatches::Kept);
  auto root = frame.root();
  if (auto profiles = open_profiles(input, frame.kept()); !profiles.empty())
    root.tables.insert_or_assign("profile", cargo::TomlValue(std::move(profiles)));
  add_inherited(resolution, root.tables);
  auto out = frame.around([&] { return write_unmerged(resolution, crates, root); },
                          [&] { return open_lockfile(resolution, names); }, input.toolchain);
  return {std::move(out), frame.notes(), whole_patched_packages(resolution)};
}

}  // namespace larder::reduce
