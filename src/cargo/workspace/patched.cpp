#include "larder/cargo/workspace/patched.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "larder/base/path.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"
#include "larder/cargo/manifest/resolved_manifest.hpp"

namespace larder::cargo {

namespace {

/// Lock entries without a source that match no package that is known so far.
class UnknownLocals {
 public:
  UnknownLocals(const Workspace& workspace, const Lockfile& lock) {
    for (const auto& package : workspace.packages) ++missing_[package.name].known;
    for (const auto& entry : lock.packages) {
      if (!entry.is_local()) continue;
      auto& missing = missing_[entry.name];
      ++missing.entries;
      if (!has_package(workspace, entry)) missing.versions.insert(entry.version);
    }
  }

  bool any() const {
    return std::any_of(missing_.begin(), missing_.end(),
                       [](const auto& entry) { return !entry.second.versions.empty(); });
  }
  /// Whether one of them has this name, in any version.
  bool have(const std::string& name) const {
    const auto found = missing_.find(name);
    return found != missing_.end() && !found->second.versions.empty();
  }
  /// Whether a package may be one of them. Its version may have changed since the lock file was
  /// written. But a package that a patch offers and that nobody uses has no entry.
  bool have(const Package& package) const {
    if (!have(package.name)) return false;
    const auto& missing = missing_.at(package.name);
    return missing.versions.contains(package.version) || missing.entries > missing.known;
  }

 private:
  struct Missing {
    std::size_t known = 0;
    std::size_t entries = 0;
    std::set<Version> versions;
  };

  static bool has_package(const Workspace& workspace, const LockedPackage& entry) {
    return std::any_of(workspace.packages.begin(), workspace.packages.end(),
                       [&](const Package& package) {
                         return package.name == entry.name && package.version == entry.version;
                       });
  }

