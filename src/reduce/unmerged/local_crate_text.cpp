#include "local_crate_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "../tables/manifest_text.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/manifest/names.hpp"

namespace larder::reduce {

using cargo::Dependency;
using cargo::DependencyKind;
using cargo::FeatureValue;
using cargo::Package;
using cargo::TargetKind;
using cargo::toml_quote;

namespace {

TableKind table_of(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::Development:
      return TableKind::DevDependencies;
    case DependencyKind::Build:
      return TableKind::BuildDependencies;
    default:
      return TableKind::Dependencies;
  }
}

std::vector<std::string> sorted(std::vector<std::string> items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

// --- targets -------------------------------------------------------------------------------------

std::string section_of(TargetKind kind) {
  switch (kind) {
    case TargetKind::Lib:
      return "[lib]";
    case TargetKind::Example:
      return "[[example]]";
    case TargetKind::Test:
      return "[[test]]";
    case TargetKind::Bench:
      return "[[bench]]";
    default:
      return "[[bin]]";
  }
}

/// `test`, `bench` and `doctest`, if they differ from cargo's defaults for the kind of target.
std::string switches_text(const cargo::Target& target) {
  const bool lib_or_bin = target.kind == TargetKind::Lib || target.kind == TargetKind::Bin;
  std::string out;
  const auto add = [&](const char* key, bool value, bool otherwise) {
    if (value != otherwise) out += fmt::format("{} = {}\n", key, value);
  };
  add("test", target.test, lib_or_bin || target.kind == TargetKind::Test);
  add("bench", target.bench, lib_or_bin || target.kind == TargetKind::Bench);
  if (target.kind == TargetKind::Lib) add("doctest", target.doctest, true);
  return out;
}

std::string crate_types_text(const cargo::Target& target) {
  if (target.is_proc_macro()) return "proc-macro = true\n";
  const std::vector<std::string> ordinary{target.kind == TargetKind::Lib ? "lib" : "bin"};
  return target.crate_types == ordinary
             ? ""
             : "crate-type = " + string_list(sorted(target.crate_types)) + "\n";
}

/// What decides how its source is compiled.
std::string source_text(const cargo::Target& target, const Package& package) {
  std::string out = target.harness ? "" : "harness = false\n";
  if (target.edition != package.edition)
    out += fmt::format("edition = {}\n", toml_quote(target.edition));
  return out;
}

std::string target_text(const CrateTarget& described, const std::string& file) {
  const auto& target = *described.target;
  return fmt::format("\n{}\nname = {}\npath = {}\n", section_of(target.kind),
                     toml_quote(described.name), toml_quote(file)) +
         switches_text(target) + crate_types_text(target);
}

/// If the library is compiled with external packages, these may turn on its features. So the other
/// targets require the features of the library. A proc-macro is an exception, except with resolver
/// 1: it has its features on the host side, and its other targets have theirs on the target side.
std::string required_text(const Package& package, const LocalCrate& crate,
                          const cargo::Target& target, bool old_resolver) {
  if (target.required_features.empty()) return "";
  auto required = target.required_features;
  if (crate.part == CratePart::Targets && (old_resolver || !package.is_proc_macro())) {
    for (auto& text : required) {
      if (cargo::parse_feature_value(text).kind == FeatureValue::Kind::Feature)
        text = crate.own_key + "/" + text;
    }
  }
  return "required-features = " + string_list(sorted(std::move(required))) + "\n";
}

bool asks_for_own_library(const LocalCrate& crate) {
  return crate.part == CratePart::Targets || crate.part == CratePart::Request;
}

/// Only one package may link a native library, and the package itself is in the skeleton with its
/// build script.
bool has_script(const Package& package, const LocalCrate& crate) {
  if (package.build_script() == nullptr) return false;
  return crate.part == CratePart::Package || (crate.part == CratePart::Tests && !package.links);
}

/// The only target of a crate that has none of the package's targets.
std::string placeholder_text(const Package& package, const LocalCrate& crate,
                             std::vector<SkeletonTarget>& targets) {
  if (crate.part == CratePart::Request) {
    const auto name = cargo::crate_name(crate.name);
    targets.push_back({"src/lib.rs", TargetKind::Lib, name});
    return fmt::format("\n[lib]\nname = {}\npath = \"src/lib.rs\"\ntest = false\nbench = false\n{}",
                       toml_quote(name), package.lib()->doctest ? "" : "doctest = false\n");
  }
  // A test target with neither `test` nor `bench` is only built if a flag names it.
  const auto name = crate.name + "-none";
  targets.push_back({"src/none.rs", TargetKind::Test, name});
  return fmt::format("\n[[test]]\nname = {}\npath = \"src/none.rs\"\ntest = false\n",
                     toml_quote(name));
}

/// The platform that a package is compiled for, always or by default.
std::string package_target_text(const Package& package) {
  std::string out;
  for (const auto* key : {"default-target", "forced-target"}) {
    const auto* table = package.document->root.find("package");
    const auto* value = table == nullptr ? nullptr : table->find(key);
    if (value != nullptr && value->string() != nullptr)
      out += fmt::format("{} = {}\n", key, toml_quote(*value->string()));
  }
  return out;
}

}  // namespace

std::string manifest_of(const std::string& directory) {
  return directory.empty() ? "Cargo.toml" : directory + "/Cargo.toml";
}

bool is_written(const LocalCrate& crate, const Dependency& dependency, const Resolved& target) {
  if (target.is_absent() || crate.part == CratePart::Request) return false;
  return crate.includes(dependency.kind);
}

LocalCrateWriter::LocalCrateWriter(const Resolution& resolution, const UnmergedCrates& crates)
    : resolution_(resolution), crates_(crates), origins_(external_origins(resolution)) {}

std::vector<std::string> LocalCrateWriter::cargo_features(const Package& package) {
  return package_target_text(package).empty() ? std::vector<std::string>{}
                                              : std::vector<std::string>{"per-package-target"};
}

SkeletonManifest LocalCrateWriter::write(cargo::LocalId index, const LocalCrate& crate) const {
  const auto& package = resolution_.package(index);
  SkeletonManifest manifest{manifest_of(crate.directory), package_text(package, crate), {}};
  for (std::size_t i = 0; i < crate.targets.size(); ++i) {
    const auto& [target, name, stated] = crate.targets[i];
    const auto neutral =
        target->kind == TargetKind::Lib ? "src/lib.rs" : fmt::format("src/{}.rs", i);
    const auto& file = stated.empty() ? neutral : stated;
    manifest.contents += target_text(crate.targets[i], file) +
                         required_text(package, crate, *target, resolution_.old_resolver());
    if (crate.whole_targets) manifest.contents += source_text(*target, package);
    manifest.targets.push_back({file, target->kind, name, target->is_proc_macro()});
  }
  if (crate.targets.empty())
    manifest.contents += placeholder_text(package, crate, manifest.targets);
  if (has_script(package, crate))
    manifest.targets.push_back({crate.build_script, TargetKind::BuildScript, "build-script-build"});
  manifest.contents += features_text(index, crate);
  for (const auto& [section, lines] : dependency_sections(index, crate)) {
    manifest.contents += "\n" + section + "\n";
    for (const auto& [key, line] : lines) manifest.contents += line;
  }
  return manifest;
}

std::string LocalCrateWriter::package_text(const Package& package, const LocalCrate& crate) const {
  auto out = package_header(crate.name, crate.version,
                            has_script(package, crate) ? crate.build_script : "", crate.edition);
  // A config file can replace the build script of a package that links a native library.
  if (package.links && crate.part == CratePart::Package)
    out += "links = " + toml_quote(*package.links) + "\n";
  if (crate.default_run) out += "default-run = " + toml_quote(*crate.default_run) + "\n";
  return out + package_target_text(package) + crate.details;
}

LocalCrateWriter::Sections LocalCrateWriter::dependency_sections(cargo::LocalId index,
                                                                 const LocalCrate& crate) const {
  Sections out;
  const auto& dependencies = resolution_.package(index).dependencies;
  for (std::size_t i = 0; i < dependencies.size(); ++i) {
    const auto& dependency = dependencies[i];
    const auto& target = resolution_.dependencies[index][i];
    if (!is_written(crate, dependency, target)) continue;
    const auto kind = table_of(dependency.kind);
    auto section = table_header(kind, dependency.condition);
    // A condition that is spelt in two ways has two tables, which may contain the same key.
    auto nested = cargo::platform_key(dependency.condition);
    while (out[section].contains(dependency.key)) {
      nested = nested.starts_with("cfg(") ? "cfg(all(" + nested.substr(4) + ")" : nested;
      section = target_table_header(kind, nested);
    }
    out[section].emplace(dependency.key, dependency_line(crate, dependency, target));
    if (const auto* beside = crate_beside(crate, target)) {
      auto other = dependency;
      other.key = key_beside(dependency.key);
      out[section].emplace(
          other.key,
          line_of(other, {"package = " + toml_quote(beside->name),
                          "path = " + toml_quote(path::relative("/" + beside->directory,
                                                                "/" + crate.directory))}));
    }
  }
  if (asks_for_own_library(crate))
    out[table_header(TableKind::Dependencies, {})].insert_or_assign(crate.own_key,
                                                                    own_line(index, crate));
  return out;
}

/// The dependency of a crate on the package itself, which is compiled with external packages.
std::string LocalCrateWriter::own_line(cargo::LocalId index, const LocalCrate& crate) const {
  const auto& name = resolution_.package(index).name;
  std::vector<std::string> parts;
  if (name != crate.own_key) parts.push_back("package = " + toml_quote(name));
  parts.push_back(patched_path(index, crate));
  parts.emplace_back("default-features = false");
  return fmt::format("{} = {{ {} }}\n", cargo::toml_key(crate.own_key), fmt::join(parts, ", "));
}

std::string LocalCrateWriter::dependency_line(const LocalCrate& crate, const Dependency& dependency,
                                              const Resolved& target) const {
  std::vector<std::string> parts;
  if (const auto* local = target.local()) {
    const auto& other = crates_.by_package.at(*local);
    if (other.name != dependency.key) parts.push_back("package = " + toml_quote(other.name));
    parts.push_back("path = " +
                    toml_quote(path::relative("/" + other.directory, "/" + crate.directory)));
  } else {
    const auto external = *target.external();
    const auto& package = resolution_.lock->packages[external];
    if (package.name != dependency.key) parts.push_back("package = " + toml_quote(package.name));
    for (auto& part : identity_parts(package, origin_of(crate, external)))
      parts.push_back(std::move(part));
  }
  if (dependency.artifact) {
    for (auto& part : artifact_parts(*dependency.artifact, target))
      parts.push_back(std::move(part));
  }
  return line_of(dependency, std::move(parts));
}

std::string LocalCrateWriter::line_of(const Dependency& dependency,
                                      std::vector<std::string> parts) {
  if (dependency.optional) parts.emplace_back("optional = true");
  if (!dependency.default_features) parts.emplace_back("default-features = false");
  if (!dependency.features.empty())
    parts.push_back("features = " + string_list(sorted(dependency.features)));
  return fmt::format("{} = {{ {} }}\n", cargo::toml_key(dependency.key), fmt::join(parts, ", "));
}

const LocalCrate* LocalCrateWriter::crate_beside(const LocalCrate& crate,
                                                 const Resolved& target) const {
  const auto* external = target.external();
  if (crate.part != CratePart::Package || external == nullptr) return nullptr;
  const auto patched = resolution_.patched.find(*external);
  return patched == resolution_.patched.end() ? nullptr : tests_of(crates_, patched->second);
}

std::string LocalCrateWriter::origin_of(const LocalCrate& crate, cargo::LockId external) const {
  const auto patched = resolution_.patched.find(external);
  return patched == resolution_.patched.end() ? origins_.at(external)
                                              : patched_path(patched->second, crate);
}

std::string LocalCrateWriter::patched_path(cargo::LocalId package, const LocalCrate& crate) const {
  const auto directory = patched_directory(*resolution_.workspace, package);
  return "path = " + toml_quote(path::relative(path::join("/", directory), "/" + crate.directory));
}

std::vector<std::string> LocalCrateWriter::artifact_parts(const cargo::Artifact& artifact,
                                                          const Resolved& target) const {
  const auto* local = target.local();
  auto kinds = artifact.kinds;
  const std::string_view binary = "bin:";
  for (auto& kind : kinds) {
    if (!kind.starts_with(binary) || local == nullptr) continue;
    for (const auto& [described, name, file] : crates_.by_package.at(*local).targets) {
      if (described->kind != TargetKind::Bin || kind.substr(binary.size()) != described->name)
        continue;
      kind = std::string(binary) + name;
      break;
    }
  }
  std::vector<std::string> parts{"artifact = " + string_list(sorted(kinds))};
  if (artifact.lib) parts.emplace_back("lib = true");
  if (artifact.target) parts.push_back("target = " + toml_quote(*artifact.target));
  return parts;
}

/// Implicit features are written out, so that they exist even if their dependency is left out.
std::string LocalCrateWriter::features_text(cargo::LocalId index, const LocalCrate& crate) const {
  const auto& package = resolution_.package(index);
  std::set<std::string> known;
  std::set<std::string> optional;
  std::set<std::string> doubled;
  for (std::size_t i = 0; i < package.dependencies.size(); ++i) {
    const auto& dependency = package.dependencies[i];
    if (!is_written(crate, dependency, resolution_.dependencies[index][i])) continue;
    known.insert(dependency.key);
    if (crate_beside(crate, resolution_.dependencies[index][i]) != nullptr)
      doubled.insert(dependency.key);
    if (dependency.optional) optional.insert(dependency.key);
  }
  const auto is_stated = [&](const std::string& text) {
    const auto value = cargo::parse_feature_value(text);
    if (value.kind == FeatureValue::Kind::Feature) return crate.part != CratePart::Request;
    const bool needs_optional = value.weak || value.kind == FeatureValue::Kind::Dependency;
    return (needs_optional ? optional : known).contains(value.dependency);
  };
  if (package.features.empty()) return "";
  const auto name_of = [&](const std::string& feature) {
    return crate.without_default && feature == "default" ? "by-default" : feature;
  };
  std::string out = "\n[features]\n";
  for (const auto& [name, values] : package.features) {
    std::vector<std::string> kept;
    std::copy_if(values.begin(), values.end(), std::back_inserter(kept), is_stated);
    for (std::size_t i = 0, count = kept.size(); i < count; ++i) {
      const auto value = cargo::parse_feature_value(kept[i]);
      if (value.kind == FeatureValue::Kind::Feature || !doubled.contains(value.dependency))
        continue;
      auto beside = kept[i];
      beside.replace(beside.find(value.dependency, beside.starts_with("dep:") ? 4 : 0),
                     value.dependency.size(), key_beside(value.dependency));
      kept.push_back(std::move(beside));
    }
    if (asks_for_own_library(crate)) kept.push_back(crate.own_key + "/" + name);
    std::transform(kept.begin(), kept.end(), kept.begin(), name_of);
    out += fmt::format("{} = {}\n", cargo::toml_key(name_of(name)), string_list(sorted(kept)));
  }
  return out;
}

}  // namespace larder::reduce
