#pragma once

#include <string>

#include "docker.hpp"

namespace larder::test {

/// Podman and Buildah with one storage, which holds the images of this run.
class PodmanStorage {
 public:
  /// Takes the images from docker.
  PodmanStorage();
  ~PodmanStorage();
  PodmanStorage(const PodmanStorage&) = delete;
  PodmanStorage& operator=(const PodmanStorage&) = delete;

  /// Removes what a killed run has left, too.
  static void remove();
};

/// One of the two programs.
class PodmanBuilder : public Builder {
 public:
  explicit PodmanBuilder(std::string program) : program_(std::move(program)) {}
  Built build(const Build& build) const override;
  Run run(const std::string& image) const override;

 private:
  std::string program_;
};

}  // namespace larder::test
