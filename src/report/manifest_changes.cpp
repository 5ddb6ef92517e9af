#include "manifest_changes.hpp"

#include <algorithm>

#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cargo/toml/whitespace.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/tables/secrets.hpp"

namespace larder::report {

namespace {

using cargo::TomlDocument;
using cargo::TomlTable;
using cargo::TomlValue;

bool is_dependency_table(const std::string& key) {
  static const std::set<std::string> names{"dependencies", "dev-dependencies", "dev_dependencies",
                                           "build-dependencies", "build_dependencies"};
  return names.contains(key);
}

/// Whether the keys lead to one entry of a dependency table.
bool is_entry(const KeyPath& keys) {
  if (keys.size() == 2) return is_dependency_table(keys[0]);
  if (keys.size() == 3) return keys[0] == "workspace" && keys[1] == "dependencies";
  return keys.size() == 4 && keys[0] == "target" && is_dependency_table(keys[2]);
}

const TomlTable& table_of(const TomlValue* value) {
  static const TomlTable none;
  return value == nullptr || value->table() == nullptr ? none : *value->table();
}

/// The value to point at: in arrays and tables, the first item that differs.
struct Telling {
  const TomlValue* value = nullptr;
  bool gone = false;
};

Telling telling(const TomlValue* before, const TomlValue* after) {
  if (before == nullptr || after == nullptr)
    return {after == nullptr ? before : after, after == nullptr};
  const auto* old_items = before->array();
  const auto* new_items = after->array();
  if (old_items != nullptr && new_items != nullptr) {
    const auto missing = [](const cargo::TomlArray& from, const cargo::TomlArray& in) {
      return std::find_if(from.begin(), from.end(), [&](const TomlValue& item) {
        return std::find(in.begin(), in.end(), item) == in.end();
      });
    };
    if (const auto item = missing(*new_items, *old_items); item != new_items->end())
      return {&*item, false};
    if (const auto item = missing(*old_items, *new_items); item != old_items->end())
      return {&*item, true};
  }
  if (before->table() != nullptr && after->table() != nullptr) {
    for (const auto& [key, value] : table_of(after)) {
      const auto* old = before->find(key);
      if (old == nullptr || !(*old == value)) return telling(old, &value);
    }
    for (const auto& [key, value] : table_of(before)) {
      // The key is gone, but the rest of the entry is still there to point at.
      if (after->find(key) == nullptr) return {after, false};
    }
  }
  return {after, false};
}

/// Which package a key of a dependency table stands for.
std::string package_of_key(const std::string& key, const TomlValue* entry,
                           const TomlDocument& root) {
  if (entry != nullptr && entry->find("workspace") != nullptr) {
    const auto* workspace = root.root.find("workspace");
    const auto* shared = workspace == nullptr ? nullptr : workspace->find("dependencies");
    entry = shared == nullptr ? nullptr : shared->find(key);
  }
  const auto* renamed = entry == nullptr ? nullptr : entry->find("package");
  return renamed == nullptr || renamed->string() == nullptr ? key : *renamed->string();
}

/// Key of a dependency → the packages that it stands for anywhere in a manifest.
std::multimap<std::string, std::string> packages_by_key(const TomlDocument& document,
                                                        const TomlDocument& root) {
  std::multimap<std::string, std::string> out;
  for (const auto& [keys, value] : flatten(table_of(&document.root), is_entry)) {
    if (is_entry(keys)) out.emplace(keys.back(), package_of_key(keys.back(), value, root));
  }
  return out;
}

/// The items of one array of strings that the other lacks.
void add_differing_items(const TomlValue* these, const TomlValue* others,
                         std::set<std::string>& out) {
  if (these == nullptr || these->array() == nullptr) return;
  const cargo::TomlArray none;
  const auto& other_items =
      others == nullptr || others->array() == nullptr ? none : *others->array();
  for (const auto& item : *these->array()) {
    if (item.string() != nullptr &&
        std::find(other_items.begin(), other_items.end(), item) == other_items.end())
      out.insert(*item.string());
  }
}

class DocumentComparison {
 public:
  DocumentComparison(const std::string& file, const TomlDocument* before, const TomlDocument* after,
                     const TomlDocument& root)
      : file_(file), before_(before), after_(after), root_(root) {}

  void add_to(std::vector<FileChange>& out) const {
    const auto flat = [](const TomlDocument* document) {
      return document == nullptr ? FlatToml{} : flatten(table_of(&document->root), is_entry);
    };
    for (const auto& difference : differing(flat(before_), flat(after_))) {
      FileChange change{file_, difference.keys, cause(difference), {}};
      add_packages(difference, change.packages);
      out.push_back(std::move(change));
    }
  }

