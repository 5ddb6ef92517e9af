#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "larder/base/path.hpp"
#include "larder/base/url.hpp"
#include "manifest_checks.hpp"
#include "package_tables.hpp"

// Dependency tables of a manifest, with inheritance from `[workspace.dependencies]`
// (cargo: util/toml/mod.rs, `inner_dependency_inherit_with` and `dep_to_dependency`).

namespace larder::cargo {

namespace {

/// What the table of an entry says about it: the kind of dependency and the platform.
struct Place {
  DependencyKind kind = DependencyKind::Normal;
  std::optional<std::string> platform;
  std::vector<PlatformPart> condition;
};

class DependencyReader {
 public:
  DependencyReader(const Package& package, const Inheritance& inheritance)
      : package_(package), inheritance_(inheritance) {}

  std::vector<Dependency> read(const TomlCursor& manifest) {
    read_tables(manifest, {},
                {DependencyKind::Normal, DependencyKind::Development, DependencyKind::Build});
    if (const auto targets = manifest.find("target")) {
      for (const auto& [key, table] : targets->entries()) {
        const auto condition = parse_platform(key);
        if (!condition)
          throw table.error(fmt::format("`{}` is not a valid target or `cfg` expression", key));
        read_tables(table, {DependencyKind::Normal, std::string(key), *condition},
                    {DependencyKind::Normal, DependencyKind::Build, DependencyKind::Development});
      }
    }
    return std::move(dependencies_);
  }

 private:
  void read_tables(const TomlCursor& parent, Place place,
                   const std::array<DependencyKind, 3>& order) {
    cargo::check_spelling(parent, "dev_dependencies", "dev-dependencies", package_.edition);
    cargo::check_spelling(parent, "build_dependencies", "build-dependencies", package_.edition);
    for (const auto kind : order) {
      place.kind = kind;
      read_table(table_of(parent, kind), place);
    }
  }

  static std::optional<TomlCursor> table_of(const TomlCursor& parent, DependencyKind kind) {
    switch (kind) {
      case DependencyKind::Development:
        return parent.find_any({"dev-dependencies", "dev_dependencies"});
      case DependencyKind::Build:
        return parent.find_any({"build-dependencies", "build_dependencies"});
      default:
        return parent.find("dependencies");
    }
  }

  void read_table(const std::optional<TomlCursor>& table, const Place& place) {
    if (!table) return;
    dependencies_.reserve(dependencies_.size() + table->as_table().size());
    for (const auto& [key, entry] : table->entries())
      dependencies_.push_back(read_entry(std::string(key), entry, place));
  }

  Dependency read_entry(const std::string& key, const TomlCursor& entry, const Place& place) const {
    auto dependency = is_inherited(entry) ? inherit(key, entry) : read_own(key, entry);
    dependency.kind = place.kind;
    dependency.platform = place.platform;
    dependency.condition = place.condition;
    dependency.position = entry.value().position();
    if (dependency.optional && place.kind == DependencyKind::Development) {
      throw entry.error(fmt::format("dev-dependencies cannot be optional: `{}`", key));
    }
    return dependency;
  }

  Dependency read_own(const std::string& key, const TomlCursor& entry) const {
    check_spelling(entry, package_.edition);
    Dependency dependency;
    dependency.key = dependency.package_name = key;
    read_specification(entry, package_.directory, dependency);
    return dependency;
  }

  static bool is_inherited(const TomlCursor& entry) {
    const auto flag = entry.is_table() ? entry.find("workspace") : std::nullopt;
    return flag && flag->value().boolean() != nullptr;
  }

  static void check_spelling(const TomlCursor& entry, const std::string& edition) {
    if (entry.is_table())
      cargo::check_spelling(entry, "default_features", "default-features", edition);
  }

