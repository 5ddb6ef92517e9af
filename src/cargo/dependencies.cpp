#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "larder/cargo/manifest.hpp"

// Dependency tables of a manifest, with inheritance from `[workspace.dependencies]`
// (cargo: util/toml/mod.rs, `inner_dependency_inherit_with` and `dep_to_dependency`).

namespace larder::cargo {

namespace {

/// Where one entry stands; the pieces that are not in the entry itself.
struct Place {
  DependencyKind kind = DependencyKind::Normal;
  std::optional<std::string> platform;
  std::vector<PlatformPart> condition;
};

class DependencyReader {
 public:
  DependencyReader(const Package& package, const Manifest* root) : package_(package), root_(root) {}

  std::vector<Dependency> read(const TomlCursor& manifest) {
    read_tables(manifest, {});
    if (const auto targets = manifest.find("target")) {
      for (const auto& [key, table] : targets->entries()) {
        const auto condition = parse_platform(key);
        if (!condition)
          throw table.error(fmt::format("`{}` is not a valid target or `cfg` expression", key));
        read_tables(table, {DependencyKind::Normal, key, *condition});
      }
    }
    return std::move(dependencies_);
  }

 private:
  void read_tables(const TomlCursor& parent, Place place) {
    read_table(parent.find("dependencies"), place);
    place.kind = DependencyKind::Development;
    read_table(parent.find_any({"dev-dependencies", "dev_dependencies"}), place);
    place.kind = DependencyKind::Build;
    read_table(parent.find_any({"build-dependencies", "build_dependencies"}), place);
  }

  void read_table(const std::optional<TomlCursor>& table, const Place& place) {
    if (!table) return;
    for (const auto& [key, entry] : table->entries())
      dependencies_.push_back(read_entry(key, entry, place));
  }

  Dependency read_entry(const std::string& key, const TomlCursor& entry, const Place& place) const {
    Dependency dependency;
    dependency.key = key;
    dependency.package_name = key;
    dependency.kind = place.kind;
    dependency.platform = place.platform;
    dependency.condition = place.condition;
    const auto inherits = entry.is_table() ? entry.find("workspace") : std::nullopt;
    if (inherits) {
      if (!inherits->as_bool())
        throw inherits->error(fmt::format("`{}` cannot be false", inherits->key()));
      inherit(key, entry, dependency);
    } else {
      read_specification(entry, package_.directory, dependency);
      if (entry.is_table()) dependency.optional = entry.bool_at("optional").value_or(false);
    }
    if (dependency.optional && place.kind == DependencyKind::Development) {
      throw entry.error(fmt::format("dev-dependencies cannot be optional: `{}`", key));
    }
    dependency.location = entry.location();
    return dependency;
  }

  /// The keys that an entry may also get from the workspace.
  static void read_specification(const TomlCursor& entry, const std::string& base,
                                 Dependency& dependency) {
    if (entry.value().string() != nullptr) {
      read_requirement(entry, dependency);
      dependency.source = RegistrySource{};
      return;
    }
    if (!entry.is_table())
      throw entry.error(fmt::format("`{}` must be a version or a table", entry.key()));
    if (const auto version = entry.find("version")) read_requirement(*version, dependency);
    if (const auto name = entry.string_at("package")) dependency.package_name = *name;
    const auto defaults = entry.find_any({"default-features", "default_features"});
    if (defaults) dependency.default_features = defaults->as_bool();
    dependency.features = entry.strings_at("features");
    dependency.artifact = entry.find("artifact").has_value();
    read_source(entry, base, dependency);
  }

  static void read_requirement(const TomlCursor& value, Dependency& dependency) {
    const auto requirement = VersionReq::parse(value.as_string());
    if (!requirement) {
      throw value.error(fmt::format("`{}` is not a version requirement", value.as_string()))
          .hint("write for example \"1.2\", \"=1.2.3\" or \">=1, <3\"");
    }
    dependency.requirement = *requirement;
    dependency.has_version = true;
  }

  static void read_source(const TomlCursor& entry, const std::string& base,
                          Dependency& dependency) {
    const auto git = entry.string_at("git");
    const auto directory = entry.string_at("path");
    if (git && directory) {
      throw entry.error(fmt::format("`{}` has both `git` and `path`", entry.key()))
          .hint("keep one of them");
    }
    if (git) {
      GitSource source{*git, "", ""};
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
      dependency.source = source;
    } else if (directory) {
      dependency.source = PathSource{path::join(base, *directory)};
    } else {
      dependency.source =
          RegistrySource{entry.string_at("registry"), entry.string_at("registry-index")};
      if (!dependency.has_version) {
        throw entry.error(
            fmt::format("dependency `{}` has no version, path, git or workspace key", entry.key()));
      }
    }
  }

  void inherit(const std::string& key, const TomlCursor& entry, Dependency& dependency) const {
    const auto workspace = root_ == nullptr ? std::nullopt : root_->workspace();
    const auto table = workspace ? workspace->find("dependencies") : std::nullopt;
    const auto shared = table ? table->find(key) : std::nullopt;
    if (!shared) {
      throw entry.error(fmt::format(
          "dependency `{}` is inherited, but the workspace root has no `workspace.dependencies.{}`",
          key, key));
    }
    if (shared->is_table() && shared->bool_at("optional").value_or(false)) {
      throw shared->error(
          fmt::format("`{}` cannot be optional in the workspace table", shared->key()));
    }
    read_specification(*shared, root_->directory(), dependency);
    dependency.optional = entry.bool_at("optional").value_or(false);
    const auto own = entry.strings_at("features");
    dependency.features.insert(dependency.features.end(), own.begin(), own.end());
    inherit_default_features(entry, *shared, dependency);
  }

  void inherit_default_features(const TomlCursor& entry, const TomlCursor& shared,
                                Dependency& dependency) const {
    const auto own = entry.find_any({"default-features", "default_features"});
    if (!own) return;
    if (own->as_bool()) {
      dependency.default_features = true;
    } else if (dependency.default_features && package_.edition == "2024") {
      throw own
          ->error(
              fmt::format("`default-features = false` cannot override `{}`, which does not say so",
                          shared.key()))
          .hint(
              "set `default-features = false` in [workspace.dependencies], and `true` where it is "
              "wanted");
    }
    // Before edition 2024 a member's `false` is ignored, with a warning.
  }

  const Package& package_;
  const Manifest* root_;
  std::vector<Dependency> dependencies_;
};

}  // namespace

std::vector<Dependency> read_dependencies(const TomlCursor& manifest, const Package& package,
                                          const Manifest* workspace_root) {
  return DependencyReader(package, workspace_root).read(manifest);
}

}  // namespace larder::cargo
