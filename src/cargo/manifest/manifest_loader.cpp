#include "larder/cargo/manifest/manifest_loader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/parallel.hpp"
#include "larder/base/path.hpp"
#include "larder/base/url.hpp"

namespace larder::cargo {

namespace {

/// `workspace = "…"` of a package.
std::optional<TomlCursor> root_pointer(const Manifest& manifest) {
  const auto package = manifest.package();
  return package ? package->find("workspace") : std::nullopt;
}

std::string pointed_to(const Manifest& manifest, const TomlCursor& pointer) {
  return path::join(manifest.directory(), pointer.as_string() + "/Cargo.toml");
}

/// Takes the next component off a path, as Rust compares paths: "." is skipped, and ".." is a
/// component like any other. Empty at the end.
std::string_view take_component(std::string_view& path) {
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (!part.empty() && part != ".") return part;
  }
  return {};
}

/// Whether `path`, which is normalized, is `directory` or below it.
bool leads_to(std::string_view directory, std::string_view path) {
  while (true) {
    const auto part = take_component(directory);
    if (part.empty()) return true;
    if (part != take_component(path)) return false;
  }
}

}  // namespace

bool is_excluded(const Manifest& root, const std::string& path) {
  const auto workspace = root.workspace();
  if (!workspace) return false;
  const bool is_below = path::is_within(path, root.directory());
  const auto inner = std::string_view(path).substr(is_below ? root.directory().size() : 0);
  const auto covers = [&](const std::vector<std::string>& entries) {
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
      if (entry.starts_with('/')) return leads_to(entry, path);
      return is_below ? leads_to(entry, inner) : leads_to(root.directory() + "/" + entry, path);
    });
  };
  return covers(workspace->strings_at("exclude")) && !covers(workspace->strings_at("members"));
}

const LoadedManifest& ManifestLoader::load(const std::string& path) {
  const auto found = manifests_.find(path);
  if (found != manifests_.end()) return found->second;
  if (!reading_.insert(path).second) {
    throw Error("workspace-invalid",
                "the manifest inherits from itself through `package.workspace`")
        .in_file(path)
        .hint("point `package.workspace` at the workspace root");
  }
  auto loaded = read(path);
  if (loaded.package) note_sources(*loaded.package);
  note_patches(loaded.manifest.root());
  reading_.erase(path);
  return manifests_.emplace(path, std::move(loaded)).first->second;
}

bool ManifestLoader::exists(const std::string& path) {
  const auto [known, is_new] = exists_.try_emplace(path, true);
  if (is_new) known->second = tree_.kind(path) != FileKind::Absent;
  return known->second;
}

LoadedManifest ManifestLoader::read(const std::string& path) {
  if (auto ahead = take_read_ahead(path)) return *std::move(ahead);
  auto manifest = Manifest::load(tree_, path);
  const auto pointer = root_pointer(manifest);
  if (manifest.workspace() && pointer) {
    throw pointer->error("a manifest cannot have both `package.workspace` and [workspace]")
        .hint("remove one of them");
  }
  if (manifest.workspace()) roots_.emplace(manifest.directory(), manifest);
  return read_package_of(std::move(manifest),
                         [this](const Manifest& user) { return inherit_from(user); });
}

LoadedManifest ManifestLoader::read_package_of(Manifest manifest, const FindRoot& find_root) const {
  LoadedManifest loaded{std::move(manifest), std::nullopt};
  if (!loaded.manifest.has_package()) {
    check_virtual_manifest(loaded.manifest);
    return loaded;
  }
  const Manifest* root = nullptr;
  loaded.package = read_package(tree_, loaded.manifest, [&] {
    if (root == nullptr) root = find_root(loaded.manifest);
    return root;
  });
  if (root != nullptr) loaded.package->inherits_from = root->document();
  return loaded;
}

void ManifestLoader::read_ahead(const std::vector<std::string>& paths) {
  // A smaller number is read before another thread has started.
  constexpr std::size_t least = 16;
  if (paths.size() < least || !tree_.is_shareable()) return;
  std::vector<std::optional<LoadedManifest>> read(paths.size());
  in_parallel(paths.size(), [&](std::size_t i) { read[i] = try_read(paths[i]); });
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!read[i]) continue;
    exists_.emplace(paths[i], true);
    read_ahead_.emplace(paths[i], *std::move(read[i]));
  }
}

