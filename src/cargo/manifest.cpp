#include "larder/cargo/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"

namespace larder::cargo {

const std::string manifest_error_id = "manifest-invalid";

Manifest Manifest::load(const SourceTree& tree, const std::string& path) {
  auto text = tree.read(path);
  if (!text) {
    throw Error("manifest-missing", "there is no manifest")
        .in_file(path)
        .hint(
            "run inside a cargo package or workspace, or name its Cargo.toml with --manifest-path");
  }
  Manifest manifest;
  manifest.document_ =
      std::make_shared<const TomlDocument>(parse_toml(path, std::move(*text), "manifest-parse"));
  return manifest;
}

std::string Manifest::directory() const {
  return path::parent(path());
}

TomlCursor Manifest::root() const {
  return {*document_, manifest_error_id};
}

std::optional<TomlCursor> Manifest::package() const {
  return root().find_any({"package", "project"});
}

bool Manifest::has_package() const {
  return package().has_value();
}

namespace {

/// `key` of `[package]`, taken from `[workspace.package]` where it says `key.workspace = true`.
std::optional<TomlCursor> inherited(const TomlCursor& package, std::string_view key,
                                    const Manifest* root) {
  auto own = package.find(key);
  if (!own || !own->is_table()) return own;
  const auto flag = own->find("workspace");
  if (!flag) return own;
  if (!flag->as_bool()) throw flag->error(fmt::format("`{}` cannot be false", flag->key()));
  const auto workspace = root == nullptr ? std::nullopt : root->workspace();
  const auto defaults = workspace ? workspace->find("package") : std::nullopt;
  auto value = defaults ? defaults->find(key) : std::nullopt;
  if (!value) {
    throw own->error(
        fmt::format("`{}` is inherited, but the workspace root has no `workspace.package.{}`",
                    own->key(), key));
  }
  return value;
}

void add_implicit_features(Package& package) {
  std::set<std::string> named;
  for (const auto& [name, values] : package.features) {
    for (const auto& value : values) {
      const auto parsed = parse_feature_value(value);
      if (parsed.kind == FeatureValue::Kind::Dependency) named.insert(parsed.dependency);
    }
  }
  for (const auto& dependency : package.dependencies) {
    if (dependency.optional && !named.contains(dependency.key)) {
      package.features.try_emplace(dependency.key,
                                   std::vector<std::string>{"dep:" + dependency.key});
    }
  }
}

void check_feature_values(const TomlCursor& table, const Package& package) {
  for (const auto& [name, cursor] : table.entries()) {
    for (const auto& text : cursor.as_strings()) {
      const auto value = parse_feature_value(text);
      // `dep:` and a weak `?` are for optional dependencies only.
      const bool must_be_optional = value.kind == FeatureValue::Kind::Dependency || value.weak;
      const auto is_dependency = [&](const Dependency& d) {
        return d.key == value.dependency && (d.optional || !must_be_optional);
      };
      const bool known = value.kind == FeatureValue::Kind::Feature
                             ? package.features.contains(value.feature)
                             : std::any_of(package.dependencies.begin(), package.dependencies.end(),
                                           is_dependency);
      if (!known) {
        throw cursor
            .error(fmt::format("feature `{}` includes `{}` which is neither {} nor another feature",
                               name, text,
                               must_be_optional ? "an optional dependency" : "a dependency"))
            .hint("correct the entry in [features], or add the dependency");
      }
    }
  }
}

void read_features(const TomlCursor& manifest, Package& package) {
  const auto table = manifest.find("features");
  if (table) {
    for (const auto& [name, values] : table->entries())
      package.features[name] = values.as_strings();
  }
  add_implicit_features(package);
  if (table) check_feature_values(*table, package);
}

Version read_version(const TomlCursor& table, const Manifest* root) {
  const auto value = inherited(table, "version", root);
  if (!value) return {};
  const auto version = parse_version(value->as_string());
  if (!version)
    throw value->error(fmt::format("`{}` is not a semantic version", value->as_string()));
  return *version;
}

std::string read_edition(const TomlCursor& table, const Manifest* root) {
  const auto value = inherited(table, "edition", root);
  if (!value) return "2015";
  static const std::set<std::string> known{"2015", "2018", "2021", "2024", "future"};
  if (!known.contains(value->as_string())) {
    throw value->error(fmt::format("`{}` is not a known edition", value->as_string()))
        .hint("the editions are 2015, 2018, 2021 and 2024");
  }
  return value->as_string();
}

}  // namespace

Package read_package(const SourceTree& tree, const Manifest& manifest,
                     const Manifest* workspace_root) {
  const auto root = manifest.root();
  const auto table = manifest.package();
  if (!table) {
    throw Error(manifest_error_id, "the manifest has no [package]").in_file(manifest.path());
  }
  Package package;
  package.manifest_path = manifest.path();
  package.directory = manifest.directory();
  const auto name = table->find("name");
  if (!name) throw table->error("`package.name` is missing");
  package.name = name->as_string();
  package.version = read_version(*table, workspace_root);
  package.edition = read_edition(*table, workspace_root);
  package.resolver = table->string_at("resolver");
  package.links = table->string_at("links");
  package.default_run = table->string_at("default-run");
  package.cargo_features = root.strings_at("cargo-features");
  package.dependencies = read_dependencies(root, package, workspace_root);
  read_features(root, package);
  package.targets = read_targets(tree, root, package);
  if (package.links && package.build_script() == nullptr) {
    throw table->find("links")->error(fmt::format(
        "package `{}` has `links = \"{}\"` but no build script", package.name, *package.links));
  }
  return package;
}

}  // namespace larder::cargo
