#include "larder/report/metadata.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "larder/base/path.hpp"
#include "larder/base/url.hpp"
#include "larder/cargo/config/registries.hpp"

namespace larder::report {

namespace {

using cargo::Package;
using cargo::Target;
using cargo::TargetKind;
// Keys are in cargo's order. Cargo does not promise it, but outputs are easier to compare.
using json = nlohmann::ordered_json;

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json value_json(const cargo::TomlValue& value);

json table_json(const cargo::TomlTable& table) {
  auto out = json::object();
  for (const auto& [key, value] : table) out[key] = value_json(value);
  return out;
}

json array_json(const cargo::TomlArray& array) {
  auto out = json::array();
  for (const auto& item : array) out.push_back(value_json(item));
  return out;
}

/// `metadata` may be any TOML. It is written as serde does.
json value_json(const cargo::TomlValue& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* flag = value.boolean()) return *flag;
  if (const auto* number = value.integer()) return *number;
  if (const auto* number = std::get_if<double>(&value.data()))
    return std::isfinite(*number) ? json(*number) : json();
  if (const auto* date = std::get_if<cargo::TomlDate>(&value.data()))
    return {{"$__toml_private_datetime", date->text}};
  if (const auto* array = value.array()) return array_json(*array);
  return table_json(*value.table());
}

/// A package id specification. It has the name only if the last directory is called differently.
std::string package_id(const Package& package) {
  const auto version = package.version.str();
  auto out = "path+" + file_url(package.directory) + "#";
  if (path::file_name(package.directory) != package.name) out += package.name + "@";
  return out + version;
}

std::string kind_name(TargetKind kind) {
  switch (kind) {
    case TargetKind::Bin:
      return "bin";
    case TargetKind::Example:
      return "example";
    case TargetKind::Test:
      return "test";
    case TargetKind::Bench:
      return "bench";
    default:
      return "custom-build";
  }
}

json target_json(const Target& target) {
  json out;
  out["kind"] = target.kind == TargetKind::Lib ? json(target.crate_types)
                                               : json::array({kind_name(target.kind)});
  out["crate_types"] = target.crate_types;
  out["name"] = target.name;
  out["src_path"] = target.path;
  out["edition"] = target.edition;
  if (target.has_required_features) out["required-features"] = target.required_features;
  out["doc"] = target.doc;
  out["doctest"] = target.doctest;
  out["test"] = target.test;
  return out;
}

class Writer {
 public:
  explicit Writer(const MetadataRequest& request) : request_(request) {}

  json write() const {
    const auto& workspace = request_.workspace;
    json out;
    out["packages"] = json::array();
    out["workspace_members"] = json::array();
    for (const auto index : workspace.members_as_found) {
      out["packages"].push_back(package_json(workspace.packages[index]));
      out["workspace_members"].push_back(package_id(workspace.packages[index]));
    }
    out["workspace_default_members"] = json::array();
    for (const auto index : workspace.default_members)
      out["workspace_default_members"].push_back(package_id(workspace.packages[index]));
    // Cargo also requires the registries of manifests above and beside the workspace to be
    // configured.
    for (const auto& name : workspace.registries) check_registry(name);
    out["resolve"] = nullptr;
    out["target_directory"] = request_.target_directory;
    out["build_directory"] = request_.build_directory;
    out["version"] = 1;
    out["workspace_root"] = workspace.root_directory;
    // A root that excludes itself is not a workspace root.
    const auto& root = *workspace.root_manifest;
    const bool is_root = !cargo::is_excluded(root, root.path());
    out["metadata"] = metadata_of(is_root ? root.workspace() : std::nullopt);
    return out;
  }

 private:
  static json metadata_of(const std::optional<cargo::TomlCursor>& table) {
    const auto metadata = table ? table->find("metadata") : std::nullopt;
    return metadata ? value_json(metadata->value()) : json();
  }

