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

const KnownCrate* find_crate(std::string_view name) {
  const auto& all = known_crates();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const KnownCrate& known) { return known.crate == name; });
  return found == all.end() ? nullptr : &*found;
}

bool has_own_copy(const KnownCrate& known, const cargo::LockedPackage& package,
                  const cargo::Lockfile& lock) {
  const auto with = words_in(known.unless_with);
  const auto present = words_in(known.unless_present);
  return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                     [&](cargo::LockId id) {
                       return std::find(with.begin(), with.end(), lock.packages[id].name) !=
                              with.end();
                     }) ||
         std::any_of(present.begin(), present.end(),
                     [&](const std::string& name) { return !lock.named(name).empty(); });
}

std::vector<std::string> sorted(const std::vector<Need>& needs,
                                std::vector<std::string> Need::*packages) {
  std::set<std::string> out;
  for (const auto& need : needs) out.insert((need.*packages).begin(), (need.*packages).end());
  return {out.begin(), out.end()};
}

}  // namespace

const std::vector<KnownCrate>& known_crates() {
  // clang-format off
  static const std::vector<KnownCrate> crates{
#include "known_crates.inc"
  };
  // clang-format on
  return crates;
}

std::vector<std::string> Needs::build_packages() const {
  return sorted(known, &Need::build);
}

std::vector<std::string> Needs::runtime_packages() const {
  return sorted(known, &Need::runtime);
}

Needs needs_of(const cargo::Lockfile& lock) {
  Needs out;
  std::set<std::string> seen;
  for (const auto& package : lock.packages) {
    if (package.is_local() || !seen.insert(package.name).second) continue;
    const auto* known = find_crate(package.name);
    if (known == nullptr) {
      if (package.name.ends_with("-sys")) out.unknown.push_back(package.name);
    } else if (!(known->build.empty() && known->runtime.empty()) &&
               !has_own_copy(*known, package, lock)) {
      out.known.push_back(
          {package.name, words_in(known->build), words_in(known->runtime), known->source});
    }
  }
  return out;
}

bool is_in_rust_image(std::string_view package) {
  // Of those that the table names (docker-library: buildpack-deps, debian/bookworm/Dockerfile).
  constexpr std::array<std::string_view, 25> packages{"autoconf",
                                                      "automake",
                                                      "default-libmysqlclient-dev",
                                                      "g++",
                                                      "libcurl4-openssl-dev",
                                                      "libgdk-pixbuf-2.0-dev",
                                                      "libglib2.0-dev",
                                                      "libgmp-dev",
                                                      "libkrb5-dev",
                                                      "liblzma-dev",
                                                      "libmaxminddb-dev",
                                                      "libpq-dev",
                                                      "libsqlite3-dev",
                                                      "libssl-dev",
                                                      "libtool",
                                                      "libxml2-dev",
                                                      "libyaml-dev",
                                                      "make",
                                                      "pkg-config",
                                                      "zlib1g-dev",
                                                      "ca-certificates",
                                                      "m4",
                                                      "libcairo2-dev",
                                                      "libx11-dev",
                                                      "libfontconfig-dev"};
  return std::find(packages.begin(), packages.end(), package) != packages.end();
}

}  // namespace larder::native
