#include "patches.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "larder/base/url.hpp"
#include "larder/cargo/config/registries.hpp"
#include "larder/cargo/workspace/patched.hpp"

namespace larder::reduce {

using cargo::TomlValue;

namespace {

std::optional<std::string> text_at(const TomlValue& entry, std::string_view key) {
  const auto* value = entry.find(key);
  return value == nullptr || value->string() == nullptr ? std::nullopt
                                                        : std::optional(*value->string());
}

cargo::Source source_in(const TomlValue& entry, const std::string& base) {
  if (const auto url = text_at(entry, "git")) {
    for (const auto* kind : {"branch", "tag", "rev"}) {
      if (auto reference = text_at(entry, kind))
        return cargo::GitSource{*url, kind, *std::move(reference)};
    }
    return cargo::GitSource{*url, "", ""};
  }
  if (const auto directory = text_at(entry, "path"))
    return cargo::PathSource{path::join(base, *directory)};
  return cargo::RegistrySource{text_at(entry, "registry"), text_at(entry, "registry-index")};
}

std::string place_of_name(const std::string& registry) {
  return "registry " + registry;
}

/// Cargo treats a directory as a source with a `file:` URL, so `[patch]` can name it.
void refuse_directories(const cargo::Workspace& workspace, const std::string& patched) {
  for (const auto& package : workspace.packages) {
    if (canonical_url(file_url(package.directory)) != patched) continue;
    throw Error(
        "unsupported",
        fmt::format("a [patch] for the directory of a local package (`{}`) is not supported yet",
                    package.name))
        .in_file(path::join(workspace.root_directory, "Cargo.toml"))
        .hint("change the path in the dependency itself");
  }
}

}  // namespace

PatchEntry read_patch(const std::string& key, const TomlValue& value, const std::string& base,
                      const cargo::Config& config, const Environment& environment) {
  PatchEntry out{text_at(value, "package").value_or(key), std::nullopt, source_in(value, base),
                 std::nullopt};
  const auto version = value.string() != nullptr ? *value.string() : text_at(value, "version");
  if (version) out.requirement = cargo::VersionReq::parse(*version);
  out.id = cargo::source_of(out.source, config, environment);
  return out;
}

bool is_of_source(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
                  const cargo::Source& source, const std::optional<cargo::SourceId>& id) {
  if (!package.source) return false;
  if (id) return lock.is_same_source(*package.source, *id);
  return std::holds_alternative<cargo::RegistrySource>(source) && package.source->is_registry() &&
         *package.source != cargo::SourceId::crates_io();
}

bool is_put_in(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
               const PatchEntry& patch) {
  return package.name == patch.name &&
         (!patch.requirement || patch.requirement->matches(package.version)) &&
         is_of_source(lock, package, patch.source, patch.id);
}

Patches::Patches(const cargo::Workspace& workspace, const cargo::Config& config,
                 const Environment& environment)
    : workspace_(workspace), config_(config), environment_(environment) {
  cargo::for_patch_tables(
      workspace, config,
      [&](const cargo::TomlTable& patches, const std::string& base) { add(patches, base); });
}

void Patches::add(const cargo::TomlTable& patches, const std::string& base) {
  for (const auto& [place, entries] : patches) {
    if (entries.table() == nullptr) continue;
    const cargo::RegistrySource named{place, std::nullopt};
    auto patched = cargo::source_of(named, config_, environment_);
    if (!patched && normalized_url(place)) patched = cargo::SourceId::registry(place);
    if (patched) refuse_directories(workspace_, patched->canonical_url());
    auto& known = by_place_[patched ? patched->canonical_url() : place_of_name(place)];
    for (const auto& [key, entry] : *entries.table())
      known.push_back(read_patch(key, entry, base, config_, environment_));
  }
}

const std::vector<PatchEntry>& Patches::of(const cargo::Source& source,
                                           const std::optional<cargo::SourceId>& id) const {
  static const std::vector<PatchEntry> none;
  const auto* named = std::get_if<cargo::RegistrySource>(&source);
  auto found = by_place_.end();
  if (id) {
    found = by_place_.find(id->canonical_url());
  } else if (named != nullptr && named->name) {
    found = by_place_.find(place_of_name(*named->name));
  }
  return found == by_place_.end() ? none : found->second;
}

bool Patches::put_in(const cargo::Lockfile& lock, const cargo::LockedPackage& package,
                     const cargo::Source& source, const std::optional<cargo::SourceId>& id) const {
  const auto& patches = of(source, id);
  return std::any_of(patches.begin(), patches.end(),
                     [&](const PatchEntry& patch) { return is_put_in(lock, package, patch); });
}

std::optional<cargo::LocalId> Patches::local(const cargo::Lockfile& lock, cargo::LockId index,
                                             const cargo::Source& source,
                                             const std::optional<cargo::SourceId>& id) const {
  const auto local = cargo::package_of(workspace_, lock, index);
  for (const auto& patch : of(source, id)) {
    const auto* place = std::get_if<cargo::PathSource>(&patch.source);
    if (place == nullptr || !local) continue;
    if (workspace_.package_in(place->directory) == local) return local;
  }
  return std::nullopt;
}

}  // namespace larder::reduce
