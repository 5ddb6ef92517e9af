#include "larder/native/system_packages.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace larder::native {

namespace {

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find(' ', start), text.size());
    if (end > start) out.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

// clang-format off
constexpr KnownCrate crates[] = {
#include "known_crates.inc"
};
// clang-format on

const KnownCrate* find_crate(std::string_view name) {
  const auto* found = std::find_if(std::begin(crates), std::end(crates),
                                   [&](const KnownCrate& known) { return known.crate == name; });
  return found == std::end(crates) ? nullptr : found;
}

bool depends_on(const cargo::LockedPackage& package, const cargo::Lockfile& lock,
                std::string_view names) {
  const auto wanted = words_in(names);
  return std::any_of(
      package.dependencies.begin(), package.dependencies.end(), [&](cargo::LockId id) {
        return std::find(wanted.begin(), wanted.end(), lock.packages[id].name) != wanted.end();
      });
}

bool has_own_copy(const KnownCrate& known, const cargo::LockedPackage& package,
                  const cargo::Lockfile& lock) {
  const auto present = words_in(known.unless_present);
  return depends_on(package, lock, known.unless_with) ||
         (!known.only_with.empty() && !depends_on(package, lock, known.only_with)) ||
         std::any_of(present.begin(), present.end(),
                     [&](const std::string& name) { return !lock.named(name).empty(); });
}

/// Whether the crate's build script uses this dependency here.
bool uses(const cargo::LockedPackage& package, const std::string& dependency,
          const cargo::Lockfile& lock) {
  const auto* known = find_crate(package.name);
  if (known == nullptr) return true;
  return !known->is_elsewhere &&
         !(dependency == known->leaves && has_own_copy(*known, package, lock));
}

/// Local packages, and in a lock file without those (of a recipe, say) what nothing depends on.
std::vector<cargo::LockId> roots_of(const cargo::Lockfile& lock) {
  std::set<cargo::LockId> inner;
  for (const auto& package : lock.packages)
    inner.insert(package.dependencies.begin(), package.dependencies.end());
  std::vector<cargo::LockId> out;
  for (const auto id : lock.packages.ids()) {
    if (lock.packages[id].is_local() || !inner.contains(id)) out.push_back(id);
  }
  return out;
}

/// What is compiled on Linux, as far as the table knows.
std::set<cargo::LockId> used_packages(const cargo::Lockfile& lock) {
  auto open = roots_of(lock);
  std::set<cargo::LockId> out(open.begin(), open.end());
  while (!open.empty()) {
    const auto& package = lock.packages[open.back()];
    open.pop_back();
    for (const auto id : package.dependencies) {
      if (!out.contains(id) && uses(package, lock.packages[id].name, lock)) {
        out.insert(id);
        open.push_back(id);
      }
    }
  }
  return out;
}

bool asks_for_copy(const cargo::FeatureValue& value) {
  return value.kind == cargo::FeatureValue::Kind::DependencyFeature &&
         (value.feature.find("vendored") != std::string::npos ||
          value.feature.find("bundled") != std::string::npos ||
          value.feature.find("static") != std::string::npos);
}

/// Whether a line of the manifests has the feature, in a dependency or in a feature that is left
/// for a later command.
bool is_asked_for(const cargo::FeatureValue& value, const std::string& requests) {
  const auto start = "\n" + value.dependency + " = ";
  for (auto at = requests.find(start); at != std::string::npos; at = requests.find(start, at + 1)) {
    const auto line = std::string_view(requests).substr(at + 1, requests.find('\n', at + 1) - at);
    if (line.find('"' + value.feature + '"') != std::string_view::npos) return true;
  }
  return requests.find('"' + value.dependency + "/" + value.feature) != std::string::npos ||
         requests.find('"' + value.dependency + "?/" + value.feature) != std::string::npos;
}

std::string package_of(const cargo::Package& package, const std::string& key) {
  const auto found = std::find_if(package.dependencies.begin(), package.dependencies.end(),
                                  [&](const cargo::Dependency& entry) { return entry.key == key; });
  return found == package.dependencies.end() ? key : found->package_name;
}

std::set<cargo::LockId> below(const cargo::Lockfile& lock, const std::set<std::string>& names) {
  std::vector<cargo::LockId> out;
  for (const auto& name : names) {
    const auto& ids = lock.named(name);
    out.insert(out.end(), ids.begin(), ids.end());
  }
  return lock.closure(out);
}

std::vector<std::string> sorted(const std::vector<Need>& needs,
                                std::vector<std::string> Need::*packages) {
  std::set<std::string> out;
  for (const auto& need : needs) out.insert((need.*packages).begin(), (need.*packages).end());
  return {out.begin(), out.end()};
}

