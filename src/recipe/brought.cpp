#include "brought.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"
#include "larder/cargo/toml/toml.hpp"
#include "larder/cargo/workspace/patched.hpp"

namespace larder::recipe {

using cargo::TomlValue;

namespace {

/// Every `path` below a value, as a directory.
void collect_paths(const TomlValue& value, const std::string& base, std::set<std::string>& out) {
  if (value.table() == nullptr) return;
  for (const auto& [key, entry] : *value.table()) {
    if (key == "path" && entry.string() != nullptr) out.insert(path::join(base, *entry.string()));
    collect_paths(entry, base, out);
  }
}

/// The directories of a manifest's path dependencies and of its patches with a path.
std::set<std::string> named_directories(const cargo::TomlDocument& manifest,
                                        const std::string& directory) {
  std::set<std::string> out;
  for (const auto* key : {"build-dependencies", "dependencies", "dev-dependencies", "patch",
                          "replace", "target", "workspace"}) {
    if (const auto* value = manifest.root.find(key)) collect_paths(*value, directory, out);
  }
  return out;
}

/// The names of local packages that external ones depend on.
std::set<std::string> names_below_externals(const cargo::Lockfile& lock) {
  std::set<std::string> out;
  for (const auto& entry : lock.packages) {
    if (entry.is_local()) continue;
    for (const auto index : entry.dependencies) {
      if (lock.packages[index].is_local()) out.insert(lock.packages[index].name);
    }
  }
  return out;
}

class Bringing {
 public:
  Bringing(const SourceTree& here, const std::string& root, MemoryTree& tree)
      : here_(here), root_(root), tree_(tree) {}

  void run(bool foreign) {
    if (foreign) take_place_of_stubs();
    std::vector<std::string> pending;
    for (const auto& [file, contents] : tree_.files()) {
      if (path::file_name(file) == "Cargo.toml") pending.push_back(path::parent(file));
    }
    while (!pending.empty()) {
      const auto directory = pending.back();
      pending.pop_back();
      for (const auto& named : named_directories(manifest_in(directory), directory)) {
        if (bring(named)) pending.push_back(named);
      }
    }
  }

 private:
  cargo::TomlDocument manifest_in(const std::string& directory) const {
    const auto file = path::join(directory, "Cargo.toml");
    return cargo::parse_toml(file, tree_.read(file).value_or(""), "manifest-parse");
  }

  /// Returns whether the directory was copied.
  bool bring(const std::string& directory) {
    const auto manifest = path::join(directory, "Cargo.toml");
    if (!path::is_within(directory, root_) || tree_.is_file(manifest) || !here_.is_file(manifest))
      return false;
    copy(directory);
    return true;
  }

  void copy(const std::string& directory) {
    for (const auto& file : cargo::package_files(here_, directory)) {
      const auto at = path::join(directory, file);
      tree_.write(at, here_.read(at).value_or(""));
      if (here_.is_executable(at)) tree_.set_executable(at);
    }
    // A manifest above may be the root that the package inherits from.
    for (auto above = path::parent(directory); above != root_ && path::is_within(above, root_);
         above = path::parent(above)) {
      const auto manifest = path::join(above, "Cargo.toml");
      if (tree_.is_file(manifest)) continue;
      if (auto text = here_.read(manifest)) tree_.write(manifest, *std::move(text));
    }
  }

  void take_place_of_stubs() {
    const auto lock = tree_.read(path::join(root_, "Cargo.lock"));
    if (!lock) return;
    const auto needed = names_below_externals(cargo::parse_lockfile("Cargo.lock", *lock));
    const auto root = manifest_in(root_);
    std::set<std::string> directories;
    if (const auto* patches = root.root.find("patch")) collect_paths(*patches, root_, directories);
    for (const auto& directory : directories) {
      const auto manifest = path::join(directory, "Cargo.toml");
      if (!path::is_within(directory, root_) || !tree_.is_file(manifest)) continue;
      const auto name = cargo::package_name(manifest_in(directory));
      if (!name || !needed.contains(*name)) continue;
      if (directory == root_) {
        throw Error("unsupported",
                    fmt::format("external packages depend on the root package `{}`, but a recipe "
                                "of this kind does not contain its files",
                                *name))
            .hint("make the recipe with `cargo larder prepare`");
      }
      if (!here_.is_file(manifest))
        throw cargo::patched_is_missing(*name, path::relative(directory, root_));
      copy(directory);
    }
  }

  const SourceTree& here_;
  const std::string& root_;
  MemoryTree& tree_;
};

}  // namespace

void bring_patched(const SourceTree& here, const std::string& root, bool foreign,
                   MemoryTree& tree) {
  Bringing(here, root, tree).run(foreign);
}

}  // namespace larder::recipe
