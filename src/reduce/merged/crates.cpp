#include "crates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "larder/base/path.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "larder/cargo/workspace/patched.hpp"

namespace larder::reduce {

using cargo::TargetKind;
using cargo::toml_key;
using cargo::toml_quote;

namespace {

/// The target triple of a platform that has other parts too. One `[target]` table cannot express
/// both.
std::optional<cargo::PlatformPart> triple_of(const Platform& platform) {
  if (platform.size() < 2) return std::nullopt;
  for (const auto& part : platform) {
    if (!part.is_cfg) return part;
  }
  return std::nullopt;
}

Platform without(const Platform& platform, const cargo::PlatformPart& part) {
  Platform rest;
  std::remove_copy(platform.begin(), platform.end(), std::back_inserter(rest), part);
  return rest;
}

const CrateShape plain_lib{.root = CrateShape::Root::Lib};

std::string switches(bool tested) {
  return tested ? "" : "test = false\nbench = false\n";
}

}  // namespace

CrateWriter::CrateWriter(const Resolution& resolution, const std::set<cargo::LockId>& externals,
                         std::set<cargo::LocalId> root_macros)
    : resolution_(resolution),
      root_macros_(std::move(root_macros)),
      prefix_(crate_prefix(*resolution.lock, externals)),
      origins_(external_origins(resolution)) {
  const auto& packages = resolution.lock->packages;
  std::map<std::string, int> same_name;
  for (const auto index : externals) ++same_name[packages[index].name];
  // The lock file is not always in cargo's order, so the order here must not depend on it.
  std::vector<cargo::LockId> order(externals.begin(), externals.end());
  const auto source = [&](cargo::LockId index) {
    return packages[index].source ? packages[index].source->text() : "";
  };
  std::sort(order.begin(), order.end(), [&](cargo::LockId a, cargo::LockId b) {
    const auto names = std::tie(packages[a].name, packages[a].version) <=>
                       std::tie(packages[b].name, packages[b].version);
    return names != 0 ? names < 0 : source(a) < source(b);
  });
  std::set<std::string> used;
  for (const auto index : order) {
    const auto& package = packages[index];
    auto key = package.name;
    if (same_name[package.name] > 1) {
      key += "_" + package.version.str();
      std::replace_if(
          key.begin(), key.end(), [](char c) { return c == '.' || c == '+'; }, '_');
      while (!used.insert(key).second) key += "_";
    }
    keys_[index] = key;
  }
}

std::string CrateWriter::request_line(cargo::LockId external,
                                      const std::set<std::string>& features) const {
  const auto& package = resolution_.lock->packages[external];
  const auto& key = keys_.at(external);
  auto parts = identity_parts(package, origin_of(external));
  if (key != package.name) parts.insert(parts.begin(), "package = " + toml_quote(package.name));
  if (!features.contains("default")) parts.emplace_back("default-features = false");
  std::vector<std::string> named;
  for (const auto& feature : features) {
    if (!feature.empty() && feature != "default") named.push_back(feature);
  }
  if (!named.empty()) parts.push_back("features = " + string_list(named));
  return fmt::format("{} = {{ {} }}\n", toml_key(key), fmt::join(parts, ", "));
}

std::string CrateWriter::origin_of(cargo::LockId external) const {
  if (const auto patched = resolution_.patched.find(external);
      patched != resolution_.patched.end()) {
    const auto directory = patched_directory(*resolution_.workspace, patched->second);
    return "path = " + toml_quote(path::relative(path::join("/", directory), "/crate"));
  }
  const auto origin = origins_.find(external);
  return origin == origins_.end() ? "" : origin->second;
}

std::string CrateWriter::required_text(const CrateShape& shape) const {
  std::vector<std::string> features;
  for (const auto& [external, feature] : shape.required)
    features.push_back(keys_.at(external) + "/" + feature);
  return features.empty() ? "" : "required-features = " + string_list(features) + "\n";
}

std::string CrateWriter::shape_text(const std::string& name, const CrateShape& shape,
                                    std::vector<SkeletonTarget>& targets) const {
  using Root = CrateShape::Root;
  std::string text;
  auto crate_name = full_name(name);
  if (shape.root == Root::Lib || shape.root == Root::ProcMacro) {
    crate_name = cargo::crate_name(std::move(crate_name));
    const bool macro = shape.root == Root::ProcMacro;
    text += "\n[lib]\npath = \"src/lib.rs\"\ndoctest = false\n" + switches(shape.tested);
    if (macro) text += "proc-macro = true\n";
    if (!shape.crate_types.empty()) text += "crate-type = " + string_list(shape.crate_types) + "\n";
    targets.push_back({"src/lib.rs", TargetKind::Lib, crate_name, macro});
  } else if (shape.root == Root::Bin) {
    text += fmt::format("\n[[bin]]\nname = {}\npath = \"src/main.rs\"\n", toml_quote(crate_name));
    text += shape.never_built ? "required-features = [\"never\"]\n\n[features]\nnever = []\n"
                              : switches(shape.tested) + required_text(shape);
    targets.push_back({"src/main.rs", TargetKind::Bin, crate_name});
  }
  if (shape.integration_test) {
    const auto test = full_name(name) + "-test";
    text += fmt::format("\n[[test]]\nname = {}\npath = \"src/test.rs\"\nbench = true\n",
                        toml_quote(test)) +
            required_text(shape);
    targets.push_back({"src/test.rs", TargetKind::Test, test});
  }
  return text;
}

void CrateWriter::depend_on(Sections& sections, const std::string& section,
                            const std::string& other, std::string_view more) const {
  sections[section].insert(
      fmt::format("{} = {{ path = \"../{}\"{} }}\n", full_name(other), other, more));
}

/// Requests behind a triple and other conditions go into a library that is behind the triple.
void CrateWriter::write_requests(const std::string& name, const Crate& crate, Sections& sections) {
  std::map<std::pair<TableKind, Platform>, Tables> behind_triple;
  for (const auto& [place, requests] : crate.tables) {
    const auto& [kind, platform] = place;
    if (const auto triple = triple_of(platform)) {
      behind_triple[{kind, {*triple}}][{TableKind::Dependencies, without(platform, *triple)}] =
          requests;
      continue;
    }
    for (const auto& [external, features] : requests) {
      sections[table_header(kind, platform)].insert(request_line(external, features));
    }
  }
  std::size_t number = 0;
  for (const auto& [place, tables] : behind_triple) {
    const auto inner = fmt::format("{}-nest{}", name, number++);
    depend_on(sections, table_header(place.first, place.second), inner);
    write_crate(inner, {.shape = plain_lib, .tables = tables, .selected = false});
  }
}

void CrateWriter::write_links(const std::string& name, const Crate& crate, Sections& sections) {
  std::size_t number = 0;
  for (const auto& link : crate.crates) {
    if (const auto triple = triple_of(link.platform)) {
      const auto inner = fmt::format("{}-link{}", name, number++);
      depend_on(sections, table_header(link.kind, {*triple}), inner);
      auto rest = link;
      rest.platform = without(link.platform, *triple);
      write_crate(inner, {.shape = plain_lib, .crates = {rest}, .selected = false});
      continue;
    }
    std::string more;
    if (!link.switches_on.empty())
      more = fmt::format(", features = [{}]", toml_quote(link.switches_on));
    if (!link.switched_by.empty()) {
      more = ", optional = true";
      sections["[features]"].insert(
          fmt::format("{} = [\"dep:{}\"]\n", link.switched_by, full_name(link.crate)));
    }
    depend_on(sections, table_header(link.kind, link.platform), link.crate, more);
  }
}

void CrateWriter::write_host_entries(const std::string& name, const Crate& crate,
                                     Sections& sections) {
  std::size_t number = 0;
  for (const auto& [entry, tables] : crate.host_entries) {
    const auto inner = fmt::format("{}-host{}", name, number++);
    if (const auto triple = triple_of(entry)) {
      // A library behind the triple depends on the proc-macro behind the other conditions.
      depend_on(sections, table_header(TableKind::Dependencies, {*triple}), inner);
      write_crate(inner, {.shape = plain_lib,
                          .host_entries = {{without(entry, *triple), tables}},
                          .selected = false});
    } else {
      depend_on(sections, table_header(TableKind::Dependencies, entry), inner);
      write_crate(
          inner,
          {.shape = {.root = CrateShape::Root::ProcMacro}, .tables = tables, .selected = false});
    }
  }
}

void CrateWriter::write_crate(const std::string& name, const Crate& crate) {
  members_.push_back({name, crate.selected});
  Sections sections;
  write_requests(name, crate, sections);
  write_links(name, crate, sections);
  write_host_entries(name, crate, sections);

  SkeletonManifest manifest{
      name + "/Cargo.toml",
      package_header(full_name(name), "0.0.0", crate.has_script ? "build.rs" : ""),
      {}};
  manifest.contents += shape_text(name, crate.shape, manifest.targets);
  if (crate.has_script)
    manifest.targets.push_back({"build.rs", TargetKind::BuildScript, "build-script-build"});
  for (const auto& [section, lines] : sections) {
    manifest.contents += "\n" + section + "\n";
    for (const auto& line : lines) manifest.contents += line;
  }
  manifests_.push_back(std::move(manifest));
}

std::vector<std::string> CrateWriter::selected() const {
  std::vector<std::string> out;
  for (const auto& member : members_) {
    if (member.selected) out.push_back(full_name(member.name));
  }
  for (const auto package : root_macros_) out.push_back(resolution_.package(package).name);
  std::sort(out.begin(), out.end());
  return out;
}

std::string CrateWriter::root_text(const RootTables& root) const {
  WorkspaceText workspace;
  workspace.default_members.emplace();
  for (const auto& member : members_) {
    workspace.members.push_back(member.name);
    if (member.selected) workspace.default_members->push_back(member.name);
  }
  auto head = cargo_features_line(root.cargo_features);
  for (const auto& [entry, package] : resolution_.patched) {
    const auto directory = patched_directory(*resolution_.workspace, package);
    if (root_macros_.contains(package)) workspace.default_members->push_back(directory);
    if (package == resolution_.workspace->root_package) {
      const auto& described = resolution_.package(package);
      // This manifest already has all `cargo-features` of the root.
      head = cargo::dependency_manifest(described) + "\n";
      continue;
    }
    // Whether a package is a member decides which profile it has.
    auto& list = resolution_.workspace->is_member(package) ? workspace.members : workspace.exclude;
    list.push_back(directory);
  }
  return head + workspace_text(resolution_, workspace) + root_tables_text(root);
}

std::vector<SkeletonManifest> CrateWriter::write(const Crates& crates,
                                                 const RootTables& root_tables) {
  for (const auto& [name, crate] : crates) write_crate(name, crate);
  manifests_.push_back({"Cargo.toml", root_text(root_tables), {}});
  std::sort(manifests_.begin(), manifests_.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return std::move(manifests_);
}

}  // namespace larder::reduce
