#include "crates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace larder::reduce {

using cargo::TargetKind;
using cargo::toml_key;
using cargo::toml_quote;

namespace {

std::string table_name(TableKind kind) {
  return kind == TableKind::Dependencies ? "dependencies" : "build-dependencies";
}

std::string table_header(TableKind kind, const Platform& platform) {
  if (platform.empty()) return fmt::format("[{}]", table_name(kind));
  return fmt::format("[target.{}.{}]", toml_quote(cargo::platform_key(platform)), table_name(kind));
}

/// A triple beside other parts cannot be written in one table.
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

const CrateShape plain_lib{CrateShape::Root::Lib, {}, false, false, false};

std::string string_list(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + toml_quote(item);
  return "[" + out + "]";
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

/// Build-dependencies make units only behind a build script.
bool needs_script(const Crate& crate) {
  const auto is_build = [](TableKind kind) { return kind == TableKind::BuildDependencies; };
  return !crate.shape.never_built &&
         (std::any_of(crate.tables.begin(), crate.tables.end(),
                      [&](const auto& table) { return is_build(table.first.first); }) ||
          std::any_of(crate.crates.begin(), crate.crates.end(),
                      [&](const CrateLink& link) { return is_build(link.kind); }));
}

std::string switches(bool tested) {
  return tested ? "" : "test = false\nbench = false\n";
}

}  // namespace

CrateWriter::CrateWriter(const Resolution& resolution, const std::set<std::size_t>& externals)
    : resolution_(resolution), prefix_("larder-") {
  const auto& packages = resolution.lock->packages;
  const auto taken = [&](const std::string& prefix) {
    return std::any_of(externals.begin(), externals.end(),
                       [&](std::size_t index) { return packages[index].name.starts_with(prefix); });
  };
  while (taken(prefix_)) prefix_ = "x" + prefix_;

  std::map<std::string, int> same_name;
  for (const auto index : externals) ++same_name[packages[index].name];
  std::set<std::string> used;
  for (const auto index : externals) {
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
  for (std::size_t i = 0; i < resolution.workspace->packages.size(); ++i) {
    const auto& dependencies = resolution.package(i).dependencies;
    for (std::size_t d = 0; d < dependencies.size(); ++d) {
      const auto& target = resolution.dependencies[i][d];
      if (target.kind != Resolved::Kind::External) continue;
      const auto text = source_text(dependencies[d]);
      auto& known = sources_[target.index];
      if (!text.empty() && (known.empty() || text < known)) known = text;
    }
  }
}

std::string CrateWriter::request_line(std::size_t external,
                                      const std::set<std::string>& features) const {
  const auto& package = resolution_.lock->packages[external];
  const auto& key = keys_.at(external);
  const auto source = sources_.find(external);
  const auto origin = source == sources_.end() ? "" : source->second;
  std::vector<std::string> parts;
  if (key != package.name) parts.push_back("package = " + toml_quote(package.name));
  if (!origin.empty()) parts.push_back(origin);
  // Build metadata may not stand in a requirement.
  if (!origin.starts_with("git"))
    parts.push_back("version = " + toml_quote("=" + package.version.str_without_build()));
  if (!features.contains("default")) parts.emplace_back("default-features = false");
  std::vector<std::string> named;
  for (const auto& feature : features) {
    if (!feature.empty() && feature != "default") named.push_back(feature);
  }
  if (!named.empty()) parts.push_back("features = " + string_list(named));
  std::string joined;
  for (const auto& part : parts) joined += (joined.empty() ? "" : ", ") + part;
  return fmt::format("{} = {{ {} }}\n", toml_key(key), joined);
}

std::string CrateWriter::header(const std::string& name, bool has_script) const {
  return fmt::format(
      "[package]\nname = {}\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\nautobins = "
      "false\n"
      "autoexamples = false\nautotests = false\nautobenches = false\nbuild = {}\n",
      toml_quote(full_name(name)), has_script ? "\"build.rs\"" : "false");
}

std::string CrateWriter::shape_text(const std::string& name, const CrateShape& shape,
                                    std::vector<SkeletonTarget>& targets) const {
  using Root = CrateShape::Root;
  std::string text;
  auto crate_name = full_name(name);
  if (shape.root == Root::Lib || shape.root == Root::ProcMacro) {
    std::replace(crate_name.begin(), crate_name.end(), '-', '_');
    const bool macro = shape.root == Root::ProcMacro;
    text += "\n[lib]\npath = \"src/lib.rs\"\ndoctest = false\n" + switches(shape.tested);
    if (macro) text += "proc-macro = true\n";
    if (!shape.crate_types.empty()) text += "crate-type = " + string_list(shape.crate_types) + "\n";
    targets.push_back({"src/lib.rs", TargetKind::Lib, crate_name, macro});
  } else if (shape.root == Root::Bin) {
    text += fmt::format("\n[[bin]]\nname = {}\npath = \"src/main.rs\"\n", toml_quote(crate_name));
    text += shape.never_built ? "required-features = [\"never\"]\n\n[features]\nnever = []\n"
                              : switches(shape.tested);
    targets.push_back({"src/main.rs", TargetKind::Bin, crate_name});
  }
  if (shape.integration_test) {
    const auto test = full_name(name) + "-test";
    text += fmt::format("\n[[test]]\nname = {}\npath = \"src/test.rs\"\nbench = true\n",
                        toml_quote(test));
    targets.push_back({"src/test.rs", TargetKind::Test, test});
  }
  return text;
}

void CrateWriter::depend_on(Sections& sections, const std::string& section,
                            const std::string& other, std::string_view more) const {
  sections[section].insert(
      fmt::format("{} = {{ path = \"../{}\"{} }}\n", full_name(other), other, more));
}

/// Externals behind a triple and other parts are in a library of their own behind the triple.
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
    write_crate(inner, {plain_lib, tables, {}, {}, false});
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
      write_crate(inner, {plain_lib, {}, {rest}, {}, false});
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
      // Behind the triple a library, and in it the proc-macro behind the other conditions.
      depend_on(sections, table_header(TableKind::Dependencies, {*triple}), inner);
      write_crate(inner, {plain_lib, {}, {}, {{without(entry, *triple), tables}}, false});
    } else {
      depend_on(sections, table_header(TableKind::Dependencies, entry), inner);
      write_crate(inner,
                  {{CrateShape::Root::ProcMacro, {}, false, false, false}, tables, {}, {}, false});
    }
  }
}