/// The external crates that a feature of the workspace asks for a copy, and the command does not.
std::set<std::string> copies_not_asked_for(const cargo::Workspace& workspace,
                                           const reduce::Skeleton& skeleton) {
  std::string requests;
  for (const auto& manifest : skeleton.manifests) requests += manifest.contents;
  std::set<std::string> out;
  for (const auto& package : workspace.packages) {
    for (const auto& [name, values] : package.features) {
      for (const auto& text : values) {
        const auto value = cargo::parse_feature_value(text);
        if (asks_for_copy(value) && !is_asked_for(value, requests))
          out.insert(package_of(package, value.dependency));
      }
    }
  }
  return out;
}

/// A copy of those in `doubted` does not count.
Needs needs_without(const cargo::Lockfile& lock, const std::set<cargo::LockId>& doubted) {
  Needs out;
  std::set<std::string> seen;
  for (const auto id : used_packages(lock)) {
    const auto& package = lock.packages[id];
    if (package.is_local() || seen.contains(package.name)) continue;
    const auto* known = find_crate(package.name);
    const bool is_certain = !doubted.contains(id) || (known != nullptr && !known->leaves.empty());
    if (known != nullptr && is_certain && has_own_copy(*known, package, lock)) continue;
    const bool needs_none = known != nullptr && known->build.empty() && known->runtime.empty();
    if (known == nullptr ? package.name.ends_with("-sys")
                         : needs_none && !known->unless_with.empty()) {
      out.unknown.push_back(package.name);
    } else if (known != nullptr && !needs_none) {
      out.known.push_back({package.name, words_in(known->build), words_in(known->runtime),
                           std::string(known->linked_from), known->source});
    } else {
      continue;
    }
    seen.insert(package.name);
  }
  return out;
}

}  // namespace

std::span<const KnownCrate> known_crates() {
  return crates;
}

std::vector<std::string> Needs::build_packages() const {
  return sorted(known, &Need::build);
}

std::vector<std::string> Needs::runtime_packages() const {
  return sorted(known, &Need::runtime);
}

Needs needs_of(const cargo::Lockfile& lock) {
  return needs_without(lock, {});
}

Needs needs_of(const cargo::Workspace& workspace, const reduce::Skeleton& skeleton) {
  const auto lock = cargo::parse_lockfile("Cargo.lock", skeleton.lock_file);
  return needs_without(lock, below(lock, copies_not_asked_for(workspace, skeleton)));
}

bool is_in_rust_image(std::string_view package) {
  // Of the table's packages those that `apt-get install --no-install-recommends` brings with what
  // buildpack-deps installs (docker-library/buildpack-deps at 84e7e460: debian/bookworm/Dockerfile,
  // scm and curl; bullseye and trixie have the same list). The rust image adds none
  // (rust-lang/docker-rust at 55d711ee: stable/bookworm/Dockerfile); `slim` has ca-certificates,
  // gcc and libc6-dev on a bare Debian (stable/bookworm/slim/Dockerfile).
  static const auto packages = words_in(
      "autoconf automake ca-certificates default-libmysqlclient-dev g++ libcairo2-dev "
      "libcurl4-openssl-dev libexpat1-dev libfontconfig-dev libfreetype-dev libgdk-pixbuf-2.0-dev "
      "libglib2.0-dev libkrb5-dev libncurses-dev libpq-dev libselinux1-dev libsqlite3-dev "
      "libssl-dev libtool libx11-dev libxml2-dev m4 make perl pkg-config zlib1g-dev");
  return std::find(packages.begin(), packages.end(), package) != packages.end();
}

bool is_same_library(std::string_view one, std::string_view other) {
  const auto stem = [](std::string_view name) {
    if (name.ends_with("t64")) name.remove_suffix(3);
    const auto last = name.find_last_not_of("0123456789.-");
    return name.substr(0, last + 1);
  };
  return one.starts_with("lib") && stem(one) == stem(other);
}

std::string package_in(std::string_view release, const std::string& package) {
  // Debian 11, for images of Rust before 1.70. It has no GTK 4 and no WebKitGTK 4.1.
  constexpr std::array<std::array<std::string_view, 2>, 6> names{{{"libdav1d6", "libdav1d4"},
                                                                  {"libgdal32", "libgdal28"},
                                                                  {"libgit2-1.5", "libgit2-1.1"},
                                                                  {"libodbc2", "libodbc1"},
                                                                  {"libpython3.11", "libpython3.9"},
                                                                  {"libssl3", "libssl1.1"}}};
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const auto& name) { return name[0] == package; });
  return release == "bullseye" && found != names.end() ? std::string((*found)[1]) : package;
}

}  // namespace larder::native
