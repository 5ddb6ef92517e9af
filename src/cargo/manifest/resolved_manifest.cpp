#include "larder/cargo/manifest/resolved_manifest.hpp"

#include "larder/base/path.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"

namespace larder::cargo {

namespace {

/// Writes the values of one manifest into another one that inherits them.
class Resolver {
 public:
  Resolver(const TomlDocument& root, std::string directory)
      : shared_(table_at(*root.root.table(), "workspace")),
        root_directory_(path::parent(root.file)),
        directory_(std::move(directory)) {}

  void resolve(TomlTable& manifest) const {
    for (const auto* key : {"package", "project"}) {
      if (auto* package = find_table(manifest, key)) resolve_package(*package);
    }
    const auto lints = manifest.find("lints");
    if (lints != manifest.end() && is_inherited(lints->second))
      lints->second = TomlValue(table_at(shared_, "lints"));
    for_platforms(manifest, [&](TomlTable& tables) { resolve_dependencies(tables); });
  }

 private:
  std::string rebased(const std::string& text) const {
    return path::relative(path::join(root_directory_, text), directory_);
  }

  void resolve_package(TomlTable& package) const {
    const auto& values = table_at(shared_, "package");
    for (auto& [key, value] : package) {
      const auto found = values.find(key);
      if (!is_inherited(value) || found == values.end()) continue;
      const bool is_path = key == "readme" || key == "license-file";
      value = is_path && found->second.string() != nullptr
                  ? TomlValue(rebased(*found->second.string()))
                  : found->second;
    }
  }

  void resolve_dependencies(TomlTable& tables) const {
    for (const auto* kind : {"dependencies", "build-dependencies", "build_dependencies",
                             "dev-dependencies", "dev_dependencies"}) {
      auto* table = find_table(tables, kind);
      if (table == nullptr) continue;
      for (auto& [key, entry] : *table) {
        const auto& values = table_at(shared_, "dependencies");
        const auto found = values.find(key);
        if (is_inherited(entry) && found != values.end())
          entry = TomlValue(merged(found->second, *entry.table()));
      }
    }
  }

  /// A dependency with what it inherits, as `DependencyReader::inherit` reads it.
  TomlTable merged(const TomlValue& shared, TomlTable own) const {
    TomlTable out;
    if (shared.table() == nullptr) {
      out.emplace("version", shared);
    } else {
      out = *shared.table();
    }
    if (auto* path = string_in(out, "path")) *path = rebased(*path);
    own.erase("workspace");
    if (const auto features = own.find("features"); features != own.end()) {
      if (const auto* more = features->second.array(); more != nullptr) {
        auto& all = out.try_emplace("features", TomlValue(TomlArray{})).first->second.data();
        if (auto* list = std::get_if<TomlArray>(&all))
          list->insert(list->end(), more->begin(), more->end());
      }
      own.erase(features);
    }
    for (const auto* key : {"default-features", "default_features"}) {
      const auto found = own.find(key);
      if (found == own.end()) continue;
      const auto* wanted = found->second.boolean();
      // Cargo ignores a `false` that the root does not have.
      if (wanted != nullptr && *wanted) {
        out.erase("default_features");
        out.insert_or_assign("default-features", TomlValue(true));
      }
      own.erase(found);
    }
    for (auto& [key, value] : own) out.insert_or_assign(key, std::move(value));
    return out;
  }

  static std::string* string_in(TomlTable& table, std::string_view key) {
    const auto found = table.find(key);
    return found == table.end() ? nullptr : std::get_if<std::string>(&found->second.data());
  }

  const TomlTable& shared_;
  std::string root_directory_;
  std::string directory_;
};

}  // namespace

void resolve_inherited(Package& package) {
  const auto own_root = package.document->root.find("workspace") != nullptr;
  const auto root = own_root ? package.document : package.inherits_from;
  if (!root) return;
  auto resolved = std::make_shared<TomlDocument>(*package.document);
  Resolver(*root, package.directory).resolve(*resolved->root.table());
  package.document = std::move(resolved);
  package.inherits_from = nullptr;
}

}  // namespace larder::cargo
