#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace larder::test {

/// A fault of docs/troubleshooting.md that a Dockerfile can have.
struct DockerfileFault {
  std::string name;
  /// The rule of lint that finds it.
  std::string rule;
  /// Puts it into the text of a Dockerfile of examples/docker. Returns nothing if the file has no
  /// place for it.
  std::optional<std::string> (*apply)(const std::string&);
};
const std::vector<DockerfileFault>& dockerfile_faults();

/// The Dockerfiles of examples/docker.
std::vector<std::filesystem::path> example_dockerfiles();

}  // namespace larder::test
