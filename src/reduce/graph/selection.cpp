#include "larder/reduce/graph/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "larder/cargo/command/package_spec.hpp"
#include "larder/cargo/workspace/glob.hpp"
#include "larder/reduce/skeleton.hpp"

namespace larder::reduce {

using cargo::Package;
using cargo::PackageSpec;
using cargo::Workspace;

namespace {

/// Reads the package ID specification of `-p` or `--exclude` (cargo: core/package_id_spec.rs).
/// Nothing for a glob pattern, which only matches members.
std::optional<PackageSpec> parse_spec(const std::string& text) {
  if (cargo::has_glob_characters(text)) return std::nullopt;
  auto spec = cargo::parse_package_spec(text);
  if (spec) return spec;
  throw Error("command-invalid",
              fmt::format("`{}` in the cargo command is not a package specification", text))
      .hint("write NAME, NAME@VERSION, URL#NAME, URL#NAME@VERSION or a glob pattern");
}

bool fits(const std::string& text, const Package& package) {
  const auto spec = parse_spec(text);
  if (!spec) return cargo::glob_matches(text, package.name);
  const bool elsewhere = !spec->url.empty() && !spec->is_path;
  if (elsewhere || spec->name != package.name) return false;
  // In an open recipe, a package without its real version is the only one with its name.
  return !spec->version || spec->version->matches(package.version) ||
         package.version.str() == open_version;
}

bool fits(const std::string& text, const cargo::LockedPackage& package) {
  const auto spec = parse_spec(text);
  return spec && !package.is_local() && spec->names(package);
}

std::string member_names(const Workspace& workspace) {
  std::vector<std::string> names;
  for (const auto i : workspace.member_ids()) names.push_back(workspace.packages[i].name);
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

bool names_external(const cargo::Lockfile& lock, const std::string& specification) {
  return std::any_of(lock.packages.begin(), lock.packages.end(),
                     [&](const auto& package) { return fits(specification, package); });
}

/// The members that the specifications name. `lock` is null if they must not name external
/// packages.
std::set<cargo::LocalId> matching(const Workspace& workspace, const cargo::Lockfile* lock,
                                  const std::vector<std::string>& specifications,
                                  std::string_view option) {
  std::set<cargo::LocalId> out;
  for (const auto& specification : specifications) {
    bool known = false;
    for (const auto i : workspace.member_ids()) {
      if (!fits(specification, workspace.packages[i])) continue;
      known = true;
      out.insert(i);
    }
    if (known || (lock != nullptr && names_external(*lock, specification))) continue;
    throw Error(
        "unknown-package",
        fmt::format("`{} {}` in the cargo command matches no workspace member{}", option,
                    specification, lock == nullptr ? "" : " and no package in the lock file"))
        .in_file(workspace.root_manifest->path())
        .hint("the members are: " + member_names(workspace));
  }
  return out;
}

void check_target_names(const Workspace& workspace, const std::set<cargo::LocalId>& selected,
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
          fmt::format("`--{} {}` in the cargo command: the selected packages have no such target",
                      option, name))
          .in_file(workspace.root_manifest->path())
          .hint(known.empty() ? fmt::format("they have no {} targets", option)
                              : "they have: " + known);
    }
  }
}

void check_features(const Workspace& workspace, const std::set<cargo::LocalId>& selected,
                    const cargo::CommandLine& command) {
  const auto has_dependency = [](const Package& package, const std::string& key) {
    return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                       [&](const auto& dependency) { return dependency.key == key; });
  };
  for (const auto& text : command.features) {
    const auto value = cargo::parse_feature_value(text);
    const bool known = std::any_of(selected.begin(), selected.end(), [&](cargo::LocalId index) {
      const auto& package = workspace.packages[index];
      if (value.kind == cargo::FeatureValue::Kind::Feature)
        return package.features.contains(value.feature);
      return (package.name == value.dependency && package.features.contains(value.feature)) ||
             has_dependency(package, value.dependency);
    });
    // With resolver 1 a flag may also name a feature of another local package.
    const bool elsewhere = workspace.resolver == "1" &&
                           std::any_of(workspace.packages.begin(), workspace.packages.end(),
                                       [&](const Package& package) {
                                         return package.features.contains(value.feature);
                                       });
    if (known || elsewhere) continue;
    throw Error(
        "unknown-feature",
        fmt::format("`--features {}` in the cargo command: no selected package has this feature",
                    text))
        .in_file(workspace.root_manifest->path())
        .hint("write PACKAGE/FEATURE, or select the package that has the feature with -p");
  }
}

}  // namespace

namespace {

std::set<cargo::LocalId> selected_members(const Workspace& workspace, const cargo::Lockfile& lock,
                                          const cargo::CommandLine& command) {
  if (!command.packages.empty()) return matching(workspace, &lock, command.packages, "-p");
  if (!command.workspace)
    return {workspace.default_members.begin(), workspace.default_members.end()};
  std::set<cargo::LocalId> selected;
  for (const auto i : workspace.member_ids()) selected.insert(i);
  for (const auto index : matching(workspace, nullptr, command.exclude, "--exclude"))
    selected.erase(index);
  return selected;
}

}  // namespace

std::set<cargo::LocalId> select_packages(const Workspace& workspace, const cargo::Lockfile& lock,
                                         const cargo::CommandLine& command) {
  auto selected = selected_members(workspace, lock, command);
  // If only external packages are selected, cargo itself checks the other flags.
  if (selected.empty()) return selected;
  check_target_names(workspace, selected, command);
  check_features(workspace, selected, command);
  return selected;
}

std::set<cargo::LockId> select_externals(const Workspace& workspace, const cargo::Lockfile& lock,
                                         const cargo::CommandLine& command) {
  std::set<cargo::LockId> out;
  for (const auto& specification : command.packages) {
    const bool local = std::any_of(
        workspace.packages.begin(),
        workspace.packages.begin() + static_cast<std::ptrdiff_t>(workspace.member_count),
        [&](const Package& package) { return fits(specification, package); });
    if (local) continue;
    for (const auto i : lock.packages.ids()) {
      if (fits(specification, lock.packages[i])) out.insert(i);
    }
  }
  return out;
}

std::optional<std::string> default_run(const Workspace& workspace, const cargo::Lockfile& lock,
                                       const cargo::CommandLine& command) {
  if (!command.is_run || command.bins.any() || command.examples.any()) return std::nullopt;
  std::vector<std::string> named;
  for (const auto index : selected_members(workspace, lock, command)) {
    const auto& package = workspace.packages[index];
    if (package.default_run) named.push_back(*package.default_run);
  }
  return named.size() == 1 ? std::optional(named[0]) : std::nullopt;
}

}  // namespace larder::reduce
