#include "larder/reduce/whole_lock.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <set>

#include "larder/cargo/package.hpp"
#include "manifest_text.hpp"

namespace larder::reduce {

using cargo::LockedPackage;
using cargo::Lockfile;
using cargo::toml_quote;

namespace {

/// As cargo reads a query, whichever version the lock file has.
std::string form_decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const auto* first = text.data() + i + 1;
    const bool encoded = text[i] == '%' && i + 2 < text.size() &&
                         std::from_chars(first, first + 2, byte, 16).ptr == first + 2;
    out += encoded ? static_cast<char>(byte) : text[i] == '+' ? ' ' : text[i];
    if (encoded) i += 2;
  }
  return out;
}

/// In the notation of a manifest: `git = …`, `registry-index = …`; empty for crates.io.
std::string origin_of(const LockedPackage& package) {
  const auto& source = package.source.value();
  const auto kind_end = source.find('+');
  const auto kind = source.substr(0, kind_end);
  auto url = source.substr(kind_end + 1);
  if (kind == "sparse") return "registry-index = " + toml_quote(source);
  if (kind != "git")
    return url == cargo::crates_io_index ? "" : "registry-index = " + toml_quote(url);
  url = url.substr(0, url.find('#'));
  const auto question = url.rfind('?');
  auto text = "git = " + toml_quote(url.substr(0, question));
  if (question == std::string::npos) return text;
  const auto equals = url.find('=', question);
  if (equals == std::string::npos) return text;
  return text + fmt::format(", {} = {}", url.substr(question + 1, equals - question - 1),
                            toml_quote(form_decoded(url.substr(equals + 1))));
}

/// The entries that `[replace]` puts in the place of others: cargo gets to them by that.
std::set<std::size_t> replacements(const Lockfile& lock) {
  std::set<std::size_t> out;
  for (const auto& package : lock.packages) {
    if (package.replacement) out.insert(*package.replacement);
  }
  return out;
}

SkeletonManifest rest_manifest(const Lockfile& lock, const std::set<std::size_t>& externals) {
  auto text = package_header(crate_prefix(lock, externals) + "rest", "0.0.0", "") +
              "\n[lib]\npath = \"src/lib.rs\"\n\n[dependencies]\n";
  const auto left_out = replacements(lock);
  for (const auto index : externals) {
    if (left_out.contains(index)) continue;
    const auto& package = lock.packages[index];
    auto parts = identity_parts(package, origin_of(package));
    parts.insert(parts.begin(), "package = " + toml_quote(package.name));
    parts.emplace_back("default-features = false");
    text += fmt::format("external{} = {{ {} }}\n", index, fmt::join(parts, ", "));
  }
  return {"rest/Cargo.toml", text, {{"src/lib.rs", cargo::TargetKind::Lib, "rest"}}};
}

std::set<std::size_t> externals_in(const Lockfile& lock) {
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < lock.packages.size(); ++i) {
    if (!lock.packages[i].is_local()) out.insert(i);
  }
  return out;
}

}  // namespace

std::string external_lock(const Lockfile& lock) {
  const auto externals = externals_in(lock);
  return cargo::render_lockfile(lock, lock.closure({externals.begin(), externals.end()}));
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
