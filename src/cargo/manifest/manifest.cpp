#include "larder/cargo/manifest/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "inheritance.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/manifest/manifest_schema.hpp"
#include "larder/cargo/toml/whitespace.hpp"
#include "manifest_checks.hpp"
#include "package_details.hpp"
#include "package_tables.hpp"

namespace larder::cargo {

const std::string manifest_error_id = "manifest-invalid";

Manifest Manifest::load(const SourceTree& tree, const std::string& path) {
  auto text = tree.read(path);
  if (!text) {
    throw Error("manifest-missing", "there is no manifest")
        .in_file(path)
        .hint("run in a cargo package or workspace, or give its Cargo.toml with --manifest-path");
  }
  Manifest manifest;
  manifest.document_ =
      std::make_shared<const TomlDocument>(parse_toml(path, std::move(*text), "manifest-parse"));
  check_manifest_types(manifest.root());
  manifest.shared_dependencies_ = std::make_shared<const SharedDependencies>(
      read_shared_dependencies(manifest.root(), manifest.directory()));
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

void add_implicit_features(Package& package) {
  std::set<std::string> named;
  for (const auto& [name, values] : package.features) {
    for (const auto& value : values) {
      auto parsed = parse_feature_value(value);
      if (parsed.kind == FeatureValue::Kind::Dependency) named.insert(std::move(parsed.dependency));
    }
  }
  for (const auto& dependency : package.dependencies) {
    if (dependency.optional && !named.contains(dependency.key)) {
      package.features.try_emplace(dependency.key,
                                   std::vector<std::string>{"dep:" + dependency.key});
    }
  }
}

void read_features(const TomlCursor& manifest, Package& package) {
  if (const auto table = manifest.find("features")) {
    for (const auto& [name, values] : table->entries())
      package.features[std::string(name)] = values.as_strings();
  }
  add_implicit_features(package);
  check_features(manifest, package);
}

Version read_version(const TomlCursor& table, const Inheritance& inheritance) {
  const auto value = inheritance.package_field(table, "version");
  if (!value) return {};
  return parse_version(trimmed(value->as_string())).value();
}

std::string read_edition(const TomlCursor& table, const Inheritance& inheritance) {
  const auto value = inheritance.package_field(table, "edition");
  if (!value) return "2015";
  static const std::set<std::string> known{"2015", "2018", "2021", "2024", "future"};
  if (!known.contains(value->as_string())) {
    throw value->error(fmt::format("`{}` is not a known edition", value->as_string()))
        .hint("the editions are 2015, 2018, 2021 and 2024");
  }
  return value->as_string();
}

std::string read_name(const TomlCursor& table) {
  const auto name = table.find("name");
  if (!name) throw table.error("`package.name` is missing");
  if (name->as_string().find("::") != std::string::npos)
    throw nightly_construct(*name, "open-namespaces", "a name with `::`");
  return name->as_string();
}

/// Sections that make no sense without a package, in cargo's order.
constexpr std::array<std::string_view, 15> package_sections{"badges",
                                                            "features",
                                                            "lib",
                                                            "bin",
                                                            "example",
                                                            "test",
                                                            "bench",
                                                            "dependencies",
                                                            "dev-dependencies",
                                                            "dev_dependencies",
                                                            "build-dependencies",
                                                            "build_dependencies",
                                                            "target",
                                                            "lints",
                                                            "hints"};

void check_default_run(const TomlCursor& table, const Package& package) {
  const auto run = table.find("default-run");
  if (!run) return;
  const auto is_it = [&](const Target& target) {
    return target.kind == TargetKind::Bin && target.name == run->as_string();
  };
  if (std::none_of(package.targets.begin(), package.targets.end(), is_it)) {
    throw run->error(fmt::format("`default-run` names `{}`, which is not a binary of the package",
                                 run->as_string()));
  }
}

void check_publish(const TomlCursor& table, const Package& package) {
  const auto& publish = package.details.publish;
  const auto key = table.find("publish");
  if (key && !table.find("version") && !(publish && publish->empty()))
    throw key->error("`package.publish` requires `package.version`");
}

}  // namespace

Package read_package(const SourceTree& tree, const Manifest& manifest,
                     const FindWorkspaceRoot& find_root) {
  const auto root = manifest.root();
  const auto table = manifest.package().value();
  const Inheritance inheritance(manifest, find_root);
  check_workspace_table(root);
  Package package;
  package.document = manifest.document();
  package.manifest_path = manifest.path();
  package.directory = manifest.directory();
  package.name = read_name(table);
  package.version = read_version(table, inheritance);
  package.edition = read_edition(table, inheritance);
  package.details = read_package_details(tree, table, package, inheritance);
  if (package.edition >= "2024" && root.find("project"))
    throw table.error("`[project]` is not supported as of edition 2024").hint("write `[package]`");
  check_resolver(table);
  check_one_resolver(root, table);
  package.resolver = table.string_at("resolver");
  package.links = table.string_at("links");
  package.default_run = table.string_at("default-run");
  package.cargo_features = root.strings_at("cargo-features");
  read_targets(tree, root, package);
  if (package.links && package.build_script() == nullptr) {
    throw table.find("links")->error(fmt::format(
        "package `{}` has `links = \"{}\"` but no build script", package.name, *package.links));
  }
  package.dependencies = read_dependencies(root, package, inheritance);
  check_patches(manifest);
  check_sources_agree(package);
  check_lints(root, inheritance);
  check_profiles(root);
  check_publish(table, package);
  read_features(root, package);
  check_default_run(table, package);
  return package;
}

void check_virtual_manifest(const Manifest& manifest) {
  const auto root = manifest.root();
  for (const auto section : package_sections) {
    if (const auto found = root.find(section)) {
      throw found->error(fmt::format("a manifest without [package] cannot have `{}`", section))
          .hint("add a [package], or move the section to a member");
    }
  }
  if (!manifest.workspace()) {
    throw Error(manifest_error_id, "the manifest has neither a [package] nor a [workspace]")
        .in_file(manifest.path());
  }
  check_workspace_table(root);
  check_patches(manifest);
  check_profiles(root);
}

}  // namespace larder::cargo