/// Nothing for a manifest that cannot be read, or not without reading others. Must not change
/// anything, because several threads call it at once.
std::optional<LoadedManifest> ManifestLoader::try_read(const std::string& path) const {
  try {
    auto manifest = Manifest::load(tree_, path);
    if (manifest.workspace()) return std::nullopt;  // it has to be noted as a root
    return read_package_of(std::move(manifest),
                           [this](const Manifest& user) { return known_root_of(user); });
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Takes what was read ahead, unless its root has changed, because a nearer one was read since.
std::optional<LoadedManifest> ManifestLoader::take_read_ahead(const std::string& path) {
  const auto found = read_ahead_.extract(path);
  if (found.empty()) return std::nullopt;
  auto& loaded = found.mapped();
  if (loaded.package && loaded.package->inherits_from) {
    const auto* root = known_root_of(loaded.manifest);
    if (root == nullptr || root->document() != loaded.package->inherits_from) return std::nullopt;
  }
  return std::move(loaded);
}

void ManifestLoader::note_sources(const Package& package) {
  for (const auto& dependency : package.dependencies) {
    if (const auto* git = std::get_if<GitSource>(&dependency.source)) {
      first_spellings_.try_emplace(source_key(*git), git->url);
    } else if (const auto* registry = std::get_if<RegistrySource>(&dependency.source)) {
      if (registry->index) first_spellings_.try_emplace(source_key(*registry), *registry->index);
    }
    if (dependency.registry.name) note_registry(*dependency.registry.name);
  }
}

void ManifestLoader::note_patches(const TomlCursor& manifest) {
  if (const auto replace = manifest.find("replace")) note_overrides(*replace);
  const auto patch = manifest.find("patch");
  if (!patch) return;
  for (const auto& [source, entries] : patch->entries()) {
    if (!normalized_url(source)) note_registry(std::string(source));
    note_overrides(entries);
  }
}

void ManifestLoader::note_overrides(const TomlCursor& entries) {
  for (const auto& [name, entry] : entries.entries()) {
    const auto registry = entry.is_table() ? entry.string_at("registry") : std::nullopt;
    if (registry) note_registry(*registry);
  }
}

void ManifestLoader::note_registry(const std::string& name) {
  if (name != "crates-io") registries_.insert(name);
}

/// The root that a package inherits from, if it was read.
const Manifest* ManifestLoader::known_root_of(const Manifest& user) const {
  const auto pointer = root_pointer(user);
  if (!pointer) return known_root(user.path());
  const auto found = roots_.find(path::parent(pointed_to(user, *pointer)));
  return found == roots_.end() ? nullptr : &found->second;
}

const Manifest* ManifestLoader::inherit_from(const Manifest& user) {
  if (const auto* known = known_root_of(user)) return known;
  const auto pointer = root_pointer(user);
  const auto root = pointer ? pointed_to(user, *pointer) : find_root_above(user.path());
  if (!root) return nullptr;
  if (const auto known = roots_.find(path::parent(*root)); known != roots_.end())
    return &known->second;
  const auto& manifest = load(*root).manifest;
  if (manifest.workspace()) return &manifest;
  throw Error("workspace-invalid",
              "this manifest was taken for a workspace root but has no [workspace]")
      .in_file(*root)
      .while_doing("looking for the workspace root of " + user.path());
}

std::optional<std::string> ManifestLoader::find_root(const std::string& manifest_path) {
  const auto& own = load(manifest_path).manifest;
  // A root that excludes itself does not count. The search continues above it.
  if (own.workspace() && !is_excluded(own, manifest_path)) return manifest_path;
  if (const auto pointer = root_pointer(own)) return pointed_to(own, *pointer);
  return find_root_above(manifest_path);
}

/// Finds a root that was read before, for whatever reason. As in cargo, no boundary stops this, and
/// nearer manifests that were not read do not count (cargo: `GlobalContext::ws_roots`).
const Manifest* ManifestLoader::known_root(const std::string& manifest_path) const {
  for (auto at = path::parent(manifest_path); !at.empty(); at = path::parent(at)) {
    const auto root = roots_.find(at);
    if (root != roots_.end() && !is_excluded(root->second, manifest_path)) return &root->second;
  }
  return nullptr;
}

std::optional<std::string> ManifestLoader::find_root_above(const std::string& manifest_path) {
  if (const auto* known = known_root(manifest_path)) return known->path();
  std::string below;
  for (auto directory = path::parent(path::parent(manifest_path)); !directory.empty();
       below = directory, directory = path::parent(directory)) {
    const bool leaves_home = !below.empty() && below == cargo_home_;
    if (leaves_home || directory.ends_with("/target/package")) break;
    const auto candidate = path::join(directory, "Cargo.toml");
    if (!exists(candidate)) continue;
    const auto& manifest = load(candidate).manifest;
    if (manifest.workspace()) {
      if (!is_excluded(manifest, manifest_path)) return candidate;
    } else if (const auto pointer = root_pointer(manifest)) {
      return pointed_to(manifest, *pointer);
    }
  }
  return std::nullopt;
}

}  // namespace larder::cargo
