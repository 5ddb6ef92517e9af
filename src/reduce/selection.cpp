#include "larder/reduce/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/cargo/glob.hpp"

namespace larder::reduce {

using cargo::Package;
using cargo::Workspace;

namespace {

/// The package id specification of `-p` (cargo: core/package_id_spec.rs): `name`, `name@version`,
/// `name:version`, a URL with `#name`, or a pattern.
bool fits(const std::string& specification, const Package& package) {
  auto name = specification;
  if (const auto hash = name.find('#'); hash != std::string::npos) name = name.substr(hash + 1);
  std::string version;
  if (const auto at = name.find_first_of("@:"); at != std::string::npos) {
    version = name.substr(at + 1);
    name.resize(at);
  }
  const bool version_fits = version.empty() || package.version.str() == version ||
                            package.version.str().starts_with(version + ".");
  return version_fits && (name == package.name || cargo::glob_matches(name, package.name));
}

std::string member_names(const Workspace& workspace) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < workspace.member_count; ++i)
    names.push_back(workspace.packages[i].name);
  std::sort(names.begin(), names.end());
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::set<std::size_t> matching(const Workspace& workspace,
                               const std::vector<std::string>& specifications,
                               std::string_view option) {
  std::set<std::size_t> out;
  for (const auto& specification : specifications) {
    bool known = false;
    for (std::size_t i = 0; i < workspace.member_count; ++i) {
      if (!fits(specification, workspace.packages[i])) continue;
      known = true;
      out.insert(i);
    }
    if (known) continue;
    throw Error("unknown-package",
                fmt::format("`{} {}` of the cargo command names no member of the workspace", option,
                            specification))
        .in_file(workspace.root_manifest->path())
        .hint("its members are: " + member_names(workspace));
  }
  return out;
}

void check_target_names(const Workspace& workspace, const std::set<std::size_t>& selected,
                        const cargo::CommandLine& command) {
  using cargo::TargetKind;
  const std::vector<std::pair<TargetKind, std::string_view>> kinds{{TargetKind::Bin, "bin"},
                                                                   {TargetKind::Example, "example"},
                                                                   {TargetKind::Test, "test"},
                                                                   {TargetKind::Bench, "bench"}};
  for (const auto& [kind, option] : kinds) {
    for (const auto& name : command.filter(kind).names) {
      const cargo::KindFilter one{false, {name}};
      std::string known;
      bool found = false;
      for (const auto package : selected) {
        for (const auto& target : workspace.packages[package].targets) {
          if (target.kind != kind) continue;
          found = found || one.selects(target.name);
          known += (known.empty() ? "" : ", ") + target.name;
        }
      }
      if (found) continue;
      throw Error(
          "unknown-target",
          fmt::format(
              "`--{} {}` of the cargo command names no such target of the selected packages",
              option, name))
          .in_file(workspace.root_manifest->path())
          .hint(known.empty() ? fmt::format("they have no {} targets", option)
                              : "they have: " + known);
    }
  }
}

void check_features(const Workspace& workspace, const std::set<std::size_t>& selected,
                    const cargo::CommandLine& command) {
  const auto has_dependency = [](const Package& package, const std::string& key) {
    return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                       [&](const auto& dependency) { return dependency.key == key; });
  };
  for (const auto& text : command.features) {
    const auto value = cargo::parse_feature_value(text);
    const bool known = std::any_of(selected.begin(), selected.end(), [&](std::size_t index) {
      const auto& package = workspace.packages[index];
      if (value.kind == cargo::FeatureValue::Kind::Feature)
        return package.features.contains(value.feature);
      return (package.name == value.dependency && package.features.contains(value.feature)) ||
             has_dependency(package, value.dependency);
    });
    // Under resolver 1 a flag may also name another member's feature.
    const bool elsewhere = workspace.resolver == "1" &&
                           std::any_of(workspace.packages.begin(), workspace.packages.end(),
                                       [&](const Package& package) {
                                         return package.features.contains(value.feature);
                                       });
    if (known || elsewhere) continue;
    throw Error(
        "unknown-feature",
        fmt::format("`--features {}` of the cargo command: no selected package has that feature",
                    text))
        .in_file(workspace.root_manifest->path())
        .hint("name it as PACKAGE/FEATURE, or select the package that has it with -p");
  }
}

}  // namespace

std::set<std::size_t> select_packages(const Workspace& workspace,
                                      const cargo::CommandLine& command) {
  std::set<std::size_t> selected;
  if (!command.packages.empty()) {
    selected = matching(workspace, command.packages, "-p");
  } else if (command.workspace) {
    for (std::size_t i = 0; i < workspace.member_count; ++i) selected.insert(i);
    for (const auto index : matching(workspace, command.exclude, "--exclude"))
      selected.erase(index);
  } else {
    selected = {workspace.default_members.begin(), workspace.default_members.end()};
  }
  check_target_names(workspace, selected, command);
  check_features(workspace, selected, command);
  return selected;
}

}  // namespace larder::reduce
