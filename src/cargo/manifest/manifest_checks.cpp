#include "manifest_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "larder/base/url.hpp"
#include "larder/cargo/command/package_spec.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "package_tables.hpp"

namespace larder::cargo {

namespace {

void check_override(const TomlCursor& profile, std::string_view which) {
  for (const std::string_view key : {"package", "build-override", "panic", "lto", "rpath"}) {
    if (const auto value = profile.find(key))
      throw value->error(fmt::format("`{}` is not allowed in a `{}` profile", value->key(), which));
  }
}

void check_panic(const TomlCursor& profile) {
  const auto panic = profile.find("panic");
  if (!panic) return;
  const auto& word = panic->as_string();
  if (word != "unwind" && word != "abort" && word != "immediate-abort") {
    throw panic->error(
        fmt::format("`{}` must be \"unwind\" or \"abort\", not \"{}\"", panic->key(), word));
  }
}

void check_profile(const std::string& name, const TomlCursor& profile) {
  if (const auto script = profile.find("build-override")) check_override(*script, "build-override");
  if (const auto packages = profile.find("package")) {
    for (const auto& [specification, entry] : packages->entries()) check_override(entry, "package");
  }
  if (const auto directory = profile.find("dir-name")) {
    throw directory->error(fmt::format(
        "`{}` is not allowed: the directory has the name of the profile", directory->key()));
  }
  const auto inherits = profile.find("inherits");
  if (inherits && inherits->as_string() == "debug") {
    throw inherits->error(fmt::format("`{}` cannot be \"debug\"", inherits->key()))
        .hint(fmt::format("write profile.{}.inherits = \"dev\"", name));
  }
  check_panic(profile);
  const auto lto = profile.find("lto");
  const auto* word = lto ? lto->value().string() : nullptr;
  if (word != nullptr && (*word == "true" || *word == "false")) {
    throw lto->error(fmt::format("`{}` is the string \"{}\"", lto->key(), *word))
        .hint("write true or false without quotes, or \"thin\", \"fat\" or \"off\"");
  }
}

constexpr std::array<std::string_view, 4> lint_tools{"cargo", "clippy", "rust", "rustdoc"};

void check_lint_table(const TomlCursor& lints) {
  for (const auto& [tool, table] : lints.entries()) {
    if (std::find(lint_tools.begin(), lint_tools.end(), tool) == lint_tools.end()) continue;
    for (const auto& [name, lint] : table.entries()) {
      const auto colons = name.find("::");
      if (colons == std::string::npos) continue;
      throw lint.error(fmt::format("`{}` is not a valid lint name", lint.key()))
          .hint(fmt::format("write it as `{}` in [lints.{}]", name.substr(colons + 2),
                            name.substr(0, colons)));
    }
  }
}

void check_known_cfgs(const TomlCursor& lints) {
  const auto rust = lints.find("rust");
  const auto cfgs = rust ? rust->find("unexpected_cfgs") : std::nullopt;
  if (!cfgs || !cfgs->is_table()) return;
  if (const auto list = cfgs->find("check-cfg")) list->as_strings();
}

}  // namespace

void check_profiles(const TomlCursor& manifest) {
  const auto profiles = manifest.find("profile");
  if (!profiles) return;
  for (const auto& [name, profile] : profiles->entries()) check_profile(std::string(name), profile);
}

void check_lints(const TomlCursor& manifest, const Inheritance& inheritance) {
  const auto own = manifest.find("lints");
  if (!own) return;
  if (!own->find("workspace")) {
    check_lint_table(*own);
    check_known_cfgs(*own);
    return;
  }
  if (own->as_table().size() > 1) {
    throw own->error("`lints.workspace = true` cannot be combined with other lints")
        .hint("remove one or the other");
  }
  // `check_workspace_table` has checked the names.
  check_known_cfgs(inheritance.lints(*own));
}

namespace {

void check_patch(const TomlCursor& patch, const std::string& directory) {
  for (const auto& [source, entries] : patch.entries()) {
    // Anything other than a URL may be the name of a registry that is configured elsewhere.
    if (registry_name_problem(source) && !normalized_url(source)) {
      throw entries.error(
          fmt::format("[patch] for `{}`, which is neither a URL nor a registry", source));
    }
    for (const auto& [name, entry] : entries.entries()) check_patch_entry(entry, directory);
  }
}

void check_replace(const TomlCursor& replace, const std::string& directory) {
  for (const auto& [specification, entry] : replace.entries()) {
    const auto spec = parse_package_spec(specification);
    if (!spec || !spec->version || !spec->version->is_complete()) {
      throw entry.error(
          fmt::format("[replace] must name a package and a version, as in "
                      "`serde:1.0.0`, not `{}`",
                      specification));
    }
    const auto version = entry.is_table() ? entry.find("version") : std::optional(entry);
    if (version) throw version->error("an entry of [replace] cannot have a version requirement");
    check_patch_entry(entry, directory);
  }
}

}  // namespace

void check_patches(const Manifest& manifest) {
  const auto patch = manifest.root().find("patch");
  const auto replace = manifest.root().find("replace");
  if (patch && replace)
    throw replace->error("a manifest cannot have both [replace] and [patch]").hint("use [patch]");
  if (patch) check_patch(*patch, manifest.directory());
  if (replace) check_replace(*replace, manifest.directory());
}

void check_one_resolver(const TomlCursor& manifest, const TomlCursor& package) {
  const auto workspace = manifest.find("workspace");
  const auto key = workspace ? workspace->find("resolver") : std::nullopt;
  if (key && package.find("resolver")) {
    throw key->error("`resolver` is set both in [workspace] and in [package]")
        .hint("keep one of them");
  }
}

void check_resolver(const TomlCursor& table) {
  const auto resolver = table.find("resolver");
  if (!resolver) return;
  const auto& version = resolver->as_string();
  if (version != "1" && version != "2" && version != "3") {
    throw resolver->error(
        fmt::format("`{}` must be \"1\", \"2\" or \"3\", not \"{}\"", resolver->key(), version));
  }
}

void check_workspace_table(const TomlCursor& manifest) {
  const auto workspace = manifest.find("workspace");
  if (!workspace) return;
  check_resolver(*workspace);
  if (const auto lints = workspace->find("lints")) check_lint_table(*lints);
  const auto dependencies = workspace->find("dependencies");
  if (!dependencies) return;
  for (const auto& [name, entry] : dependencies->entries()) {
    if (!entry.is_table()) continue;
    for (const std::string_view key : {"optional", "public"}) {
      const auto value = entry.find(key);
      if (value && value->as_bool()) {
        throw value->error(fmt::format("`{}`: a dependency of the workspace table cannot be {}",
                                       value->key(), key));
      }
    }
  }
}

void check_spelling(const TomlCursor& table, std::string_view old_key, std::string_view new_key,
                    const std::string& edition) {
  if (edition < "2024") return;
  if (const auto old = table.find(old_key)) {
    throw old->error(fmt::format("`{}` is not supported as of edition 2024", old_key))
        .hint(fmt::format("write `{}`", new_key));
  }
}

namespace {

/// Key of a dependency → whether any dependency with that key is optional.
using OptionalByName = std::map<std::string, bool, std::less<>>;

std::string feature_problem(const FeatureValue& value, const Package& package,
                            const OptionalByName& dependencies) {
  if (value.kind == FeatureValue::Kind::Feature) {
    if (package.features.contains(value.feature)) return "";
    const auto same = dependencies.find(value.feature);
    if (same == dependencies.end()) return "which is neither a dependency nor another feature";
    return same->second ? "an optional dependency without an implicit feature"
                        : "which is not an optional dependency";
  }
  if (value.dependency.starts_with("dep:")) return "with both `dep:` and `/`";
  if (value.feature.find('/') != std::string::npos) return "with several slashes";
  const auto found = dependencies.find(value.dependency);
  if (found == dependencies.end())
    return fmt::format("but `{}` is not a dependency", value.dependency);
  const bool must_be_optional = value.kind == FeatureValue::Kind::Dependency || value.weak;
  if (must_be_optional && !found->second)
    return fmt::format("but `{}` is not an optional dependency", value.dependency);
  return "";
}

}  // namespace

void check_features(const TomlCursor& manifest, const Package& package) {
  OptionalByName dependencies;
  for (const auto& dependency : package.dependencies)
    dependencies[dependency.key] |= dependency.optional;
  std::set<std::string> used;
  const auto table = manifest.find("features");
  for (const auto& [name, values] : package.features) {
    for (const auto& text : values) {
      const auto value = parse_feature_value(text);
      if (value.kind != FeatureValue::Kind::Feature) used.insert(value.dependency);
      const auto problem = feature_problem(value, package, dependencies);
      if (problem.empty()) continue;
      const auto entry = table->find(name);
      throw entry->error(fmt::format("feature `{}` includes `{}`, {}", name, text, problem))
          .hint("correct the entry in [features], or the dependency");
    }
  }
  for (const auto& dependency : package.dependencies) {
    if (!dependency.optional || used.contains(dependency.key)) continue;
    throw Error(
        manifest_error_id,
        fmt::format("the optional dependency `{}` is not included in any feature", dependency.key))
        .at(package.locate(dependency))
        .hint(fmt::format("add `dep:{}` to a feature", dependency.key));
  }
}

void check_sources_agree(const Package& package) {
  std::map<std::string_view, const Dependency*> seen;
  for (const auto& dependency : package.dependencies) {
    const auto [other, inserted] = seen.emplace(dependency.key, &dependency);
    if (inserted) continue;
    const auto& first = other->second->source;
    if (first == dependency.source || source_key(first) == source_key(dependency.source)) continue;
    throw Error(
        manifest_error_id,
        fmt::format("dependency `{}` has different sources in different tables", dependency.key))
        .at(package.locate(dependency))
        .hint("each name must have a single source; rename one with `package`");
  }
}

}  // namespace larder::cargo