 public:
  /// Reads the keys that an entry may also inherit from the workspace.
  static void read_specification(const TomlCursor& entry, const std::string& base,
                                 Dependency& dependency) {
    if (entry.value().string() != nullptr) {
      read_requirement(entry, dependency);
      dependency.source = RegistrySource{};
      return;
    }
    if (const auto version = entry.find("version")) read_requirement(*version, dependency);
    if (const auto name = entry.string_at("package")) {
      dependency.package_name = *name;
      dependency.is_renamed = true;
    }
    const auto defaults = entry.find_any({"default-features", "default_features"});
    if (defaults) dependency.default_features = defaults->as_bool();
    dependency.features = entry.strings_at("features");
    dependency.optional = entry.bool_at("optional").value_or(false);
    dependency.registry = {entry.string_at("registry"), entry.string_at("registry-index")};
    read_source(entry, base, dependency);
    check_features_of(entry, dependency.features);
    read_artifact(entry, dependency);
  }

 private:
  static void read_requirement(const TomlCursor& value, Dependency& dependency) {
    const auto requirement = VersionReq::parse(value.as_string());
    if (!requirement) {
      throw value.error(fmt::format("`{}` is not a version requirement", value.as_string()))
          .hint("write for example \"1.2\", \"=1.2.3\" or \">=1, <3\"");
    }
    dependency.requirement = *requirement;
    dependency.has_version = true;
  }

  static void check_features_of(const TomlCursor& entry, const std::vector<std::string>& features) {
    for (const auto& feature : features) {
      if (feature.find('/') == std::string::npos && !feature.starts_with("dep:")) continue;
      throw entry.find("features")
          ->error(fmt::format("feature `{}` of a dependency cannot contain `/` or `dep:`", feature))
          .hint("name a feature of the package itself");
    }
  }

  static void read_artifact(const TomlCursor& entry, Dependency& dependency) {
    const auto kinds = entry.find("artifact");
    for (const std::string_view key : {"lib", "target"}) {
      const auto value = entry.find(key);
      if (value && !kinds)
        throw value->error(fmt::format("`{}` cannot be used without `artifact`", value->key()));
    }
    if (!kinds) return;
    dependency.artifact = Artifact{
        kinds->value().string() != nullptr ? std::vector{kinds->as_string()} : kinds->as_strings(),
        entry.bool_at("lib").value_or(false), entry.string_at("target")};
  }

  static Error ambiguous(const TomlCursor& entry, std::string_view one, std::string_view other) {
    return entry.error(fmt::format("`{}` has both `{}` and `{}`", entry.key(), one, other))
        .hint("keep one of them");
  }

  static void read_source(const TomlCursor& entry, const std::string& base,
                          Dependency& dependency) {
    const auto git = entry.find("git");
    const auto directory = entry.string_at("path");
    const auto& registry = dependency.registry;
    if (const auto path_base = entry.find("base")) {
      if (!directory) throw path_base->error("`base` can only be used with `path`");
      throw nightly_construct(*path_base, "path-bases",
                              "a path base (a directory that the config names)")
          .hint("write the whole path in `path`");
    }
    if (!git && !directory && !dependency.has_version) {
      throw entry.error(
          fmt::format("dependency `{}` has no version, path, git or workspace key", entry.key()));
    }
    if (git && (registry.name || registry.index)) throw ambiguous(entry, "git", "registry");
    if (registry.name && registry.index) throw ambiguous(entry, "registry", "registry-index");
    if (git && directory) throw ambiguous(entry, "git", "path");
    if (registry.index && !normalized_url(*registry.index))
      throw entry.find("registry-index")->error(fmt::format("`{}` is not a URL", *registry.index));
    if (git) {
      dependency.source = read_git(entry, *git);
      return;
    }
    for (const std::string_view key : {"branch", "tag", "rev"}) {
      if (const auto value = entry.find(key))
        throw value->error(fmt::format("`{}` can only be used with `git`", value->key()));
    }
    if (directory) {
      dependency.source = PathSource{path::join(base, *directory)};
    } else {
      dependency.source = registry;
    }
  }

