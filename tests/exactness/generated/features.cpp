#include <algorithm>
#include <set>
#include <stdexcept>

#include "sketch.hpp"

namespace larder::test {

namespace {

std::string value_for(const WorkspaceSketch& workspace, const DependencySketch& dependency,
                      Random& random) {
  const auto known = feature_names(behind(workspace, dependency));
  if (dependency.optional && (known.empty() || random.chance(35))) return "dep:" + dependency.key;
  if (known.empty()) return "";
  const auto* sign = dependency.optional && random.chance(50) ? "?/" : "/";
  return dependency.key + sign + random.pick(known);
}

bool is_optional(const PackageSketch& package, const std::string& key) {
  return std::any_of(
      package.dependencies.begin(), package.dependencies.end(),
      [&](const DependencySketch& other) { return other.key == key && other.optional; });
}

/// A weak feature needs a key that is optional in every table but those for development.
bool may_be_named(const PackageSketch& package, const DependencySketch& dependency) {
  return dependency.optional || !is_optional(package, dependency.key);
}

std::vector<std::string> values(const WorkspaceSketch& workspace, const PackageSketch& package,
                                const std::vector<std::string>& later, Random& random) {
  std::set<std::string> out;
  for (const auto& name : later) {
    if (random.chance(35)) out.insert(name);
  }
  for (const auto& dependency : package.dependencies) {
    if (!may_be_named(package, dependency)) continue;
    // What another local package may turn on of a development dependency cannot be merged.
    const bool dev = dependency.table == "dev-dependencies";
    if (!random.chance(dev ? 12 : 35)) continue;
    auto text = value_for(workspace, dependency, random);
    if (!text.empty()) out.insert(std::move(text));
  }
  return {out.begin(), out.end()};
}

}  // namespace

std::vector<std::string> feature_names(const PackageSketch& package) {
  std::set<std::string> out;
  std::set<std::string> hidden;
  for (const auto& [name, texts] : package.features) {
    out.insert(name);
    for (const auto& text : texts) {
      if (text.starts_with("dep:")) hidden.insert(text.substr(4));
    }
  }
  for (const auto& dependency : package.dependencies) {
    if (dependency.optional && !hidden.contains(dependency.key)) out.insert(dependency.key);
  }
  return {out.begin(), out.end()};
}

const PackageSketch& behind(const WorkspaceSketch& workspace, const DependencySketch& dependency) {
  const auto& packages = dependency.is_local ? workspace.packages : workspace.pool;
  for (const auto& package : packages) {
    const bool fits = dependency.is_local || package.version[0] - '0' == dependency.major;
    if (fits && package.name == dependency.package) return package;
  }
  throw std::logic_error("no package " + dependency.package);
}

void add_features(const WorkspaceSketch& workspace, PackageSketch& package, Random& random) {
  std::vector<std::string> later;
  const auto count = random.below(workspace.is_dense ? 6 : 4);
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = "f" + std::to_string(i);
    package.features[name] = values(workspace, package, later, random);
    later.push_back(name);
  }
  if (random.chance(60)) package.features["default"] = values(workspace, package, later, random);
}

std::string any_platform(Random& random) {
  if (random.chance(65)) return "";
  return random.pick({"cfg(unix)", "cfg(windows)", "cfg(target_os = \"linux\")",
                      "cfg(not(windows))", "cfg(any(windows, target_arch = \"arm\"))",
                      "cfg(custom)", "x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"});
}

std::vector<std::string> some_of(const std::vector<std::string>& all, Random& random) {
  std::vector<std::string> out;
  for (const auto& item : all) {
    if (random.chance(33)) out.push_back(item);
  }
  return out;
}

}  // namespace larder::test
