#include "open_details.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../tables/manifest_text.hpp"
#include "larder/base/path.hpp"
#include "larder/base/url.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/reduce/skeleton.hpp"

namespace larder::reduce {

using cargo::toml_quote;
using cargo::TomlTable;
using cargo::TomlValue;

namespace {

/// Whether a path of the root manifest leads out of the skeleton.
bool leads_out(const cargo::Workspace& workspace, const TomlValue& entry) {
  const auto* directory = entry.find("path");
  return directory != nullptr && directory->string() != nullptr &&
         !path::is_within(path::join(workspace.root_directory, *directory->string()),
                          workspace.root_directory);
}

void mask_dependencies(const cargo::Workspace& workspace, TomlTable& dependencies) {
  std::erase_if(dependencies,
                [&](const auto& entry) { return leads_out(workspace, entry.second); });
  for (auto& [name, entry] : dependencies) {
    if (entry.find("path") != nullptr) entry.table()->erase("version");
  }
}

bool inherits_lints(const cargo::Package& package) {
  const auto* lints = package.document->root.find("lints");
  return lints != nullptr && lints->find("workspace") != nullptr;
}

}  // namespace

std::string tool_metadata(const TomlValue* table) {
  const auto* metadata = table == nullptr ? nullptr : table->find("metadata");
  std::string out;
  for (const auto* tool : {"component", "leptos", "wasm-pack"}) {
    const auto* value = metadata == nullptr ? nullptr : metadata->find(tool);
    if (value != nullptr) out += fmt::format("metadata.{} = {}\n", tool, toml_inline(*value));
  }
  return out;
}

std::string package_details(const cargo::Package& package) {
  const auto& details = package.details;
  std::string out;
  const auto add = [&](const char* key, const std::optional<std::string>& value) {
    if (value && !has_credentials(*value)) out += fmt::format("{} = {}\n", key, toml_quote(*value));
  };
  if (!details.authors.empty()) out += "authors = " + string_list(details.authors) + "\n";
  add("description", details.description);
  add("homepage", details.homepage);
  add("license", details.license);
  add("license-file", details.license_file);
  if (details.states_readme) add("readme", details.readme);
  add("repository", details.repository);
  add("rust-version", details.rust_version);
  return out + tool_metadata(package.document->root.find("package"));
}

std::string stub_file(const cargo::Package& package, const cargo::Target& target,
                      std::size_t number) {
  auto file = path::relative(path::normalize(target.path), package.directory);
  const auto parts = path::components(file);
  const bool hidden = std::any_of(parts.begin(), parts.end(),
                                  [](const auto& part) { return part.starts_with('.'); });
  if (path::stays_inside(file) && file.ends_with(".rs") && !hidden) return file;
  return fmt::format("larder-stubs/{}.rs", number);
}

namespace {

/// Whether the workspace already is an open skeleton. Its members do not inherit what the root
/// keeps for the real manifests.
bool is_open(const Resolution& resolution) {
  const auto& packages = resolution.workspace->packages;
  for (const auto i : packages.ids()) {
    if (!packages[i].version.build.ends_with("larder") && !resolution.patched_entry(i))
      return false;
  }
  return true;
}

TomlTable all_inheritable(const cargo::Workspace& workspace) {
  TomlTable out;
  for (const auto* key : {"dependencies", "lints", "package"}) {
    const auto* table = workspace.root_manifest->document()->root.find("workspace");
    const auto* own = table == nullptr ? nullptr : table->find(key);
    if (own != nullptr && own->table() != nullptr) out.emplace(key, *own);
  }
  return out;
}

TomlTable masked_inherited(const Resolution& resolution) {
  const auto& workspace = *resolution.workspace;
  if (is_open(resolution)) return all_inheritable(workspace);
  std::set<cargo::LocalId> members;
  for (const auto i : workspace.member_ids()) members.insert(i);
  auto inherited = cargo::inherited_tables(workspace, members, true);
  if (const auto found = inherited.find("dependencies"); found != inherited.end())
    mask_dependencies(workspace, *found->second.table());
  if (const auto found = inherited.find("package"); found != inherited.end()) {
    const auto version = found->second.table()->find("version");
    if (version != found->second.table()->end())
      version->second = TomlValue(std::string(open_version));
  }
  if (const auto found = inherited.find("package"); found != inherited.end()) {
    std::erase_if(*found->second.table(), [](const auto& entry) {
      return entry.second.string() != nullptr && has_credentials(*entry.second.string());
    });
  }
  inherited.erase("lints");
  if (std::any_of(workspace.packages.begin(),
                  workspace.packages.begin() + static_cast<std::ptrdiff_t>(workspace.member_count),
                  inherits_lints))
    inherited.emplace("lints", TomlValue(TomlTable{}));
  return inherited;
}

}  // namespace

void add_inherited(const Resolution& resolution, TomlTable& root) {
  auto inherited = masked_inherited(resolution);
  if (inherited.empty()) return;
  auto& own = root.try_emplace("workspace", TomlValue(TomlTable{})).first->second;
  // What patched packages inherit stays as it is.
  for (auto& [name, table] : inherited) {
    auto& into = own.table()->try_emplace(name, TomlValue(TomlTable{})).first->second;
    for (auto& [key, value] : *table.table()) into.table()->try_emplace(key, std::move(value));
  }
}

}  // namespace larder::reduce