  std::map<std::string, Missing> missing_;
};

using VisitPath = std::function<void(const std::string& name, const std::string& directory)>;

/// Visits the packages that a table of `[patch]`, or `[replace]`, takes from directories.
void for_paths(const TomlTable& entries, const std::string& base, const VisitPath& visit) {
  for (const auto& [key, entry] : entries) {
    const auto* directory = entry.find("path");
    if (directory == nullptr || directory->string() == nullptr) continue;
    const auto* name = entry.find("package");
    visit(name != nullptr && name->string() != nullptr ? *name->string() : key,
          path::join(base, *directory->string()));
  }
}

void for_patched(const Workspace& workspace, const Config& config, const VisitPath& visit) {
  for_patch_tables(workspace, config, [&](const TomlTable& patches, const std::string& base) {
    for (const auto& [source, entries] : patches) {
      if (entries.table() != nullptr) for_paths(*entries.table(), base, visit);
    }
  });
  // Keys are `name:version`.
  for_paths(workspace.root_table("replace"), workspace.root_directory,
            [&](const std::string& spec, const std::string& directory) {
              visit(spec.substr(0, spec.find_first_of(":@")), directory);
            });
}

bool is_compiled_dependency(const Package& package, const std::string& name) {
  return std::any_of(
      package.dependencies.begin(), package.dependencies.end(), [&](const Dependency& dependency) {
        return dependency.kind != DependencyKind::Development && dependency.package_name == name;
      });
}

constexpr std::array<const char*, 2> development_keys{"dev-dependencies", "dev_dependencies"};

void drop_development(TomlTable& table) {
  for (const auto* key : development_keys) table.erase(key);
}

void free_local_versions(TomlTable& table) {
  for (const auto* key : development_keys) {
    auto* entries = find_table(table, key);
    if (entries == nullptr) continue;
    for (auto& [name, entry] : *entries) {
      if (entry.find("path") != nullptr) entry.table()->erase("version");
    }
  }
}

/// Drops what dependents of the package cannot see, and the keys for workspace roots, which would
/// only cause a warning.
void drop_own_affairs(TomlTable& table) {
  for (const auto* key : {"package", "project"}) {
    if (auto* described = find_table(table, key)) {
      for (const auto* own : {"metadata", "resolver", "workspace"}) described->erase(own);
    }
  }
  for (const auto* key : {"profile", "patch", "replace", "workspace"}) table.erase(key);
}

/// Drops values of features that name a dependency which was dropped. Cargo would refuse them.
void drop_development_features(const Package& package, TomlTable& features) {
  for (auto& [name, values] : features) {
    auto* items = std::get_if<TomlArray>(&values.data());
    if (items == nullptr) continue;
    std::erase_if(*items, [&](const TomlValue& item) {
      if (item.string() == nullptr) return false;
      const auto value = parse_feature_value(*item.string());
      return value.kind != FeatureValue::Kind::Feature &&
             std::none_of(package.dependencies.begin(), package.dependencies.end(),
                          [&](const Dependency& dependency) {
                            return dependency.kind != DependencyKind::Development &&
                                   dependency.key == value.dependency;
                          });
    });
  }
}

void leave_library_alone(TomlTable& table) {
  for (const auto* key : {"bin", "example", "test", "bench"}) table.erase(key);
  auto* package = table.at(table.contains("package") ? "package" : "project").table();
  package->erase("default-run");
  for (const auto* key : {"autobins", "autoexamples", "autotests", "autobenches"})
    package->insert_or_assign(key, TomlValue(false));
}

/// Copies the entries of a table of the root's `[workspace]` that a table of a package inherits.
void copy_inherited(const TomlTable& from, const TomlValue* package_table, TomlTable& out) {
  if (package_table == nullptr || package_table->table() == nullptr) return;
  for (const auto& [key, value] : *package_table->table()) {
    const auto found = from.find(key);
    if (found != from.end() && is_inherited(value)) out.emplace(key, found->second);
  }
}

void list_below(const SourceTree& tree, const std::string& directory, const std::string& before,
                std::vector<std::string>& out) {
  for (const auto& entry : tree.list(directory)) {
    const auto path = path::join(directory, entry.name);
    if (entry.name.starts_with('.') || (before.empty() && entry.name == "target")) continue;
    if (entry.kind == FileKind::File) out.push_back(before + entry.name);
    // Links to directories could lead in a circle.
    if (entry.kind != FileKind::Directory || entry.is_link) continue;
    const bool is_target_directory = tree.is_file(path::join(path, "CACHEDIR.TAG"));
    if (!is_target_directory && !tree.is_file(path::join(path, "Cargo.toml")))
      list_below(tree, path, before + entry.name + "/", out);
  }
}

}  // namespace

void for_patch_tables(
    const Workspace& workspace, const Config& config,
    const std::function<void(const TomlTable& patches, const std::string& base)>& visit) {
  for (const auto& file : config.files()) {
    const auto* patches = file.root.find("patch");
    if (patches != nullptr && patches->table() != nullptr)
      visit(*patches->table(), config_base(file));
  }
  visit(workspace.root_table("patch"), workspace.root_directory);
}

std::set<std::string> patched_directories(const Workspace& workspace, const Config& config) {
  std::set<std::string> out;
  for_patched(workspace, config,
              [&](const std::string&, const std::string& directory) { out.insert(directory); });
  return out;
}

Error patched_is_missing(const std::string& name, const std::string& directory) {
  Error error("source-missing",
              fmt::format("the directory `{}`, which [patch] names for `{}`, does not exist here",
                          directory, name));
  error.hint(fmt::format("copy it before cook; in a Dockerfile: COPY {} {}", directory, directory));
  return error;
}

namespace {

void add_patched(const SourceTree& tree, Workspace& workspace, const UnknownLocals& wanted,
                 const Config& config) {
  ManifestLoader manifests(tree, workspace.cargo_home);
  const auto& root = workspace.root_directory;
  std::set<std::string> directories;
  for_patched(workspace, config, [&](const std::string& name, const std::string& directory) {
    directories.insert(directory);
    if (!wanted.have(name) || manifests.exists(path::join(directory, "Cargo.toml"))) return;
    if (path::is_within(directory, root))
      throw patched_is_missing(name, path::relative(directory, root));
  });
  for (const auto& directory : directories) {
    const auto manifest = path::join(directory, "Cargo.toml");
    if (workspace.package_in(directory) || !manifests.exists(manifest)) continue;
    const auto& package = manifests.load(manifest).package;
    if (package && wanted.have(*package)) workspace.add_package(*package);
  }
  load_path_dependencies(tree, workspace);
}

}  // namespace

void load_patched(const SourceTree& tree, Workspace& workspace, const Lockfile& lock,
                  const Config& config) {
  const UnknownLocals wanted(workspace, lock);
  if (wanted.any()) add_patched(tree, workspace, wanted, config);
  // Packages that are not members may have a workspace of their own. All that is kept of it is what
  // they inherit.
  for (const auto i : workspace.packages.ids()) {
    if (!workspace.is_member(i)) resolve_inherited(workspace.packages[i]);
  }
}

std::optional<LockId> exact_entry(const Lockfile& lock, const Package& package) {
  for (const auto index : lock.named(package.name)) {
    if (lock.packages[index].is_local() && lock.packages[index].version == package.version)
      return index;
  }
  return std::nullopt;
}

std::optional<LocalId> package_of(const Workspace& workspace, const Lockfile& lock, LockId index) {
  const auto& entry = lock.packages[index];
  if (!entry.is_local()) return std::nullopt;
  std::vector<LocalId> changed;
  for (const auto i : workspace.packages.ids()) {
    const auto& package = workspace.packages[i];
    if (package.name != entry.name) continue;
    if (package.version == entry.version) return i;
    if (!exact_entry(lock, package)) changed.push_back(i);
  }
  return changed.size() == 1 ? std::optional(changed.front()) : std::nullopt;
}

std::optional<LockId> entry_of(const Workspace& workspace, const Lockfile& lock, LocalId package) {
  const auto& name = workspace.packages[package].name;
  for (const auto index : lock.named(name)) {
    if (package_of(workspace, lock, index) == package) return index;
  }
  return std::nullopt;
}

std::set<LockId> compiled_closure(const Workspace& workspace, const Lockfile& lock,
                                  const std::set<LockId>& roots) {
  std::set<LockId> out;
  std::set<LockId> pending = roots;
  while (!pending.empty()) {
    const auto index = *pending.begin();
    pending.erase(pending.begin());
    if (!out.insert(index).second) continue;
    const auto& entry = lock.packages[index];
    const auto package = package_of(workspace, lock, index);
    if (entry.replacement) pending.insert(*entry.replacement);
    for (const auto next : entry.dependencies) {
      if (!package ||
          is_compiled_dependency(workspace.packages[*package], lock.packages[next].name))
        pending.insert(next);
    }
  }
  return out;
}

std::string dependency_manifest(const Package& package, bool with_programs) {
  auto table = *package.document->root.table();
  for_platforms(table, drop_development);
  if (auto* features = find_table(table, "features")) drop_development_features(package, *features);
  drop_own_affairs(table);
  if (!with_programs) leave_library_alone(table);
  return toml_document(table);
}

std::string whole_manifest(const Package& package) {
  auto table = *package.document->root.table();
  for_platforms(table, free_local_versions);
  drop_own_affairs(table);
  return toml_document(table);
}

TomlTable inherited_tables(const Workspace& workspace, const std::set<LocalId>& packages,
                           bool development) {
  std::vector<std::string_view> kinds{"dependencies", "build-dependencies", "build_dependencies"};
  if (development) kinds.insert(kinds.end(), {"dev-dependencies", "dev_dependencies"});
  const auto& all = workspace.root_table("workspace");
  TomlTable described;
  TomlTable dependencies;
  bool lints = false;
  for (const auto index : packages) {
    const auto& root = workspace.packages[index].document->root;
    copy_inherited(table_at(all, "package"), root.find("package"), described);
    const auto copy_dependencies = [&](const TomlValue& tables) {
      for (const auto key : kinds)
        copy_inherited(table_at(all, "dependencies"), tables.find(key), dependencies);
    };
    copy_dependencies(root);
    for (const auto& [platform, tables] : table_at(*root.table(), "target"))
      copy_dependencies(tables);
    const auto* own = root.find("lints");
    lints = lints || (own != nullptr && is_inherited(*own));
  }
  TomlTable out;
  const auto& root_lints = table_at(all, "lints");
  if (!described.empty()) out.emplace("package", TomlValue(std::move(described)));
  if (!dependencies.empty()) out.emplace("dependencies", TomlValue(std::move(dependencies)));
  if (lints && !root_lints.empty()) out.emplace("lints", TomlValue(root_lints));
  return out;
}

std::vector<std::string> package_files(const SourceTree& tree, const std::string& directory) {
  std::vector<std::string> out;
  list_below(tree, directory, "", out);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace larder::cargo
