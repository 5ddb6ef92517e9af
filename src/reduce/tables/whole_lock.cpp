#include "larder/reduce/tables/whole_lock.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "larder/cargo/manifest/package.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/tables/secrets.hpp"
#include "manifest_text.hpp"

namespace larder::reduce {

using cargo::LockedPackage;
using cargo::Lockfile;
using cargo::toml_quote;

namespace {

/// Where a package comes from, as a manifest says it: `git = …`, `registry-index = …`. Empty for
/// crates.io.
std::string origin_of(const LockedPackage& package) {
  const auto& source = package.source.value();
  if (!source.is_git()) {
    return source == cargo::SourceId::crates_io() ? ""
                                                  : "registry-index = " + toml_quote(source.url());
  }
  const auto& [kind, name] = source.reference();
  using Reference = cargo::GitReference::Kind;
  auto text = "git = " + toml_quote(source.url());
  if (kind == Reference::DefaultBranch) return text;
  const auto* key = kind == Reference::Tag ? "tag" : kind == Reference::Branch ? "branch" : "rev";
  return text + fmt::format(", {} = {}", key, toml_quote(name));
}

/// The entries that `[replace]` puts in place of others. Cargo reaches them through those.
std::set<cargo::LockId> replacements(const Lockfile& lock) {
  std::set<cargo::LockId> out;
  for (const auto& package : lock.packages) {
    if (package.replacement) out.insert(*package.replacement);
  }
  return out;
}

SkeletonManifest rest_manifest(const Lockfile& lock, const std::set<cargo::LockId>& externals) {
  auto text = package_header(crate_prefix(lock, externals) + "rest", "0.0.0", "") +
              "\n[lib]\npath = \"src/lib.rs\"\n\n[dependencies]\n";
  const auto left_out = replacements(lock);
  for (const auto index : externals) {
    if (left_out.contains(index)) continue;
    const auto& package = lock.packages[index];
    auto parts = identity_parts(package, origin_of(package));
    parts.insert(parts.begin(), "package = " + toml_quote(package.name));
    parts.emplace_back("default-features = false");
    text += fmt::format("external{} = {{ {} }}\n", index.index(), fmt::join(parts, ", "));
  }
  return {"rest/Cargo.toml", text, {{"src/lib.rs", cargo::TargetKind::Lib, "rest"}}};
}

std::set<cargo::LockId> externals_in(const Lockfile& lock) {
  std::set<cargo::LockId> out;
  for (const auto i : lock.packages.ids()) {
    if (!lock.packages[i].is_local()) out.insert(i);
  }
  return out;
}

}  // namespace

std::string external_lock(const cargo::Workspace& workspace, const Lockfile& lock) {
  const auto externals = externals_in(lock);
  refuse_secret_sources(lock, externals);
  return cargo::render_lockfile(lock, cargo::compiled_closure(workspace, lock, externals),
                                cargo::UnusedPatches::Kept);
}

Skeleton request_workspace(std::vector<SkeletonManifest> requests, const std::string& lock_file) {
  const auto lock = cargo::parse_lockfile("recipe", lock_file);
  for (auto& manifest : requests) {
    if (manifest.path != "Cargo.toml") continue;
    auto root = *cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid").root.table();
    auto* workspace = root["workspace"].table();
    if (workspace == nullptr) continue;
    auto& members = (*workspace)["members"].data();
    if (auto* list = std::get_if<cargo::TomlArray>(&members))
      list->emplace_back(std::string("rest"));
    manifest.contents = cargo::toml_document(root);
  }
  requests.push_back(rest_manifest(lock, externals_in(lock)));
  return {std::move(requests), lock_file, std::nullopt, std::nullopt};
}

}  // namespace larder::reduce
