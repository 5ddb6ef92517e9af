#include "tiny_workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>

#include "larder/base/path.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::test {

namespace {

const std::string toml_error = "test-skeleton";

std::string join(const std::set<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : " ") + item;
  return out;
}

/// `larder-root` → `root`
std::string short_name(const std::string& name) {
  const std::string prefix = "larder-";
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string request(const std::string& key, const cargo::TomlCursor& line) {
  if (const auto path = line.string_at("path")) {
    if (*path != "../" + short_name(key)) throw std::logic_error("unexpected path " + *path);
    return ">" + short_name(key);
  }
  const auto package = line.string_at("package");
  auto out = package ? key + "=" + *package : key;
  for (const std::string_view source : {"git", "branch", "tag", "rev", "registry"}) {
    if (const auto value = line.string_at(source)) out += fmt::format(" {} {}", source, *value);
  }
  const auto version = line.string_at("version").value_or("");
  if (!version.empty() && version != "=1.0.0") out += " " + version.substr(1);
  std::set<std::string> features;
  for (const auto& feature : line.strings_at("features")) features.insert(feature);
  if (line.bool_at("default-features").value_or(true)) features.insert("default");
  std::string listed;
  for (const auto& feature : features) listed += (listed.empty() ? "" : ",") + feature;
  return listed.empty() ? out : out + "[" + listed + "]";
}

/// Table name in short → its lines.
std::map<std::string, std::set<std::string>> dependency_tables(const std::string& text) {
  const auto document = cargo::parse_toml("skeleton", text, toml_error);
  std::map<std::string, std::set<std::string>> out;
  const auto collect = [&](const cargo::TomlCursor& table, const std::string& before) {
    for (const std::string name : {"dependencies", "dev-dependencies", "build-dependencies"}) {
      const auto found = table.find(name);
      if (!found) continue;
      auto& lines = out[before + name];
      for (const auto& [key, line] : found->entries())
        lines.insert(request(std::string(key), line));
    }
  };
  const cargo::TomlCursor root(document, toml_error);
  collect(root, "");
  if (const auto platforms = root.find("target")) {
    for (const auto& [platform, table] : platforms->entries())
      collect(table, std::string(platform) + ".");
  }
  return out;
}

/// The entry of a lock file for a package in short; `source` is the lines about its source.
std::string lock_entry(const std::string& package, const std::string& source) {
  std::istringstream words(package);
  std::string name;
  std::string version;
  words >> name >> version;
  if (name.ends_with(':')) throw std::logic_error("write the version in front of: " + package);
  if (version.ends_with(':')) version.pop_back();
  auto out = fmt::format("\n[[package]]\nname = \"{}\"\nversion = \"{}\"\n{}", name,
                         version.empty() ? "1.0.0" : version, source);
  std::string dependencies;
  for (std::string word; words >> word;) {
    std::replace(word.begin(), word.end(), '@', ' ');
    dependencies += fmt::format(" \"{}\",\n", word);
  }
  return dependencies.empty() ? out : out + "dependencies = [\n" + dependencies + "]\n";
}

}  // namespace

MemoryTree tiny_workspace(const std::vector<std::string>& externals) {
  const auto source = fmt::format(
      "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = "
      "\"{:064x}\"\n",
      1);
  std::string lock = "version = 3\n";
  for (const auto& package : externals) lock += lock_entry(package, source);
  MemoryTree tree;
  tree.write("/w/Cargo.lock", lock);
  return tree;
}

MemoryTree virtual_workspace(const std::vector<std::string>& externals, const std::string& root) {
  auto tree = tiny_workspace(externals);
  add_file(tree, "/w/Cargo.toml", "[workspace]\nmembers = [\"[a-z]*\"]\n" + root);
  return tree;
}

void lock_packages(MemoryTree& tree, const std::vector<std::string>& packages,
                   const std::string& source) {
  const auto line = source.empty() ? "" : "source = \"" + source + "\"\n";
  for (const auto& package : packages) append(tree, "/w/Cargo.lock", lock_entry(package, line));
}

void add_package(MemoryTree& tree, const std::string& directory, const std::string& manifest,
                 const std::vector<std::string>& files) {
  const auto name = directory == "." ? "app" : directory.substr(directory.rfind('/') + 1);
  add_package_named(tree, directory, name, manifest, files);
}

void add_package_named(MemoryTree& tree, const std::string& directory, const std::string& name,
                       const std::string& manifest, const std::vector<std::string>& files) {
  const auto at = path::join("/w", directory);
  const auto space = name.find(' ');
  add_file(tree, path::join(at, "Cargo.toml"),
           fmt::format("[package]\nname = \"{}\"\nversion = \"{}\"\nedition = \"2021\"\n{}",
                       name.substr(0, space),
                       space == std::string::npos ? "0.1.0" : name.substr(space + 1), manifest));
  for (const auto& file : files) add_file(tree, path::join(at, file), "");
}

const reduce::SkeletonManifest& SkeletonView::manifest(const std::string& crate) const {
  const auto path = crate.empty() ? "Cargo.toml" : crate + "/Cargo.toml";
  for (const auto& candidate : skeleton_.manifests) {
    if (candidate.path == path) return candidate;
  }
  throw std::logic_error("the skeleton has no crate " + crate + ", but: " + crates());
}

std::string SkeletonView::crates() const {
  std::set<std::string> out;
  for (const auto& manifest : skeleton_.manifests) {
    if (manifest.path != "Cargo.toml") out.insert(path::parent(manifest.path));
  }
  return join(out);
}

std::string SkeletonView::selected() const {
  const auto document = cargo::parse_toml("skeleton", manifest("").contents, toml_error);
  const auto members = cargo::TomlCursor(document, toml_error).find("workspace").value();
  const auto names = members.strings_at("default-members");
  return join({names.begin(), names.end()});
}

std::string SkeletonView::table(const std::string& crate, const std::string& name) const {
  const auto tables = dependency_tables(manifest(crate).contents);
  const auto found = tables.find(name);
  return found == tables.end() ? "" : join(found->second);
}

std::string SkeletonView::tables(const std::string& crate) const {
  std::set<std::string> out;
  for (const auto& [name, lines] : dependency_tables(manifest(crate).contents)) out.insert(name);
  return join(out);
}

bool SkeletonView::has_line(const std::string& crate, const std::string& line) const {
  return ("\n" + manifest(crate).contents).find("\n" + line + "\n") != std::string::npos;
}

std::string SkeletonView::targets(const std::string& crate) const {
  std::set<std::string> out;
  for (const auto& target : manifest(crate).targets) out.insert(target.path);
  return join(out);
}

SkeletonView skeleton_of(const MemoryTree& tree, const std::string& command,
                         const std::string& directory) {
  return SkeletonView(derive(tree, directory, command).commands.at(0).skeleton);
}

}  // namespace larder::test
