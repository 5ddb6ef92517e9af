#include "sketch.hpp"

namespace larder::test {

namespace {

std::vector<std::string> required(const WorkspaceSketch& workspace, const PackageSketch& package,
                                  Random& random) {
  if (!random.chance(20)) return {};
  std::vector<std::string> out;
  if (const auto own = feature_names(package); !own.empty()) out.push_back(random.pick(own));
  for (const auto& dependency : package.dependencies) {
    if (!random.chance(dependency.is_local ? 15 : 8)) continue;
    const auto known = feature_names(behind(workspace, dependency));
    if (!known.empty()) out.push_back(dependency.key + "/" + random.pick(known));
  }
  return out;
}

void add_target(const WorkspaceSketch& workspace, PackageSketch& package, const std::string& kind,
                const std::string& name, const std::string& path, Random& random) {
  TargetSketch target{kind, name, path, required(workspace, package, random), {}};
  if (random.chance(15)) target.switches.emplace_back("test", random.pick({"true", "false"}));
  if (random.chance(8)) target.switches.emplace_back("bench", random.pick({"true", "false"}));
  if (random.chance(10)) target.switches.emplace_back("harness", "false");
  if (kind == "example" && random.chance(10))
    target.switches.emplace_back("crate-type", random.pick({"[\"cdylib\"]", "[\"staticlib\"]",
                                                            "[\"dylib\"]", "[\"rlib\"]"}));
  package.targets.push_back(std::move(target));
}

}  // namespace

void add_targets(const WorkspaceSketch& workspace, PackageSketch& package, Random& random) {
  const auto& name = package.name;
  if (!package.has_lib || random.chance(30))
    add_target(workspace, package, "bin", name, "src/main.rs", random);
  if (random.chance(12))
    add_target(workspace, package, "bin", name + "-extra", "src/bin/extra.rs", random);
  if (random.chance(30))
    add_target(workspace, package, "test", name + "-works", "tests/works.rs", random);
  if (random.chance(25))
    add_target(workspace, package, "example", name + "-shown", "examples/shown.rs", random);
  if (random.chance(20))
    add_target(workspace, package, "bench", name + "-speed", "benches/speed.rs", random);
}

}  // namespace larder::test
