#include "larder/cook/extern_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "larder/cargo/manifest/package.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::cook {

using cargo::find_table;
using cargo::TomlArray;
using cargo::TomlTable;
using cargo::TomlValue;

namespace {

bool is_rustcs_own(const std::string& name) {
  constexpr std::array<std::string_view, 6> names{
      "alloc", "compiler_builtins", "core", "proc_macro", "std", "test"};
  return std::find(names.begin(), names.end(), cargo::crate_name(name)) != names.end();
}

/// Calls `visit` with each dependency table of a manifest.
template <typename Visit>
void for_dependencies(TomlTable& manifest, Visit visit) {
  cargo::for_platforms(manifest, [&](TomlTable& table) {
    for (const auto* kind : {"dependencies", "dev-dependencies", "build-dependencies"}) {
      if (auto* dependencies = find_table(table, kind)) visit(*dependencies);
    }
  });
}

class Renaming {
 public:
  CompiledSkeleton run(reduce::Skeleton skeleton, cargo::CommandLine cook_line) {
    std::vector<TomlTable> manifests;
    for (const auto& manifest : skeleton.manifests) {
      const auto document = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid");
      manifests.push_back(*document.root.table());
      if (!is_root(manifest)) collect(manifests.back());
    }
    choose_names();
    for (std::size_t i = 0; i < manifests.size(); ++i) {
      if (is_root(skeleton.manifests[i])) continue;
      rename(manifests[i]);
      skeleton.manifests[i].contents = cargo::toml_document(manifests[i]);
    }
    if (!renamed_.empty()) rename_flags(cook_line);
    return {std::move(skeleton), std::move(cook_line)};
  }

 private:
  /// The root manifest is virtual, or that of a package that is cooked as it is.
  static bool is_root(const reduce::SkeletonManifest& manifest) {
    return manifest.path == "Cargo.toml";
  }

  void collect(TomlTable& manifest) {
    for_dependencies(manifest, [&](const TomlTable& dependencies) {
      for (const auto& [key, value] : dependencies) {
        keys_.insert(key);
        if (is_rustcs_own(key)) renamed_[key];
      }
    });
    const auto* package = find_table(manifest, "package");
    const auto* features = find_table(manifest, "features");
    if (package == nullptr || features == nullptr) return;
    const auto name = package->find("name");
    if (name == package->end() || name->second.string() == nullptr) return;
    for (const auto& [feature, values] : *features) {
      if (is_rustcs_own(feature)) qualified_[feature].push_back(*name->second.string());
    }
  }

  void choose_names() {
    for (auto& [key, name] : renamed_) {
      name = "larder-dep-" + key;
      while (keys_.contains(name)) name = "x" + name;
    }
  }

  void rename(TomlTable& manifest) const {
    for_dependencies(manifest, [&](TomlTable& dependencies) { rename_keys(dependencies); });
    if (auto* features = find_table(manifest, "features")) {
      const auto is_there = [&](const std::string& name) { return features->contains(name); };
      for (auto& [name, values] : *features) {
        const auto& feature = name;
        rename_values(values, [&](const std::string& dependency, std::vector<std::string>& out) {
          // `key/feature` also switches on the feature named `key`, if there is one.
          if (is_there(dependency) && feature != dependency) out.push_back(dependency);
        });
      }
    }
    for (const auto* kind : {"bin", "example", "test", "bench"}) {
      const auto targets = manifest.find(kind);
      auto* items =
          targets == manifest.end() ? nullptr : std::get_if<TomlArray>(&targets->second.data());
      if (items == nullptr) continue;
      for (auto& item : *items) {
        auto* target = item.table();
        const auto required =
            target == nullptr ? TomlTable::iterator() : target->find("required-features");
        if (target != nullptr && required != target->end())
          rename_values(required->second, [](const std::string&, std::vector<std::string>&) {});
      }
    }
  }

  void rename_keys(TomlTable& dependencies) const {
    TomlTable out;
    for (auto& [key, value] : dependencies) {
      if (value.string() != nullptr) {
        auto version = value;
        value = TomlValue(TomlTable{{"version", std::move(version)}});
      }
      if (auto* entry = value.table(); entry != nullptr && !entry->contains("workspace"))
        entry->emplace("package", TomlValue(key));
      const auto renamed = renamed_.find(key);
      out.emplace(renamed == renamed_.end() ? key : renamed->second, std::move(value));
    }
    dependencies = std::move(out);
  }

  template <typename More>
  void rename_values(TomlValue& values, More more) const {
    auto* items = std::get_if<TomlArray>(&values.data());
    if (items == nullptr) return;
    std::vector<std::string> out;
    for (const auto& item : *items) {
      if (item.string() == nullptr) return;
      const auto value = cargo::parse_feature_value(*item.string());
      out.push_back(renamed_value(*item.string()));
      if (value.kind == cargo::FeatureValue::Kind::DependencyFeature && !value.weak &&
          out.back() != *item.string())
        more(value.dependency, out);
    }
    items->clear();
    for (auto& text : out) items->emplace_back(std::move(text));
  }

  std::string renamed_value(const std::string& text) const {
    const auto value = cargo::parse_feature_value(text);
    const auto renamed = renamed_.find(value.dependency);
    if (value.kind == cargo::FeatureValue::Kind::Feature || renamed == renamed_.end()) return text;
    if (value.kind == cargo::FeatureValue::Kind::Dependency) return "dep:" + renamed->second;
    return renamed->second + (value.weak ? "?/" : "/") + value.feature;
  }

  void rename_flags(cargo::CommandLine& line) const {
    std::set<std::string> features;
    for (const auto& text : line.features) {
      const auto renamed = renamed_value(text);
      features.insert(renamed);
      const auto qualified = qualified_.find(cargo::parse_feature_value(text).dependency);
      if (renamed == text || qualified == qualified_.end()) continue;
      for (const auto& crate : qualified->second) features.insert(crate + "/" + qualified->first);
    }
    line.features.assign(features.begin(), features.end());
  }

  std::set<std::string> keys_;
  /// Key → replacement.
  std::map<std::string, std::string> renamed_;
  /// Feature with one of these names → the crates that have it.
  std::map<std::string, std::vector<std::string>> qualified_;
};

}  // namespace

CompiledSkeleton with_safe_externs(reduce::Skeleton skeleton, cargo::CommandLine cook_line) {
  return Renaming().run(std::move(skeleton), std::move(cook_line));
}

}  // namespace larder::cook
