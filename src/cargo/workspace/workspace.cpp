#include "larder/cargo/workspace/workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cargo/workspace/glob.hpp"

namespace larder::cargo {

namespace {

const std::string workspace_error = "workspace-invalid";

Error missing_dependency(const std::string& directory, const Location& location) {
  return Error("manifest-missing",
               fmt::format("the path dependency `{}` has no Cargo.toml", directory))
      .at(location)
      .hint("in an image, check that the directory is copied and not listed in .dockerignore");
}

/// A directory that an entry of `members` or `default-members` stands for, and that entry.
struct ListedDirectory {
  std::string directory;
  TomlCursor entry;
};
std::vector<ListedDirectory> expand(const SourceTree& tree, const Manifest& root,
                                    const TomlCursor& entries) {
  std::vector<ListedDirectory> out;
  for (const auto& entry : entries.as_array()) {
    const auto& text = entry.as_string();
    const auto pattern = text.starts_with('/') ? text : root.directory() + "/" + text;
    if (!is_valid_glob(pattern)) {
      throw entry.error(fmt::format("`{}` is not a valid pattern", entry.as_string()))
          .hint("`*` and `?` stay within one directory name, `**` must be a whole one");
    }
    const auto matches = glob_paths(tree, pattern);
    if (matches.empty()) out.push_back({path::normalize(pattern), entry});
    for (const auto& match : matches) {
      if (match.is_directory) out.push_back({match.path, entry});
    }
  }
  return out;
}

/// Finds the `members`, the root itself and the path dependencies of all of them, as cargo's
/// `find_path_deps` does.
class MemberSearch {
 public:
  MemberSearch(const SourceTree& tree, ManifestLoader& manifests, const Manifest& root)
      : tree_(tree), manifests_(manifests), root_(root) {}

  /// Manifest paths in the order in which cargo finds them.
  std::vector<std::string> run() {
    if (const auto members = root_.workspace()->find("members")) {
      const auto listed = expand(tree_, root_, *members);
      read_ahead(listed);
      for (const auto& one : listed) add_listed(one);
    }
    add(root_.path(), false);
    return std::move(found_);
  }

 private:
  void read_ahead(const std::vector<ListedDirectory>& listed) {
    std::vector<std::string> paths;
    for (const auto& one : listed) {
      auto manifest = path::join(one.directory, "Cargo.toml");
      if (!is_excluded(root_, manifest)) paths.push_back(std::move(manifest));
    }
    manifests_.read_ahead(paths);
  }

  void add_listed(const ListedDirectory& listed) {
    const auto manifest = path::join(listed.directory, "Cargo.toml");
    if (!manifests_.exists(manifest) && !is_excluded(root_, manifest)) {
      throw Error(workspace_error, fmt::format("workspace member `{}` has no Cargo.toml",
                                               path::relative(listed.directory, root_.directory())))
          .at(listed.entry.location())
          .hint(
              "check the entry; in an image, check that the directory is copied and not listed in "
              ".dockerignore");
    }
    add(manifest, false);
  }

  void add(const std::string& manifest_path, bool path_dependency) {
    if (seen_.contains(manifest_path)) return;
    if (path_dependency && !path::is_within(path::parent(manifest_path), root_.directory()) &&
        manifests_.find_root(manifest_path) != root_.path()) {
      return;
    }
    if (is_excluded(root_, manifest_path)) return;
    seen_.insert(manifest_path);
    found_.push_back(manifest_path);
    const auto& package = manifests_.load(manifest_path).package;
    if (!package) return;
    for (const auto& dependency : package->dependencies) {
      const auto* source = std::get_if<PathSource>(&dependency.source);
      if (source == nullptr || !followed_.insert(source->directory).second) continue;
      const auto manifest = path::join(source->directory, "Cargo.toml");
      if (!manifests_.exists(manifest) && !is_excluded(root_, manifest))
        throw missing_dependency(source->directory, package->locate(dependency));
      add(manifest, true);
    }
  }

