#include "sketch.hpp"

// External packages: small, with every kind of feature, dependency and target that cargo's graph
// can see.

namespace larder::test {

namespace {

const std::vector<std::string> names{"alder", "birch", "cedar",   "dogwood", "elm",
                                     "fir",   "hazel", "juniper", "larch",   "maple"};

void add_pool_dependencies(const Pool& pool, PackageSketch& package, Random& random) {
  const auto count = pool.empty() ? 0 : random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& other = random.pick(pool);
    if (other.name == package.name) continue;
    DependencySketch dependency;
    dependency.package = other.name;
    dependency.major = other.version[0] - '0';
    dependency.key = dependency.major == 1 ? other.name : other.name + "-two";
    dependency.table =
        random.pick({"dependencies", "dependencies", "dependencies", "build-dependencies"});
    dependency.platform = any_platform(random);
    dependency.optional = random.chance(35);
    dependency.default_features = !random.chance(30);
    dependency.features = some_of(feature_names(other), random);
    bool taken = false;
    for (const auto& known : package.dependencies)
      taken = taken || (known.key == dependency.key && known.table == dependency.table);
    if (!taken) package.dependencies.push_back(std::move(dependency));
  }
}

PackageSketch external(const WorkspaceSketch& before, const std::string& name, Random& random) {
  PackageSketch package;
  package.name = name;
  package.is_proc_macro = random.chance(15);
  if (!package.is_proc_macro && random.chance(12)) {
    package.crate_types = random.pick<std::vector<std::string>>(
        {{"rlib", "cdylib"}, {"dylib", "rlib"}, {"staticlib", "rlib"}, {"dylib"}});
  }
  package.has_script = random.chance(20);
  if (package.has_script && random.chance(30)) package.links = name;
  add_pool_dependencies(before.pool, package, random);
  add_features(before, package, random);
  return package;
}

}  // namespace

Pool generate_pool(Random& random) {
  WorkspaceSketch so_far;
  for (const auto& name : names) {
    auto package = external(so_far, name, random);
    const bool twice = package.links.empty() && random.chance(20);
    so_far.pool.push_back(std::move(package));
    if (!twice) continue;
    auto second = external(so_far, name, random);
    second.version = "2.0.0";
    second.links.clear();
    so_far.pool.push_back(std::move(second));
  }
  return std::move(so_far.pool);
}

}  // namespace larder::test
