#pragma once

#include <vector>

#include "project.hpp"

namespace larder::test {

/// A way to break a project. False when it does not apply; what was done is added to
/// `Project::flaw`.
struct Flaw {
  const char* name;
  bool (*apply)(Project& project, Random& random);
};

std::vector<Flaw> package_flaws();
std::vector<Flaw> dependency_flaws();

/// A package to break: no virtual manifest.
PackageSketch& any_package(Project& project, Random& random);
/// Sets a key and notes it as the flaw.
void put(Project& project, PackageSketch& package, const std::string& table, const std::string& key,
         const std::string& value);

}  // namespace larder::test
