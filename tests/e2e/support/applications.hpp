#pragma once

#include <string>
#include <vector>

namespace larder::test {

/// A package of a registry: its name and exact version.
struct PublishedPackage {
  std::string name;
  std::string version;
};

/// A published program whose package holds its sources and Cargo.lock, with the packages of the
/// same project that it is developed with.
struct Application {
  PublishedPackage program;
  /// These become members of one workspace with the program, as in its repository.
  std::vector<PublishedPackage> siblings;
};

/// The directory with an application's sources, brought by cargo once and then kept below the build
/// directory.
std::string application_sources(const Application& application);

}  // namespace larder::test