  static GitSource read_git(const TomlCursor& entry, const TomlCursor& git) {
    GitSource source{git.as_string(), "", ""};
    if (!normalized_url(source.url)) {
      throw git.error(fmt::format("`{}` is not a URL", source.url))
          .hint(source.url.starts_with("git@") ? "write it as ssh://git@HOST/PATH"
                                               : "write it with its scheme, as https://HOST/PATH");
    }
    for (const std::string_view kind : {"branch", "tag", "rev"}) {
      const auto reference = entry.string_at(kind);
      if (!reference) continue;
      if (!source.reference_kind.empty()) {
        throw entry.error(
            fmt::format("`{}` may have only one of `branch`, `tag` and `rev`", entry.key()));
      }
      source.reference_kind = kind;
      source.reference = *reference;
    }
    return source;
  }

  Dependency inherit(const std::string& key, const TomlCursor& entry) const {
    const auto& shared = inheritance_.dependency(entry, key);
    if (shared.has_old_spelling)
      check_spelling(inheritance_.dependency_entry(entry, key), package_.edition);
    if (shared.problem) throw *shared.problem;
    auto dependency = shared.dependency;
    dependency.optional = entry.bool_at("optional").value_or(false);
    if (const auto features = entry.find("features")) {
      const auto own = features->as_strings();
      check_features_of(entry, own);
      dependency.features.insert(dependency.features.end(), own.begin(), own.end());
    }
    inherit_default_features(key, entry, dependency);
    return dependency;
  }

  void inherit_default_features(const std::string& key, const TomlCursor& entry,
                                Dependency& dependency) const {
    const auto own = entry.find_any({"default-features", "default_features"});
    if (!own) return;
    if (own->as_bool()) {
      dependency.default_features = true;
    } else if (dependency.default_features && package_.edition >= "2024") {
      throw own
          ->error(
              fmt::format("`default-features = false` cannot override `{}`, which does not set it",
                          inheritance_.dependency_entry(entry, key).key()))
          .hint(
              "set `default-features = false` in [workspace.dependencies], and `true` in the "
              "members that need them");
    }
    // Before edition 2024, cargo ignores a member's `false`, and warns about it.
  }

  const Package& package_;
  const Inheritance& inheritance_;
  std::vector<Dependency> dependencies_;
};

}  // namespace

Error nightly_construct(const TomlCursor& value, const std::string& feature,
                        const std::string& what) {
  const auto given = TomlCursor(value.document(), manifest_error_id).strings_at("cargo-features");
  if (std::find(given.begin(), given.end(), feature) == given.end()) {
    return value.error(
        fmt::format("{} needs a nightly cargo and `cargo-features = [\"{}\"]`", what, feature));
  }
  return Error("unsupported", what + " is not supported yet").at(value.location());
}

std::vector<Dependency> read_dependencies(const TomlCursor& manifest, const Package& package,
                                          const Inheritance& inheritance) {
  return DependencyReader(package, inheritance).read(manifest);
}

SharedDependencies read_shared_dependencies(const TomlCursor& manifest,
                                            const std::string& directory) {
  const auto workspace = manifest.find("workspace");
  const auto table = workspace ? workspace->find("dependencies") : std::nullopt;
  if (!table) return {};
  SharedDependencies out;
  for (const auto& [key, entry] : table->entries()) {
    auto& shared = out.emplace_hint(out.end(), key, SharedDependency{})->second;
    shared.dependency.key = shared.dependency.package_name = key;
    shared.has_old_spelling = entry.value().find("default_features") != nullptr;
    try {
      DependencyReader::read_specification(entry, directory, shared.dependency);
    } catch (Error& error) {
      shared.problem = std::move(error);
    }
  }
  return out;
}

void check_patch_entry(const TomlCursor& entry, const std::string& directory) {
  Dependency ignored;
  DependencyReader::read_specification(entry, directory, ignored);
}

}  // namespace larder::cargo