  const SourceTree& tree_;
  ManifestLoader& manifests_;
  const Manifest& root_;
  std::set<std::string> seen_;
  /// The directories of the path dependencies that were looked at.
  std::set<std::string> followed_;
  std::vector<std::string> found_;
};

void check_names(const Workspace& workspace) {
  std::map<std::string, const Package*> seen;
  for (const auto& package : workspace.packages) {
    const auto [entry, inserted] = seen.emplace(package.name, &package);
    if (inserted) continue;
    throw Error(workspace_error,
                fmt::format("two packages named `{}` in this workspace: {} and {}", package.name,
                            entry->second->manifest_path, package.manifest_path))
        .in_file(package.manifest_path)
        .hint("rename one of them");
  }
}

/// Refuses a root that excludes itself. `package.workspace` may still point to one.
void check_has_root(ManifestLoader& manifests, const std::vector<std::string>& found,
                    const std::string& manifest_path) {
  const bool has_root = std::any_of(found.begin(), found.end(), [&](const std::string& path) {
    return manifests.load(path).manifest.workspace().has_value();
  });
  if (has_root) return;
  throw Error(workspace_error, "`package.workspace` points to a root that excludes itself")
      .in_file(manifest_path)
      .hint("correct `workspace.exclude` of the root");
}

void check_belongs(ManifestLoader& manifests, const std::string& manifest_path,
                   const Manifest& root) {
  if (manifests.load(manifest_path).manifest.workspace() && manifest_path != root.path()) {
    throw Error(workspace_error,
                fmt::format("multiple workspace roots found in the same workspace: {} and {}",
                            root.directory(), path::parent(manifest_path)))
        .in_file(manifest_path)
        .hint("remove its [workspace], or list its directory in `workspace.exclude`");
  }
  const auto found = manifests.find_root(manifest_path);
  if (found == root.path()) return;
  throw Error(workspace_error,
              fmt::format("package is a member of the wrong workspace: expected {}, actual {}",
                          root.path(), found.value_or("none")))
      .in_file(manifest_path)
      .hint("set `package.workspace`, or list its directory in `workspace.exclude`");
}

std::string read_resolver(const Manifest& root, const Workspace& workspace) {
  const auto table = root.workspace();
  const auto key = table ? table->find("resolver") : std::nullopt;
  if (!workspace.root_package) return key ? key->as_string() : "1";
  const auto& package = workspace.packages[*workspace.root_package];
  if (key) return key->as_string();
  if (package.resolver) return *package.resolver;
  if (package.edition >= "2024") return "3";
  return package.edition == "2021" ? "2" : "1";
}

std::vector<LocalId> read_default_members(const SourceTree& tree, const Manifest& root,
                                          const Workspace& workspace) {
  if (workspace.current_package && workspace.current_package != workspace.root_package)
    return {*workspace.current_package};
  const auto table = root.workspace();
  const auto entries = table ? table->find("default-members") : std::nullopt;
  if (!entries) {
    if (workspace.root_package) return {*workspace.root_package};
    return workspace.members_as_found;
  }
  // `default-members` may name an excluded directory if `members` names it too.
  const auto is_excluded_member = [&](const std::string& directory) {
    const auto members = table->find("members");
    if (!members || !is_excluded(root, directory)) return false;
    const auto all = expand(tree, root, *members);
    return std::any_of(all.begin(), all.end(), [&](const ListedDirectory& listed) {
      return listed.directory == directory;
    });
  };
  std::vector<LocalId> out;
  for (const auto& listed : expand(tree, root, *entries)) {
    if (const auto package = workspace.package_in(listed.directory)) {
      out.push_back(*package);
    } else if (listed.directory != root.directory() && !is_excluded_member(listed.directory)) {
      throw Error(
          workspace_error,
          fmt::format("`{}` is listed in default-members but is not a member of the workspace",
                      listed.entry.as_string()))
          .at(listed.entry.location());
    }
  }
  return out;
}

/// Adds the members, sorted by directory, and notes which is the root or the current package.
void take_members(ManifestLoader& manifests, const std::vector<std::string>& found,
                  const std::string& start, Workspace& workspace) {
  std::map<std::string, LocalId> indices;
  for (const auto& path : found) {
    if (manifests.load(path).package) indices.emplace(path, LocalId());
  }
  for (auto& [path, index] : indices) {
    index = workspace.add_package(manifests.take_package(path));
    if (path == workspace.root_manifest->path()) workspace.root_package = index;
    if (path == start) workspace.current_package = index;
  }
  workspace.member_count = workspace.packages.size();
  for (const auto& path : found) {
    if (const auto index = indices.find(path); index != indices.end())
      workspace.members_as_found.push_back(index->second);
  }
}

Error not_a_member(const std::string& manifest_path, const Manifest& root) {
  return Error(workspace_error,
               fmt::format(
                   "this package believes it is in the workspace {}, but it is not a member of it",
                   root.path()))
      .in_file(manifest_path)
      .hint(
          "add it to `workspace.members`, list it in `workspace.exclude`, or give it an empty "
          "[workspace]");
}

}  // namespace

std::optional<LocalId> Workspace::package_in(const std::string& directory) const {
  const auto found = by_directory_.find(directory);
  return found == by_directory_.end() ? std::nullopt : std::optional(found->second);
}

LocalId Workspace::add_package(Package package) {
  const auto id = packages.push_back(std::move(package));
  by_directory_.emplace(packages[id].directory, id);
  return id;
}

const TomlTable& Workspace::root_table(std::string_view name) const {
  static const TomlTable empty;
  const auto table = root_manifest->root().find(name);
  return table ? table->as_table() : empty;
}

std::string find_manifest(const SourceTree& tree, const std::string& directory) {
  for (auto at = directory; !at.empty(); at = path::parent(at)) {
    auto candidate = path::join(at, "Cargo.toml");
    // Cargo also finds a directory with this name, and then cannot read it.
    if (tree.kind(candidate) != FileKind::Absent) return candidate;
  }
  throw Error("manifest-missing",
              fmt::format("could not find `Cargo.toml` in `{}` or any directory above", directory))
      .hint("run in a cargo package or workspace, or give its Cargo.toml with --manifest-path");
}

void refuse_script(const SourceTree& tree, const std::string& manifest) {
  const auto name = path::file_name(manifest);
  const bool is_script = name.ends_with(".rs") || name.find('.') == std::string::npos;
  if (!is_script || !tree.is_file(manifest)) return;
  throw Error("unsupported",
              "cargo scripts, which have their manifest in the source file, are not supported yet")
      .in_file(manifest)
      .hint("move the manifest to a Cargo.toml");
}

std::string start_manifest(const SourceTree& tree, const std::string& directory,
                           const std::string& flag) {
  if (flag.empty()) return find_manifest(tree, directory);
  auto path = path::join(directory, flag);
  refuse_script(tree, path);
  if (path::file_name(path) != "Cargo.toml") {
    throw Error("manifest-missing", "the manifest path must be a path to a Cargo.toml file")
        .in_file(path)
        .hint(tree.is_file(path + "/Cargo.toml") ? "write " + flag + "/Cargo.toml"
                                                 : "give the file itself");
  }
  return path;
}

Workspace load_workspace(const SourceTree& tree, const std::string& manifest_path,
                         const std::string& cargo_home) {
  ManifestLoader manifests(tree, cargo_home);
  const auto root_path = manifests.find_root(manifest_path);
  const auto& root = manifests.load(root_path.value_or(manifest_path)).manifest;
  Workspace workspace;
  workspace.cargo_home = cargo_home;
  workspace.root_manifest = root;
  workspace.root_directory = root.directory();
  std::vector<std::string> found{manifest_path};
  if (root_path) {
    if (!root.workspace()) {
      throw Error(workspace_error,
                  "`package.workspace` points to a manifest that has no [workspace]")
          .in_file(manifest_path)
          .hint("point it at the directory of the workspace root");
    }
    found = MemberSearch(tree, manifests, root).run();
  }
  take_members(manifests, found, manifest_path, workspace);
  workspace.default_members =
      root_path ? read_default_members(tree, root, workspace) : workspace.members_as_found;
  workspace.resolver = read_resolver(root, workspace);
  if (root_path) {
    check_names(workspace);
    check_has_root(manifests, found, manifest_path);
    for (const auto& path : found) check_belongs(manifests, path, root);
    if (std::find(found.begin(), found.end(), manifest_path) == found.end())
      throw not_a_member(manifest_path, root);
  }
  // This comes last, because looking for the roots of members may read more manifests.
  workspace.first_spellings = manifests.first_spellings();
  workspace.registries = manifests.registries();
  return workspace;
}

std::string find_workspace_root(const SourceTree& tree, const std::string& manifest_path,
                                const std::string& cargo_home) {
  ManifestLoader manifests(tree, cargo_home);
  return path::parent(manifests.find_root(manifest_path).value_or(manifest_path));
}

void load_path_dependencies(const SourceTree& tree, Workspace& workspace) {
  ManifestLoader manifests(tree, workspace.cargo_home);
  for (std::size_t i = 0; i < workspace.packages.size(); ++i) {
    const LocalId id(i);
    // Looked up each time, because the vector of packages grows.
    for (std::size_t k = 0; k < workspace.packages[id].dependencies.size(); ++k) {
      const auto& dependency = workspace.packages[id].dependencies[k];
      const auto* source = std::get_if<PathSource>(&dependency.source);
      if (source == nullptr || workspace.package_in(source->directory)) continue;
      // Development dependencies of a package that is not a member are not used.
      if (dependency.kind == DependencyKind::Development && !workspace.is_member(id)) continue;
      const auto manifest_path = path::join(source->directory, "Cargo.toml");
      if (!manifests.exists(manifest_path))
        throw missing_dependency(source->directory, workspace.packages[id].locate(dependency));
      const auto& package = manifests.load(manifest_path).package;
      if (!package) {
        throw Error(workspace_error,
                    fmt::format("the path dependency `{}` is a workspace without a package",
                                source->directory))
            .at(workspace.packages[id].locate(dependency));
      }
      workspace.add_package(*package);
    }
  }
}

void check_buildable(const Workspace& workspace) {
  for (const auto& package : workspace.packages) {
    if (!package.build_errors.empty()) throw package.build_errors.front();
  }
}

}  // namespace larder::cargo