  json package_json(const Package& package) const {
    const auto& details = package.details;
    const cargo::TomlCursor manifest(*package.document, cargo::manifest_error_id);
    json out;
    out["name"] = package.name;
    out["version"] = package.version.str();
    out["id"] = package_id(package);
    out["license"] = or_null(details.license);
    out["license_file"] = or_null(details.license_file);
    out["description"] = or_null(details.description);
    out["source"] = nullptr;
    out["dependencies"] = json::array();
    for (const auto& dependency : package.dependencies)
      out["dependencies"].push_back(dependency_json(package, dependency));
    out["targets"] = json::array();
    for (const auto& target : package.targets) out["targets"].push_back(target_json(target));
    out["features"] = json::object();
    for (const auto& [name, values] : package.features) out["features"][name] = values;
    out["manifest_path"] = package.manifest_path;
    out["metadata"] = metadata_of(manifest.find_any({"package", "project"}));
    out["publish"] = or_null(details.publish);
    out["authors"] = details.authors;
    out["categories"] = details.categories;
    out["keywords"] = details.keywords;
    out["readme"] =
        or_null(details.states_readme ? details.readme
                                      : cargo::default_readme(request_.tree, package.directory));
    out["repository"] = or_null(details.repository);
    out["homepage"] = or_null(details.homepage);
    out["documentation"] = or_null(details.documentation);
    out["edition"] = package.edition;
    out["links"] = or_null(package.links);
    out["default_run"] = or_null(package.default_run);
    out["rust_version"] = or_null(details.rust_version);
    if (const auto hints = manifest.find("hints")) {
      const auto unused = hints->find("mostly-unused");
      out["hints"] = {{"mostly-unused", unused ? value_json(unused->value()) : json()}};
    }
    return out;
  }

  json dependency_json(const Package& package, const cargo::Dependency& dependency) const {
    static constexpr std::array<const char*, 3> kinds{nullptr, "dev", "build"};
    const auto* kind = kinds.at(static_cast<std::size_t>(dependency.kind));
    json out;
    out["name"] = dependency.package_name;
    out["source"] = source(package, dependency);
    out["req"] = dependency.requirement.str();
    out["kind"] = kind == nullptr ? json() : json(kind);
    out["rename"] = dependency.is_renamed ? json(dependency.key) : json();
    out["optional"] = dependency.optional;
    out["uses_default_features"] = dependency.default_features;
    out["features"] = dependency.features;
    out["target"] =
        dependency.platform ? json(cargo::displayed_platform(*dependency.platform)) : json();
    out["registry"] = or_null(registry(package, dependency));
    if (const auto* local = std::get_if<cargo::PathSource>(&dependency.source))
      out["path"] = local->directory;
    return out;
  }

  /// Cargo shows a source by the spelling that it met first.
  std::string shown_url(const cargo::Source& source, const std::string& written) const {
    const auto& known = request_.workspace.first_spellings;
    const auto first = known.find(cargo::source_key(source));
    return normalized_url(first == known.end() ? written : first->second).value_or(written);
  }

  /// The URL of the registry that an entry names.
  std::optional<std::string> registry(const Package& package,
                                      const cargo::Dependency& dependency) const {
    const auto& [name, index] = dependency.registry;
    if (index) return shown_url(cargo::RegistrySource{std::nullopt, index}, *index);
    if (!name) return std::nullopt;
    if (*name == "crates-io") return std::string(cargo::crates_io_index);
    auto url = cargo::registry_index(*name, request_.config, request_.environment);
    if (url) return url;
    throw unknown_registry(*name).at(package.locate(dependency));
  }

  static Error unknown_registry(const std::string& name) {
    return Error("registry-unknown", fmt::format("the registry `{}` is not configured", name))
        .hint(fmt::format(
            "set registries.{0}.index in .cargo/config.toml, or the environment variable for it",
            name));
  }

  void check_registry(const std::string& name) const {
    if (!cargo::registry_index(name, request_.config, request_.environment))
      throw unknown_registry(name).while_doing("reading the manifests around the workspace");
  }

  json source(const Package& package, const cargo::Dependency& dependency) const {
    if (std::holds_alternative<cargo::PathSource>(dependency.source)) return nullptr;
    if (const auto* git = std::get_if<cargo::GitSource>(&dependency.source)) {
      auto url = "git+" + shown_url(*git, git->url);
      if (!git->reference_kind.empty())
        url += fmt::format("?{}={}", git->reference_kind, git->reference);
      return url;
    }
    const auto url = registry(package, dependency).value_or(std::string(cargo::crates_io_index));
    return url.starts_with("sparse+") ? url : "registry+" + url;
  }

  const MetadataRequest& request_;
};

}  // namespace

std::string metadata_json(const MetadataRequest& request) {
  try {
    return Writer(request).write().dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error("not-utf8",
                "a path or name in the workspace is not UTF-8, so JSON cannot represent it")
        .in_file(request.workspace.root_manifest->path())
        .hint("rename the directory or file");
  }
}

}  // namespace larder::report
