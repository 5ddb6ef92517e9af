#include "request_manifests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../tables/patched.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/tables/secrets.hpp"
#include "larder/reduce/tables/whole_lock.hpp"

namespace larder::reduce {

using cargo::TomlTable;
using cargo::TomlValue;

namespace {

/// `[patch]` and `[replace]` of the request workspace.
class Origins {
 public:
  Origins(const Resolution& resolution, const cargo::Config& config) : resolution_(resolution) {
    const auto& workspace = *resolution.workspace;
    cargo::for_patch_tables(
        workspace, config,
        [&](const TomlTable& patches, const std::string& base) { add_patches(patches, base); });
    auto replacements = workspace.root_table("replace");
    std::erase_if(replacements, [&](const auto& entry) {
      const auto* given = entry.second.find("path");
      return given != nullptr && (given->string() == nullptr || !is_patched(*given->string()));
    });
    add("patch", std::move(patches_));
    add("replace", std::move(replacements));
  }

  TomlTable tables;
  std::vector<SkeletonManifest> crates;

 private:
  void add(const char* key, TomlTable table) {
    if (!table.empty()) tables.emplace(key, TomlValue(std::move(table)));
  }

  void add_patches(const TomlTable& patches, const std::string& base) {
    for (const auto& [source, value] : patches) {
      if (value.table() == nullptr) continue;
      for (const auto& [key, entry] : *value.table()) {
        if (entry.table() == nullptr) continue;
        auto copy = *entry.table();
        if (const auto* given = entry.find("path"); given != nullptr) {
          const auto directory = given->string() == nullptr
                                     ? std::nullopt
                                     : place_of(path::join(base, *given->string()));
          if (!directory) continue;
          copy.insert_or_assign("path", TomlValue(*directory));
        }
        auto& entries = patches_.try_emplace(source, TomlValue(TomlTable{})).first->second;
        entries.table()->try_emplace(key, TomlValue(std::move(copy)));
      }
    }
  }

  bool is_patched(const std::string& directory) const {
    const auto& workspace = *resolution_.workspace;
    const auto package = workspace.package_in(path::join(workspace.root_directory, directory));
    return package && resolution_.patched_entry(*package);
  }

  /// The directory of a local package in the request workspace. Nothing if no external package
  /// depends on it.
  std::optional<std::string> place_of(const std::string& directory) {
    const auto package = resolution_.workspace->package_in(directory);
    if (!package) return std::nullopt;
    if (resolution_.patched_entry(*package))
      return patched_directory(*resolution_.workspace, *package);
    if (!is_asked_for(*package)) return std::nullopt;
    const auto [known, inserted] =
        places_.emplace(*package, fmt::format("patched{}", places_.size()));
    if (inserted) crates.push_back(empty_crate(resolution_.package(*package), known->second));
    return known->second;
  }

  bool is_asked_for(cargo::LocalId package) const {
    const auto& packages = resolution_.lock->packages;
    return std::any_of(packages.begin(), packages.end(), [&](const auto& external) {
      return !external.is_local() &&
             std::any_of(external.dependencies.begin(), external.dependencies.end(),
                         [&](cargo::LockId entry) {
                           return cargo::package_of(*resolution_.workspace, *resolution_.lock,
                                                    entry) == package;
                         });
    });
  }

  /// An empty crate with all features of the package, since any of them may be requested.
  static SkeletonManifest empty_crate(const cargo::Package& package, const std::string& directory) {
    auto text = package_header(package.name, package.version.str(), "") +
                "\n[lib]\npath = \"src/lib.rs\"\n\n[features]\n";
    for (const auto& [feature, values] : package.features)
      text += fmt::format("{} = []\n", cargo::toml_key(feature));
    return {
        directory + "/Cargo.toml", text, {{"src/lib.rs", cargo::TargetKind::Lib, package.name}}};
  }

  const Resolution& resolution_;
  TomlTable patches_;
  std::map<cargo::LocalId, std::string> places_;
};

}  // namespace

std::vector<SkeletonManifest> request_manifests(const Resolution& resolution,
                                                const cargo::Config& config,
                                                const Tables& requests) {
  std::set<cargo::LockId> externals;
  for (const auto& [place, asked] : requests) {
    for (const auto& [external, features] : asked) externals.insert(external);
  }
  Crate crate;
  crate.shape = {.root = CrateShape::Root::Lib};
  crate.tables = requests;
  Origins origins(resolution, config);
  RootTables root;
  root.tables = patched_workspace_tables(resolution);
  root.tables.merge(origins.tables);
  refuse_secret_urls(root.tables, origins_of_tables(*resolution.workspace, config));
  auto out = CrateWriter(resolution, externals).write({{requests_crate, crate}}, root);
  out.insert(out.end(), origins.crates.begin(), origins.crates.end());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

}  // namespace larder::reduce
