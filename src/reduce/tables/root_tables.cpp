#include "root_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../merged/crates.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command/package_spec.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/tables/config_keys.hpp"
#include "larder/reduce/tables/secrets.hpp"
#include "patched.hpp"
#include "patches.hpp"

namespace larder::reduce {

using cargo::TomlTable;
using cargo::TomlValue;

namespace {

/// Whether a package ID specification of `profile.*.package.SPEC` or `[replace]` matches a kept
/// package.
bool names_kept(const std::string& specification, const cargo::Lockfile& lock,
                const std::set<cargo::LockId>& kept) {
  if (specification == "*") return true;
  const auto spec = cargo::parse_package_spec(specification);
  return spec && std::any_of(kept.begin(), kept.end(), [&](cargo::LockId index) {
           return spec->names(lock.packages[index]);
         });
}

/// Whether `incremental` has any effect: cargo never compiles external packages incrementally.
bool compiles_local(const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept) {
  return std::any_of(kept.begin(), kept.end(),
                     [&](cargo::LockId index) { return lock.packages[index].is_local(); });
}

void drop_empty(TomlTable& table) {
  for (auto& [key, value] : table) {
    if (value.table() != nullptr) drop_empty(*value.table());
  }
  std::erase_if(table, [](const auto& entry) {
    const auto* inner = entry.second.table();
    return inner != nullptr && inner->empty();
  });
}

void refuse(const cargo::Config& config, const std::string& key) {
  const auto found = config.find({key});
  if (!found) return;
  throw Error("unsupported", fmt::format("`{}` in a config file is not supported yet", key))
      .at(found->location());
}

}  // namespace

TomlTable reduce_profiles(const TomlTable& profiles, const std::vector<std::string>& chain,
                          const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept) {
  TomlTable out;
  for (const auto& name : chain) {
    const auto found = profiles.find(name);
    if (found == profiles.end() || found->second.table() == nullptr) continue;
    auto profile = *found->second.table();
    if (!compiles_local(lock, kept)) profile.erase("incremental");
    if (const auto packages = profile.find("package"); packages != profile.end()) {
      if (auto* table = packages->second.table()) {
        std::erase_if(*table,
                      [&](const auto& entry) { return !names_kept(entry.first, lock, kept); });
      }
    }
    drop_empty(profile);
    if (!profile.empty()) out.emplace(name, TomlValue(std::move(profile)));
  }
  return out;
}

TomlTable reduce_patches(const TomlTable& patches, const Registries& registries,
                         const cargo::Lockfile& lock, const std::set<cargo::LockId>& kept,
                         cargo::UnusedPatches unused) {
  TomlTable out;
  for (const auto& [source, value] : patches) {
    const auto* entries = value.table();
    if (entries == nullptr) continue;
    TomlTable used;
    for (const auto& [key, entry] : *entries) {
      if (entry.find("path") != nullptr) continue;
      const auto patch = read_patch(key, entry, "/", registries.config, registries.environment);
      const bool is_used = unused == cargo::UnusedPatches::Kept ||
                           std::any_of(kept.begin(), kept.end(), [&](cargo::LockId index) {
                             return is_put_in(lock, lock.packages[index], patch);
                           });
      if (is_used) used.emplace(key, entry);
    }
    if (!used.empty()) out.emplace(source, TomlValue(std::move(used)));
  }
  return out;
}

TomlTable reduce_replacements(const TomlTable& replacements, const cargo::Lockfile& lock,
                              const std::set<cargo::LockId>& kept) {
  auto out = replacements;
  std::erase_if(out, [&](const auto& entry) { return !names_kept(entry.first, lock, kept); });
  return out;
}

namespace {

/// The `cargo-features` of the root manifest that profiles need, including profiles in config files
/// and the environment. `trim-paths` by itself changes the release profile (cargo:
/// core/profiles.rs).
std::vector<std::string> profile_features(const cargo::Workspace& workspace) {
  static const std::set<std::string_view> needed{"codegen-backend", "panic-immediate-abort",
                                                 "profile-rustflags", "trim-paths"};
  std::set<std::string> out;
  for (auto& feature : workspace.root_manifest->root().strings_at("cargo-features")) {
    if (needed.contains(feature)) out.insert(std::move(feature));
  }
  return {out.begin(), out.end()};
}

void add_path_patches(const Resolution& resolution, const TomlTable& patches,
                      const std::string& base, TomlTable& out) {
  for (const auto& [source, value] : patches) {
    if (value.table() == nullptr) continue;
    for (const auto& [key, entry] : *value.table()) {
      const auto* given = entry.find("path");
      if (given == nullptr || given->string() == nullptr) continue;
      const auto package = resolution.workspace->package_in(path::join(base, *given->string()));
      if (!package || !resolution.patched_entry(*package)) continue;
      auto copy = *entry.table();
      copy.insert_or_assign("path", TomlValue(patched_directory(*resolution.workspace, *package)));
      auto& entries = out.try_emplace(source, TomlValue(TomlTable{})).first->second;
      entries.table()->try_emplace(key, TomlValue(std::move(copy)));
    }
  }
}

TomlTable path_patches(const Resolution& resolution, const cargo::Config& config) {
  TomlTable out;
  cargo::for_patch_tables(*resolution.workspace, config,
                          [&](const TomlTable& patches, const std::string& base) {
                            add_path_patches(resolution, patches, base, out);
                          });
  return out;
}

/// The `patch` table: entries for registries and git (`reduce_patches`), and for patched packages.
TomlTable all_patches(const Resolution& resolution, const cargo::Config& config,
                      const std::set<cargo::LockId>& kept, cargo::UnusedPatches unused) {
  auto out = reduce_patches(resolution.workspace->root_table("patch"),
                            {config, *resolution.environment}, *resolution.lock, kept, unused);
  for (auto& [source, entries] : path_patches(resolution, config)) {
    auto& table = out.try_emplace(source, TomlValue(TomlTable{})).first->second;
    table.table()->insert(entries.table()->begin(), entries.table()->end());
  }
  return out;
}

}  // namespace

std::vector<const cargo::TomlDocument*> origins_of_tables(const cargo::Workspace& workspace,
                                                          const cargo::Config& config) {
  std::vector<const cargo::TomlDocument*> out{workspace.root_manifest->document().get()};
  for (const auto& file : config.files()) out.push_back(&file);
  return out;
}

RootTables root_tables(const Resolution& resolution, const cargo::Config& config,
                       const std::vector<std::string>& profile_chain,
                       const std::set<cargo::LockId>& kept, cargo::UnusedPatches unused) {
  const auto& workspace = *resolution.workspace;
  const auto& lock = *resolution.lock;
  RootTables out;
  const auto add = [&](const char* key, TomlTable table) {
    if (!table.empty()) out.tables.emplace(key, TomlValue(std::move(table)));
  };
  out.cargo_features = profile_features(workspace);
  out.tables = patched_workspace_tables(resolution);
  add("profile", reduce_profiles(workspace.root_table("profile"), profile_chain, lock, kept));
  add("patch", all_patches(resolution, config, kept, unused));
  add("replace", reduce_replacements(workspace.root_table("replace"), lock, kept));
  refuse_secret_urls(out.tables, origins_of_tables(workspace, config));
  return out;
}

std::string root_tables_text(const RootTables& root) {
  const auto text = cargo::toml_document(root.tables);
  return text.empty() ? "" : "\n" + text;
}

TomlTable reduce_config(const cargo::Config& config, const Registries& registries,
                        const std::vector<std::string>& profile_chain, const cargo::Lockfile& lock,
                        const std::set<cargo::LockId>& kept, cargo::UnusedPatches unused) {
  refuse(config, "paths");
  auto table = config.merged();
  keep_reaching_keys(table);
  if (auto* build = cargo::find_table(table, "build"); build && !compiles_local(lock, kept))
    build->erase("incremental");
  if (auto* profiles = cargo::find_table(table, "profile"))
    *profiles = reduce_profiles(*profiles, profile_chain, lock, kept);
  if (auto* patches = cargo::find_table(table, "patch"))
    *patches = reduce_patches(*patches, registries, lock, kept, unused);
  remove_secrets(config, table);
  drop_empty(table);
  return table;
}

}  // namespace larder::reduce
