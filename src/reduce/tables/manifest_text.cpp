#include "manifest_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/cargo/toml/toml.hpp"

namespace larder::reduce {

using cargo::toml_quote;

namespace {

std::string table_name(TableKind kind) {
  switch (kind) {
    case TableKind::Dependencies:
      return "dependencies";
    case TableKind::DevDependencies:
      return "dev-dependencies";
    case TableKind::BuildDependencies:
      return "build-dependencies";
  }
  return {};
}

std::string source_text(const cargo::Dependency& dependency) {
  if (const auto* git = std::get_if<cargo::GitSource>(&dependency.source)) {
    auto text = "git = " + toml_quote(git->url);
    if (!git->reference_kind.empty())
      text += fmt::format(", {} = {}", git->reference_kind, toml_quote(git->reference));
    return text;
  }
  const auto* registry = std::get_if<cargo::RegistrySource>(&dependency.source);
  if (registry == nullptr) return "";
  if (registry->name && *registry->name != "crates-io")
    return "registry = " + toml_quote(*registry->name);
  if (registry->index) return "registry-index = " + toml_quote(*registry->index);
  return "";
}

}  // namespace

std::string table_header(TableKind kind, const Platform& platform) {
  if (platform.empty()) return fmt::format("[{}]", table_name(kind));
  return target_table_header(kind, cargo::platform_key(platform));
}

std::string target_table_header(TableKind kind, const std::string& key) {
  return fmt::format("[target.{}.{}]", toml_quote(key), table_name(kind));
}

std::string string_list(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + toml_quote(item);
  return "[" + out + "]";
}

std::map<cargo::LockId, std::string> external_origins(const Resolution& resolution) {
  std::map<cargo::LockId, std::string> out;
  for (const auto i : resolution.workspace->packages.ids()) {
    const auto& dependencies = resolution.package(i).dependencies;
    for (std::size_t d = 0; d < dependencies.size(); ++d) {
      const auto& target = resolution.dependencies[i][d];
      if (!target.external()) continue;
      const auto text = source_text(dependencies[d]);
      auto& known = out[*target.external()];
      if (!text.empty() && (known.empty() || text < known)) known = text;
    }
  }
  return out;
}

std::vector<std::string> identity_parts(const cargo::LockedPackage& package,
                                        const std::string& origin) {
  std::vector<std::string> parts;
  if (!origin.empty()) parts.push_back(origin);
  // A repository may have several versions of one package. Cargo warns about build metadata in a
  // requirement, and ignores it.
  if (!package.is_local())
    parts.push_back("version = " + toml_quote("=" + package.version.str_without_build()));
  return parts;
}

std::string crate_prefix(const cargo::Lockfile& lock, const std::set<cargo::LockId>& externals) {
  std::string prefix = "larder-";
  const auto taken = [&](cargo::LockId index) {
    return lock.packages[index].name.starts_with(prefix);
  };
  while (std::any_of(externals.begin(), externals.end(), taken)) prefix = "x" + prefix;
  return prefix;
}

std::string package_header(const std::string& name, const std::string& version,
                           const std::string& build_script, const std::string& edition) {
  return fmt::format(
      "[package]\nname = {}\nversion = {}\nedition = {}\npublish = false\nautobins = false\n"
      "autoexamples = false\nautotests = false\nautobenches = false\nbuild = {}\n",
      toml_quote(name), toml_quote(version), toml_quote(edition),
      build_script.empty() ? "false" : toml_quote(build_script));
}

std::string workspace_text(const Resolution& resolution, WorkspaceText workspace) {
  const auto list = [](const char* key, std::vector<std::string>& directories) {
    std::sort(directories.begin(), directories.end());
    return fmt::format("{} = {}\n", key, string_list(directories));
  };
  auto out = "[workspace]\n" + list("members", workspace.members);
  if (workspace.default_members) out += list("default-members", *workspace.default_members);
  if (!workspace.exclude.empty()) out += list("exclude", workspace.exclude);
  // 3 differs from 2 only in how it chooses versions that no lock file fixes.
  out += fmt::format("resolver = \"{}\"\n", resolution.old_resolver() ? "1" : "2");
  return out + workspace.metadata;
}

std::string cargo_features_line(const std::vector<std::string>& features) {
  return features.empty() ? "" : "cargo-features = " + string_list(features) + "\n\n";
}

}  // namespace larder::reduce
