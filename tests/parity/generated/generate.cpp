#include "project.hpp"

// A whole project from a seed.

namespace larder::test {

namespace {

void fill(Project& project, PackageSketch& package, Random& random) {
  if (package.is_root) add_shared_tables(project, package, random);
  if (!package.name.empty()) add_package_fields(project, package, random);
  if (!package.name.empty()) add_targets(project, package, random);
  add_dependencies(project, package, random);
  add_features(project, package, random);
  add_other_tables(project, package, random);
}

}  // namespace

Project generate(std::uint64_t seed) {
  Random random(seed);
  Project project;
  lay_out(project, random);
  for (auto& package : project.packages) fill(project, package, random);
  add_configs(project, random);
  if (random.chance(35)) add_flaw(project, random);
  for (const auto& package : project.packages) {
    auto text = package.manifest.render(random);
    project.files.try_emplace(joined(package.directory, "Cargo.toml"), std::move(text));
  }
  return project;
}

}  // namespace larder::test
