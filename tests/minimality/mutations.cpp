#include "mutations.hpp"

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::test {

namespace {

using cargo::TomlArray;
using cargo::TomlTable;
using cargo::TomlValue;

/// Packages of a large workspace that a change is tried on.
constexpr std::size_t most_packages = 5;

/// A manifest or lock file that is read, changed and written back.
class Document {
 public:
  Document(MemoryTree& tree, std::string file) : tree_(tree), file_(std::move(file)) {
    root_ = *cargo::parse_toml(file_, *tree_.read(file_), "manifest-parse").root.table();
  }
  ~Document() { tree_.write(file_, cargo::toml_document(root_)); }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  TomlTable& root() { return root_; }

 private:
  MemoryTree& tree_;
  std::string file_;
  TomlTable root_;
};

TomlTable* table_at(TomlTable& table, std::string_view key) {
  const auto found = table.find(key);
  return found == table.end() ? nullptr : found->second.table();
}

TomlTable& table_for(TomlTable& table, const std::string& key) {
  return *table.try_emplace(key, TomlValue(TomlTable{})).first->second.table();
}

const std::string* string_at(const TomlTable& table, std::string_view key) {
  const auto found = table.find(key);
  return found == table.end() ? nullptr : found->second.string();
}

std::string root_manifest(const Subject& subject) {
  return path::join(subject.workspace.root_directory, "Cargo.toml");
}

/// Packages spread over the workspace that `fits` accepts.
std::vector<cargo::LocalId> some_packages(const Subject& subject,
                                          const std::function<bool(cargo::LocalId)>& fits) {
  std::vector<cargo::LocalId> all;
  for (const auto i : subject.workspace.packages.ids()) {
    if (fits(i)) all.push_back(i);
  }
  std::vector<cargo::LocalId> out;
  const auto step = std::max<std::size_t>(1, all.size() / most_packages);
  for (std::size_t i = 0; i < all.size(); i += step) out.push_back(all[i]);
  return out;
}

/// Every dependency table of a manifest.
void for_each_dependency(TomlTable& root,
                         const std::function<void(const std::string&, TomlTable&)>& visit) {
  const auto in_tables = [&](TomlTable& holder) {
    for (const auto* name : {"dependencies", "dev-dependencies", "build-dependencies",
                             "dev_dependencies", "build_dependencies"}) {
      auto* table = table_at(holder, name);
      if (table == nullptr) continue;
      for (auto& [key, value] : *table) {
        if (auto* entry = value.table()) visit(key, *entry);
      }
    }
  };
  in_tables(root);
  if (auto* workspace = table_at(root, "workspace")) in_tables(*workspace);
  for (const auto* group : {"target", "patch"}) {
    auto* platforms = table_at(root, group);
    if (platforms == nullptr) continue;
    for (auto& [name, platform] : *platforms) {
      auto* table = platform.table();
      if (table == nullptr) continue;
      if (group == std::string_view("target")) {
        in_tables(*table);
      } else {
        for (auto& [key, value] : *table) {
          if (auto* entry = value.table()) visit(key, *entry);
        }
      }
    }
  }
}

std::set<std::string> manifests_of(const Subject& subject) {
  std::set<std::string> out{root_manifest(subject)};
  for (const auto& package : subject.workspace.packages) out.insert(package.manifest_path);
  return out;
}

std::size_t locked_with_name(const Subject& subject, const std::string& name) {
  return static_cast<std::size_t>(
      std::count_if(subject.lock.packages.begin(), subject.lock.packages.end(),
                    [&](const cargo::LockedPackage& package) { return package.name == name; }));
}

// --- the changes --------------------------------------------------------------------------------

std::vector<MemoryTree> new_member(const Subject& subject) {
  auto tree = subject.tree;
  const std::string name = "larder-new-member";
  const auto directory = path::join(subject.workspace.root_directory, name);
  tree.write(directory + "/Cargo.toml",
             "[package]\nname = \"" + name + "\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
  tree.write(directory + "/src/lib.rs", "");
  {
    Document manifest(tree, root_manifest(subject));
    auto& members = table_for(manifest.root(), "workspace")
                        .try_emplace("members", TomlValue(TomlArray{}))
                        .first->second;
    std::get<TomlArray>(members.data()).emplace_back(name);
  }
  return {std::move(tree)};
}

void rename_in_lock(MemoryTree& tree, const std::string& file, const std::string& from,
                    const std::string& to) {
  Document lock(tree, file);
  const auto packages = lock.root().find("package");
  if (packages == lock.root().end()) return;
  for (auto& value : std::get<TomlArray>(packages->second.data())) {
    auto& package = *value.table();
    if (*string_at(package, "name") == from) package["name"] = TomlValue(to);
    const auto dependencies = package.find("dependencies");
    if (dependencies == package.end()) continue;
    for (auto& dependency : std::get<TomlArray>(dependencies->second.data())) {
      if (*dependency.string() == from) dependency = TomlValue(to);
    }
  }
}

void rename_in_manifest(TomlTable& root, const std::string& directory, const std::string& from,
                        const std::string& to, const std::string& package_directory) {
  for_each_dependency(root, [&](const std::string& key, TomlTable& entry) {
    const auto* path_value = string_at(entry, "path");
    if (path_value == nullptr || path::join(directory, *path_value) != package_directory) return;
    const auto* package = string_at(entry, "package");
    if ((package == nullptr ? key : *package) == from) entry["package"] = TomlValue(to);
  });
  if (auto* profiles = table_at(root, "profile")) {
    for (auto& [name, profile] : *profiles) {
      auto* overrides = profile.table() ? table_at(*profile.table(), "package") : nullptr;
      if (overrides == nullptr) continue;
      if (auto node = overrides->extract(from)) {
        node.key() = to;
        overrides->insert(std::move(node));
      }
    }
  }
}

/// What is called after the package keeps its name: only the package is renamed.
void rename_package(TomlTable& root, const std::string& from, const std::string& to) {
  auto& package = *table_at(root, "package");
  package["name"] = TomlValue(to);
  if (const auto* run = string_at(package, "default-run"); run != nullptr && *run == from)
    package["default-run"] = TomlValue(to);
  const auto bins = root.find("bin");
  if (bins == root.end() || bins->second.array() == nullptr) return;
  for (auto& value : std::get<TomlArray>(bins->second.data())) {
    auto& bin = *value.table();
    const auto* name = string_at(bin, "name");
    if (name != nullptr && *name == from && !bin.contains("path"))
      bin.emplace("path", TomlValue(std::string("src/main.rs")));
  }
}

std::vector<MemoryTree> renames(const Subject& subject) {
  std::vector<MemoryTree> out;
  const auto& workspace = subject.workspace;
  const auto fits = [&](cargo::LocalId i) {
    return locked_with_name(subject, workspace.packages[i].name) == 1;
  };
  for (const auto index : some_packages(subject, fits)) {
    const auto& package = workspace.packages[index];
    const auto to = package.name + "-renamed";
    auto tree = subject.tree;
    for (const auto& file : manifests_of(subject)) {
      Document manifest(tree, file);
      if (file == package.manifest_path) rename_package(manifest.root(), package.name, to);
      rename_in_manifest(manifest.root(), path::parent(file), package.name, to, package.directory);
    }
    rename_in_lock(tree, path::join(workspace.root_directory, "Cargo.lock"), package.name, to);
    out.push_back(std::move(tree));
  }
  return out;
}

std::vector<MemoryTree> new_test_files(const Subject& subject) {
  std::vector<MemoryTree> out;
  for (const auto index : some_packages(subject, [](cargo::LocalId) { return true; })) {
    out.push_back(subject.tree);
    out.back().write(
        path::join(subject.workspace.packages[index].directory, "tests/larder_new_test.rs"), "");
  }
  return out;
}

bool is_plain_library(const cargo::Package& package) {
  for (const auto& target : package.targets) {
    if (target.kind != cargo::TargetKind::Lib) continue;
    return target.crate_types == std::vector<std::string>{"lib"};
  }
  return false;
}

std::optional<cargo::LocalId> local_package(const cargo::Workspace& workspace,
                                            const cargo::Dependency& dependency) {
  const auto* path = std::get_if<cargo::PathSource>(&dependency.source);
  return path == nullptr ? std::nullopt : workspace.package_in(path->directory);
}

/// The local packages that a package leads to, itself included.
std::set<cargo::LocalId> reach(const cargo::Workspace& workspace, cargo::LocalId from) {
  std::set<cargo::LocalId> out{from};
  std::vector<cargo::LocalId> open{from};
  while (!open.empty()) {
    const auto& package = workspace.packages[open.back()];
    open.pop_back();
    for (const auto& dependency : package.dependencies) {
      const auto to = local_package(workspace, dependency);
      if (to && out.insert(*to).second) open.push_back(*to);
    }
  }
  return out;
}

/// The packages that are compiled for the host too, below a proc-macro or a build script.
std::set<cargo::LocalId> host_packages(const cargo::Workspace& workspace) {
  std::set<cargo::LocalId> out;
  const auto add = [&](cargo::LocalId from) { out.merge(reach(workspace, from)); };
  for (const auto i : workspace.packages.ids()) {
    const auto& package = workspace.packages[i];
    if (std::any_of(package.targets.begin(), package.targets.end(),
                    [](const cargo::Target& target) { return target.is_proc_macro(); }))
      add(i);
    for (const auto& dependency : package.dependencies) {
      const auto to = local_package(workspace, dependency);
      if (to && dependency.kind == cargo::DependencyKind::Build) add(*to);
    }
  }
  return out;
}

/// An edge between two selected packages, of which the upper one is a plain library that is
/// compiled for the target alone: whatever it brings is there already, in the same role.
std::vector<MemoryTree> internal_edges(const Subject& subject) {
  const auto& workspace = subject.workspace;
  const std::set<cargo::LocalId> selected(workspace.default_members.begin(),
                                          workspace.default_members.end());
  const auto host = host_packages(workspace);
  std::vector<MemoryTree> out;
  const auto fits = [&](cargo::LocalId i) {
    return selected.contains(i) && !host.contains(i) && is_plain_library(workspace.packages[i]);
  };
  const auto packages = some_packages(subject, fits);
  for (const auto upper : packages) {
    for (const auto lower : packages) {
      if (reach(workspace, lower).contains(upper) || reach(workspace, upper).contains(lower))
        continue;
      auto tree = subject.tree;
      {
        Document manifest(tree, workspace.packages[upper].manifest_path);
        TomlTable entry;
        entry["path"] = TomlValue(path::relative(workspace.packages[lower].directory,
                                                 workspace.packages[upper].directory));
        entry["package"] = TomlValue(workspace.packages[lower].name);
        table_for(manifest.root(), "dependencies")["larder-new-edge"] = TomlValue(std::move(entry));
      }
      out.push_back(std::move(tree));
      break;
    }
  }
  return out;
}

/// Whether all that depend on a local package take this version of it.
bool is_accepted(const Subject& subject, cargo::LocalId index, const std::string& version) {
  for (const auto& package : subject.workspace.packages) {
    for (const auto& dependency : package.dependencies) {
      if (local_package(subject.workspace, dependency) == index &&
          !dependency.requirement.matches(*cargo::parse_version(version)))
        return false;
    }
  }
  return true;
}

std::string next_version(const std::string& version) {
  const auto last = version.rfind('.') + 1;
  return version.substr(0, last) + std::to_string(std::stol(version.substr(last)) + 1);
}

std::vector<MemoryTree> version_bumps(const Subject& subject) {
  std::vector<MemoryTree> out;
  for (const auto index : some_packages(subject, [](cargo::LocalId) { return true; })) {
    auto tree = subject.tree;
    {
      Document manifest(tree, subject.workspace.packages[index].manifest_path);
      auto& package = *table_at(manifest.root(), "package");
      const auto* version = string_at(package, "version");
      if (version == nullptr || version->find_first_of("-+") != std::string::npos) continue;
      const auto next = next_version(*version);
      if (!is_accepted(subject, index, next)) continue;
      package["version"] = TomlValue(next);
    }
    out.push_back(std::move(tree));
  }
  return out;
}

std::vector<MemoryTree> descriptions(const Subject& subject) {
  auto tree = subject.tree;
  for (const auto& file : manifests_of(subject)) {
    Document manifest(tree, file);
    if (auto* package = table_at(manifest.root(), "package"))
      (*package)["description"] = TomlValue(std::string("Another description"));
  }
  return {std::move(tree)};
}

std::vector<MemoryTree> with_resolver(const Subject& subject, const std::string& resolver) {
  auto tree = subject.tree;
  {
    Document manifest(tree, root_manifest(subject));
    auto* workspace = table_at(manifest.root(), "workspace");
    auto& holder = workspace != nullptr ? *workspace : *table_at(manifest.root(), "package");
    if (workspace != nullptr) {
      if (auto* package = table_at(manifest.root(), "package")) package->erase("resolver");
    }
    holder["resolver"] = TomlValue(resolver);
  }
  return {std::move(tree)};
}

}  // namespace

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all{
      {"every manifest written anew", false,
       [](const Subject& subject) {
         auto tree = subject.tree;
         for (const auto& file : manifests_of(subject)) Document(tree, file);
         return std::vector{std::move(tree)};
       }},
      {"new member", false, new_member},
      {"rename", false, renames},
      {"new test file", false, new_test_files},
      {"internal edge", false, internal_edges},
      {"version bump", false, version_bumps},
      {"description", false, descriptions},
      {"resolver 1 to 2", true,
       [](const Subject& subject) {
         return subject.workspace.resolver == "1" ? with_resolver(subject, "2")
                                                  : std::vector<MemoryTree>{};
       }},
      {"resolver 2 to 3", false,
       [](const Subject& subject) {
         return subject.workspace.resolver == "2" ? with_resolver(subject, "3")
                                                  : std::vector<MemoryTree>{};
       }},
  };
  return all;
}

}  // namespace larder::test
