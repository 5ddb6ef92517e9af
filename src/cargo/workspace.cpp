#include "larder/cargo/workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cargo/glob.hpp"

namespace larder::cargo {

namespace {

const std::string error_id = "workspace-invalid";

/// Parsed manifests by path, so that each is read once.
class ManifestCache {
 public:
  explicit ManifestCache(const SourceTree& tree) : tree_(tree) {}
  const Manifest& load(const std::string& path) {
    const auto found = manifests_.find(path);
    if (found != manifests_.end()) return found->second;
    return manifests_.emplace(path, Manifest::load(tree_, path)).first->second;
  }
  bool exists(const std::string& path) const { return tree_.is_file(path); }

 private:
  const SourceTree& tree_;
  std::map<std::string, Manifest> manifests_;
};

/// A component-wise prefix of `exclude`, unless an entry of `members`, taken literally, is one as
/// well.
bool is_excluded(const Manifest& root, const std::string& manifest_path) {
  const auto workspace = root.workspace();
  if (!workspace) return false;
  const auto covers = [&](const std::vector<std::string>& entries) {
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
      return path::is_within(manifest_path, path::join(root.directory(), entry));
    });
  };
  return covers(workspace->strings_at("exclude")) && !covers(workspace->strings_at("members"));
}

/// cargo's `find_root`: the manifest of the workspace that `manifest_path` belongs to.
std::optional<std::string> find_root(ManifestCache& manifests, const std::string& manifest_path) {
  const auto& own = manifests.load(manifest_path);
  const auto package = own.package();
  const auto pointer = package ? package->find("workspace") : std::nullopt;
  if (own.workspace()) {
    if (pointer) {
      throw pointer->error("a manifest cannot have both `package.workspace` and [workspace]")
          .hint("remove one of them");
    }
    return manifest_path;
  }
  if (pointer) return path::join(own.directory(), pointer->as_string() + "/Cargo.toml");
  for (auto directory = path::parent(own.directory()); !directory.empty();
       directory = path::parent(directory)) {
    const auto candidate = path::join(directory, "Cargo.toml");
    if (!manifests.exists(candidate)) continue;
    const auto& manifest = manifests.load(candidate);
    if (manifest.workspace()) {
      if (!is_excluded(manifest, manifest_path)) return candidate;
      continue;
    }
    const auto above = manifest.package();
    const auto above_pointer = above ? above->find("workspace") : std::nullopt;
    if (above_pointer) return path::join(directory, above_pointer->as_string() + "/Cargo.toml");
  }
  return std::nullopt;
}

Error missing_dependency(const std::string& directory, const Location& location) {
  return Error("manifest-missing",
               fmt::format("the path dependency `{}` has no Cargo.toml", directory))
      .at(location)
      .hint("in an image, check that the directory is copied and not in .dockerignore");
}

/// The root itself, the `members` and the path dependencies of both, as cargo's `find_path_deps`
/// walks.
class MemberSearch {
 public:
  MemberSearch(const SourceTree& tree, ManifestCache& manifests, const Manifest& root)
      : tree_(tree), manifests_(manifests), root_(root) {}

  /// Manifest path → package, sorted by directory.
  std::map<std::string, Package> run() {
    const auto workspace = root_.workspace();
    if (!workspace) {
      // A package alone: its path dependencies are no members.
      packages_.emplace(root_.path(), read_package(tree_, root_, nullptr));
      return std::move(packages_);
    }
    if (root_.has_package()) add(root_.path(), false);
    if (const auto members = workspace->find("members")) {
      for (const auto& entry : members->as_array()) add_entry(entry);
    }
    return std::move(packages_);
  }

 private:
  void add_entry(const TomlCursor& entry) {
    const auto pattern = path::join(root_.directory(), entry.as_string());
    auto matches = glob_paths(tree_, pattern);
    const bool literal = matches.empty();
    if (literal) matches.push_back(pattern);
    for (const auto& match : matches) {
      if (!literal && !tree_.is_directory(match)) continue;
      const auto manifest = path::join(match, "Cargo.toml");
      if (!manifests_.exists(manifest)) {
        if (is_excluded(root_, manifest)) continue;
        throw Error(error_id, fmt::format("workspace member `{}` has no Cargo.toml",
                                          path::relative(match, root_.directory())))
            .at(entry.location())
            .hint(
                "check the entry; in an image, check that the directory is copied and not in "
                ".dockerignore");
      }
      add(manifest, false);
    }
  }