 private:
  Cause cause(const ValueDifference& difference) const {
    const auto found = telling(difference.before, difference.after);
    const auto& document = found.gone ? *before_ : *after_;
    const auto location = document.location(found.value->position());
    return {file_, location.line, std::string(cargo::trimmed(location.source_line)), found.gone};
  }

  void add_packages(const ValueDifference& difference, std::set<std::string>& out) const {
    if (is_entry(difference.keys)) {
      for (const auto* value : {difference.before, difference.after}) {
        if (value != nullptr) out.insert(package_of_key(difference.keys.back(), value, root_));
      }
    } else if (difference.keys.front() == "features") {
      std::set<std::string> items;
      add_differing_items(difference.before, difference.after, items);
      add_differing_items(difference.after, difference.before, items);
      const auto packages = packages_by_key(after_ == nullptr ? *before_ : *after_, root_);
      for (const auto& item : items) {
        const auto parsed = cargo::parse_feature_value(item);
        const auto& key = parsed.dependency.empty() ? parsed.feature : parsed.dependency;
        const auto [first, last] = packages.equal_range(key);
        for (auto it = first; it != last; ++it) out.insert(it->second);
      }
    }
  }

  const std::string& file_;
  const TomlDocument* before_;
  const TomlDocument* after_;
  const TomlDocument& root_;
};

std::vector<FileChange> changes(const WorkspaceFiles::Documents& before,
                                const WorkspaceFiles::Documents& after,
                                const WorkspaceFiles& newer) {
  std::vector<FileChange> out;
  const auto& root = *newer.manifests.at(newer.root_manifest);
  for (const auto& [file, document] : after) {
    const auto old = before.find(file);
    DocumentComparison(file, old == before.end() ? nullptr : old->second.get(), document.get(),
                       root)
        .add_to(out);
  }
  for (const auto& [file, document] : before) {
    if (!after.contains(file)) DocumentComparison(file, document.get(), nullptr, root).add_to(out);
  }
  return out;
}

}  // namespace

WorkspaceFiles WorkspaceFiles::of(const DerivedTree& derived) {
  const auto& request = derived.request;
  const auto shown = [&](const std::string& path) { return path::relative(path, derived.root); };
  auto workspace = derived.inputs.workspace;
  const auto& config = derived.inputs.config;
  WorkspaceFiles out;
  const auto lock = cargo::lockfile_place(workspace.root_directory, request.directory,
                                          request.environment, config, {});
  out.lock = cargo::read_lockfile(derived.tree, lock);
  cargo::load_patched(derived.tree, workspace, out.lock, config);
  out.lock_path = shown(lock);
  out.root_manifest = shown(workspace.root_manifest->path());
  out.manifests[out.root_manifest] = workspace.root_manifest->document();
  for (const auto& package : workspace.packages) {
    const auto manifest = shown(package.manifest_path);
    out.manifests[manifest] = package.document;
    for (const auto& target : package.targets) out.targets[shown(target.path)] = manifest;
  }
  for (auto file : config.files()) {
    reduce::drop_secrets(*file.root.table());
    out.configs[shown(file.file)] = std::make_shared<TomlDocument>(file);
  }
  out.toolchain = derived.inputs.toolchain;
  return out;
}

std::vector<FileChange> manifest_changes(const WorkspaceFiles& before,
                                         const WorkspaceFiles& after) {
  return changes(before.manifests, after.manifests, after);
}

std::vector<FileChange> config_changes(const WorkspaceFiles& before, const WorkspaceFiles& after) {
  return changes(before.configs, after.configs, after);
}

bool is_structural(const KeyPath& keys) {
  static const std::set<std::string> tables{"features", "lib",   "bin",           "example",
                                            "test",     "bench", "cargo-features"};
  static const std::set<std::string> package_keys{
      "name",        "build",     "autobins",      "autoexamples",  "autotests",
      "autobenches", "autolib",   "edition",       "resolver",      "default-run",
      "links",       "workspace", "forced-target", "default-target"};
  static const std::set<std::string> workspace_keys{"members", "exclude", "default-members",
                                                    "resolver", "dependencies"};
  if (is_entry(keys) || tables.contains(keys[0])) return true;
  if (keys.size() < 2) return false;
  if (keys[0] == "package" || keys[0] == "project") return package_keys.contains(keys[1]);
  return keys[0] == "workspace" && workspace_keys.contains(keys[1]);
}

}  // namespace larder::report