void CrateWriter::write_crate(const std::string& name, const Crate& crate) {
  members_.push_back({name, crate.selected});
  Sections sections;
  write_requests(name, crate, sections);
  write_links(name, crate, sections);
  write_host_entries(name, crate, sections);

  const bool has_script = needs_script(crate);
  SkeletonManifest manifest{name + "/Cargo.toml", header(name, has_script), {}};
  manifest.contents += shape_text(name, crate.shape, manifest.targets);
  if (has_script)
    manifest.targets.push_back({"build.rs", TargetKind::BuildScript, "build-script-build"});
  for (const auto& [section, lines] : sections) {
    manifest.contents += "\n" + section + "\n";
    for (const auto& line : lines) manifest.contents += line;
  }
  manifests_.push_back(std::move(manifest));
}

std::string CrateWriter::root_text(const cargo::TomlTable& root_tables) const {
  std::vector<std::string> all;
  std::vector<std::string> selected;
  for (const auto& member : members_) {
    all.push_back(member.name);
    if (member.selected) selected.push_back(member.name);
  }
  std::sort(all.begin(), all.end());
  std::sort(selected.begin(), selected.end());
  // 3 differs from 2 only in how it chooses versions that no lock file fixes.
  const auto resolver = resolution_.old_resolver() ? "1" : "2";
  auto text = fmt::format("[workspace]\nmembers = {}\ndefault-members = {}\nresolver = \"{}\"\n",
                          string_list(all), string_list(selected), resolver);
  const auto tables = cargo::toml_document(root_tables);
  return tables.empty() ? text : text + "\n" + tables;
}

std::vector<SkeletonManifest> CrateWriter::write(const Crates& crates,
                                                 const cargo::TomlTable& root_tables) {
  for (const auto& [name, crate] : crates) write_crate(name, crate);
  manifests_.push_back({"Cargo.toml", root_text(root_tables), {}});
  std::sort(manifests_.begin(), manifests_.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return std::move(manifests_);
}

}  // namespace larder::reduce