  void add(const std::string& manifest_path, bool path_dependency) {
    if (packages_.contains(manifest_path)) return;
    if (path_dependency && !path::is_within(path::parent(manifest_path), root_.directory()) &&
        find_root(manifests_, manifest_path) != root_.path()) {
      return;
    }
    if (is_excluded(root_, manifest_path)) return;
    if (manifest_path != root_.path()) check_belongs(manifest_path);
    const auto& package =
        packages_
            .emplace(manifest_path, read_package(tree_, manifests_.load(manifest_path), &root_))
            .first->second;
    for (const auto& dependency : package.dependencies) {
      const auto* source = std::get_if<PathSource>(&dependency.source);
      if (source == nullptr) continue;
      const auto manifest = path::join(source->directory, "Cargo.toml");
      if (!manifests_.exists(manifest))
        throw missing_dependency(source->directory, dependency.location);
      add(manifest, true);
    }
  }

  void check_belongs(const std::string& manifest_path) {
    const auto found = find_root(manifests_, manifest_path);
    if (found == root_.path()) return;
    if (found == manifest_path) {
      throw Error(error_id,
                  fmt::format("multiple workspace roots found in the same workspace: {} and {}",
                              root_.directory(), path::parent(manifest_path)))
          .in_file(manifest_path)
          .hint("remove its [workspace], or list its directory in `workspace.exclude`");
    }
    throw Error(error_id,
                fmt::format("package is a member of the wrong workspace: expected {}, actual {}",
                            root_.path(), found.value_or("none")))
        .in_file(manifest_path);
  }

  const SourceTree& tree_;
  ManifestCache& manifests_;
  const Manifest& root_;
  std::map<std::string, Package> packages_;
};

void check_names(const Workspace& workspace) {
  std::map<std::string, const Package*> seen;
  for (std::size_t i = 0; i < workspace.member_count; ++i) {
    const auto& package = workspace.packages[i];
    const auto [entry, inserted] = seen.emplace(package.name, &package);
    if (inserted) continue;
    throw Error(error_id,
                fmt::format("two packages named `{}` in this workspace: {} and {}", package.name,
                            entry->second->manifest_path, package.manifest_path))
        .in_file(package.manifest_path)
        .hint("rename one of them");
  }
}

/// Path dependencies that are no members, and theirs; their development dependencies are not used.
void add_outsiders(const SourceTree& tree, ManifestCache& manifests, Workspace& workspace) {
  for (std::size_t i = 0; i < workspace.packages.size(); ++i) {
    std::vector<std::pair<std::string, Location>> directories;
    for (const auto& dependency : workspace.packages[i].dependencies) {
      const auto* source = std::get_if<PathSource>(&dependency.source);
      if (source == nullptr) continue;
      if (dependency.kind == DependencyKind::Development && !workspace.is_member(i)) continue;
      directories.emplace_back(source->directory, dependency.location);
    }
    for (const auto& [directory, location] : directories) {
      if (workspace.package_in(directory)) continue;
      const auto manifest_path = path::join(directory, "Cargo.toml");
      if (!manifests.exists(manifest_path)) {
        throw missing_dependency(directory, location);
      }
      const auto root = find_root(manifests, manifest_path);
      const auto* root_manifest = root ? &manifests.load(*root) : nullptr;
      workspace.packages.push_back(
          read_package(tree, manifests.load(manifest_path), root_manifest));
    }
  }
}

std::string read_resolver(const Manifest& root, const Workspace& workspace) {
  const auto table = root.workspace();
  const auto key = table ? table->find("resolver") : std::nullopt;
  std::optional<std::string> chosen;
  if (key) chosen = key->as_string();
  if (workspace.root_package) {
    const auto& package = workspace.packages[*workspace.root_package];
    if (package.resolver && chosen) {
      throw key->error("`resolver` is set both in [workspace] and in [package]")
          .hint("keep one of them");
    }
    if (package.resolver) chosen = package.resolver;
    if (!chosen && package.edition == "2021") chosen = "2";
    if (!chosen && (package.edition == "2024" || package.edition == "future")) chosen = "3";
  }
  auto resolver = chosen.value_or("1");
  if (resolver != "1" && resolver != "2" && resolver != "3") {
    throw Error(
        error_id,
        fmt::format("`resolver = \"{}\"` is not known; it is \"1\", \"2\" or \"3\"", resolver))
        .in_file(root.path());
  }
  return resolver;
}

