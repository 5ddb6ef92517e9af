#include <algorithm>

#include "sketch.hpp"

// The packages of the workspace itself, all but their features and targets.

namespace larder::test {

namespace {

const std::vector<std::string> local_names{"anvil", "bellows", "chisel", "drill",
                                           "easel", "file",    "gauge",  "hammer"};

void add_shape(PackageSketch& package, Random& random) {
  const auto shape = random.below(100);
  if (shape < 15) {
    package.has_lib = false;
  } else if (shape < 30) {
    package.is_proc_macro = true;
  } else if (shape < 52) {
    package.crate_types = random.pick<std::vector<std::string>>({{"cdylib", "rlib"},
                                                                 {"staticlib", "rlib"},
                                                                 {"dylib"},
                                                                 {"cdylib"},
                                                                 {"staticlib"},
                                                                 {"rlib"},
                                                                 {"dylib", "rlib"},
                                                                 {"lib", "cdylib", "staticlib"}});
  }
  for (const auto* key : {"test", "doctest", "bench"}) {
    if (package.has_lib && random.chance(15)) package.lib_switches.emplace_back(key, "false");
  }
  if (package.has_lib && random.chance(5)) package.lib_switches.emplace_back("harness", "false");
  package.has_script = random.chance(30);
}

std::string any_directory(const std::string& name, Random& random) {
  return random.pick({"", "crates/", "libs/inner/"}) + name;
}

void place(PackageSketch& package, Random& random) {
  package.directory = any_directory(package.name, random);
  if (!random.chance(10)) return;
  package.is_member = false;
  if (random.chance(30)) package.directory = "../beside/" + package.name;
}

void add_shared(WorkspaceSketch& workspace, Random& random) {
  for (const auto& package : workspace.pool) {
    if (!random.chance(20)) continue;
    DependencySketch dependency;
    dependency.package = package.name;
    dependency.major = package.version[0] - '0';
    dependency.key = package.name + (dependency.major == 1 ? "" : "-two");
    dependency.default_features = !random.chance(40);
    dependency.features = some_of(feature_names(package), random);
    workspace.shared.emplace(dependency.key, dependency);
  }
}

DependencySketch local_request(const WorkspaceSketch& workspace, std::size_t own, Random& random) {
  DependencySketch out;
  const auto& packages = workspace.packages;
  out.table = random.pick(
      {"dependencies", "dependencies", "dependencies", "dev-dependencies", "build-dependencies"});
  // Later packages have no features yet, and none may depend on this one but for development.
  const auto index = random.below(out.table == "dev-dependencies" ? packages.size() : own);
  out.is_local = true;
  out.package = packages[index].name;
  out.key = out.package;
  if (index < own) out.features = some_of(feature_names(packages[index]), random);
  return out;
}

DependencySketch external_request(const WorkspaceSketch& workspace, Random& random) {
  DependencySketch out;
  const auto& package = random.pick(workspace.pool);
  out.table = random.pick(
      {"dependencies", "dependencies", "dependencies", "dev-dependencies", "build-dependencies"});
  out.package = package.name;
  out.major = package.version[0] - '0';
  out.key = out.major == 1 ? package.name : package.name + "-two";
  out.features = some_of(feature_names(package), random);
  out.inherited = workspace.shared.contains(out.key) && random.chance(70);
  return out;
}

/// In one package a name means one package, and a package has one name.
std::string usual_key(const PackageSketch& package, const DependencySketch& dependency,
                      Random& random) {
  for (const auto& known : package.dependencies) {
    if (known.package == dependency.package && known.major == dependency.major &&
        known.is_local == dependency.is_local && !random.chance(3))
      return known.key;
  }
  if (dependency.inherited || !random.chance(12)) return dependency.key;
  return "renamed-" + dependency.key;
}

void add_dependency(const WorkspaceSketch& workspace, PackageSketch& package,
                    DependencySketch dependency, Random& random) {
  dependency.key = usual_key(package, dependency, random);
  dependency.inherited =
      dependency.inherited && package.is_member && workspace.shared.contains(dependency.key);
  dependency.platform = any_platform(random);
  dependency.optional = dependency.table != "dev-dependencies" && random.chance(30);
  dependency.default_features = dependency.inherited || !random.chance(25);
  for (const auto& known : package.dependencies) {
    if (known.key == dependency.key && known.table == dependency.table &&
        known.platform == dependency.platform)
      return;
  }
  package.dependencies.push_back(std::move(dependency));
}

void choose_root(WorkspaceSketch& workspace, Random& random) {
  auto& packages = workspace.packages;
  if (random.chance(35)) {
    workspace.root = packages.size() - 1;
    packages.back().directory = "";
    packages.back().is_member = true;
  }
  const bool any_member = std::any_of(packages.begin(), packages.end(),
                                      [](const auto& package) { return package.is_member; });
  if (!any_member) packages.back().is_member = true;
  if (packages.back().directory.starts_with("..") && packages.back().is_member)
    packages.back().directory = packages.back().name;
  if (!random.chance(30)) return;
  for (const auto& package : packages) {
    if (package.is_member && random.chance(50))
      workspace.default_members.push_back(package.directory.empty() ? "." : package.directory);
  }
}

}  // namespace

void add_dependencies(WorkspaceSketch& workspace, std::size_t package, Random& random) {
  const auto count = 1 + random.below(workspace.is_dense ? 12 : 6);
  for (std::size_t i = 0; i < count; ++i) {
    const bool local = package > 0 && random.chance(45);
    add_dependency(
        workspace, workspace.packages[package],
        local ? local_request(workspace, package, random) : external_request(workspace, random),
        random);
  }
}

void add_local_packages(WorkspaceSketch& workspace, Random& random) {
  workspace.resolver = random.pick({"1", "2", "2", "3"});
  workspace.is_dense = random.chance(30);
  add_shared(workspace, random);
  const auto count = 1 + random.below(local_names.size());
  for (std::size_t i = 0; i < count; ++i) {
    PackageSketch package;
    package.name = local_names[i];
    // As a fork of an external package that others still use.
    if (i == 0 && random.chance(4)) package.name = workspace.pool.front().name;
    package.version = "0.1.0";
    add_shape(package, random);
    place(package, random);
    workspace.packages.push_back(std::move(package));
  }
  choose_root(workspace, random);
  for (std::size_t i = 0; i < count; ++i) {
    add_dependencies(workspace, i, random);
    add_features(workspace, workspace.packages[i], random);
    add_targets(workspace, workspace.packages[i], random);
  }
}

WorkspaceSketch generate_workspace(Random& random) {
  WorkspaceSketch workspace;
  workspace.pool = generate_pool(random);
  add_local_packages(workspace, random);
  add_root_tables(workspace, random);
  return workspace;
}

}  // namespace larder::test