/// Whether an entry of `members` matches a directory, excluded or not.
bool is_listed(const SourceTree& tree, const Manifest& root, const std::string& directory) {
  const auto entries = root.workspace()->strings_at("members");
  return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
    const auto pattern = path::join(root.directory(), entry);
    const auto found = glob_paths(tree, pattern);
    return pattern == directory || std::find(found.begin(), found.end(), directory) != found.end();
  });
}

std::vector<std::size_t> read_default_members(const SourceTree& tree, const Manifest& root,
                                              const Workspace& workspace) {
  std::vector<std::size_t> out;
  const auto table = root.workspace();
  const auto entries = table ? table->find("default-members") : std::nullopt;
  if (!entries) {
    if (workspace.root_package) return {*workspace.root_package};
    for (std::size_t i = 0; i < workspace.member_count; ++i) out.push_back(i);
    return out;
  }
  std::set<std::size_t> chosen;
  for (const auto& entry : entries->as_array()) {
    const auto pattern = path::join(root.directory(), entry.as_string());
    auto matches = glob_paths(tree, pattern);
    const bool literal = matches.empty();
    if (literal) matches.push_back(pattern);
    for (const auto& match : matches) {
      if (!literal && !tree.is_directory(match)) continue;
      const auto package = workspace.package_in(match);
      if (package && workspace.is_member(*package)) {
        chosen.insert(*package);
      } else if (!is_listed(tree, root, match) ||
                 !is_excluded(root, path::join(match, "Cargo.toml"))) {
        throw Error(
            error_id,
            fmt::format("`{}` is listed in default-members but is no member of the workspace",
                        entry.as_string()))
            .at(entry.location());
      }
    }
  }
  return {chosen.begin(), chosen.end()};
}

}  // namespace

std::optional<std::size_t> Workspace::package_in(const std::string& directory) const {
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (packages[i].directory == directory) return i;
  }
  return std::nullopt;
}

const TomlTable& Workspace::root_table(std::string_view name) const {
  static const TomlTable empty;
  const auto table = root_manifest->root().find(name);
  return table ? table->as_table() : empty;
}

std::string find_manifest(const SourceTree& tree, const std::string& directory) {
  for (auto at = directory; !at.empty(); at = path::parent(at)) {
    auto candidate = path::join(at, "Cargo.toml");
    if (tree.is_file(candidate)) return candidate;
  }
  throw Error("manifest-missing",
              fmt::format("could not find `Cargo.toml` in `{}` or any directory above", directory))
      .hint("run inside a cargo package or workspace, or name its Cargo.toml with --manifest-path");
}

Workspace load_workspace(const SourceTree& tree, const std::string& manifest_path) {
  ManifestCache manifests(tree);
  const auto root_path = find_root(manifests, manifest_path).value_or(manifest_path);
  const auto& root = manifests.load(root_path);
  Workspace workspace;
  workspace.root_manifest = root;
  workspace.root_directory = root.directory();
  auto members = MemberSearch(tree, manifests, root).run();
  for (auto& [path, package] : members) {
    if (path == root_path) workspace.root_package = workspace.packages.size();
    if (path == manifest_path) workspace.current_package = workspace.packages.size();
    workspace.packages.push_back(std::move(package));
  }
  workspace.member_count = workspace.packages.size();
  if (manifest_path != root_path && !workspace.current_package) {
    throw Error(
        error_id,
        fmt::format("this package believes it is in the workspace {} but it is no member of it",
                    root.path()))
        .in_file(manifest_path)
        .hint(
            "add it to `workspace.members`, list it in `workspace.exclude`, or give it an empty "
            "[workspace]");
  }
  check_names(workspace);
  add_outsiders(tree, manifests, workspace);
  workspace.resolver = read_resolver(root, workspace);
  workspace.default_members = read_default_members(tree, root, workspace);
  return workspace;
}

Lockfile load_lockfile(const SourceTree& tree, const Workspace& workspace) {
  const auto path = path::join(workspace.root_directory, "Cargo.lock");
  auto text = tree.read(path);
  if (!text) {
    throw Error("lock-missing",
                "there is no lock file, so the versions of the dependencies are not known")
        .in_file(path)
        .hint(
            "run `cargo generate-lockfile` and commit Cargo.lock; in an image, check that it is "
            "copied and not in "
            ".dockerignore");
  }
  return parse_lockfile(path, std::move(*text));
}

}  // namespace larder::cargo
