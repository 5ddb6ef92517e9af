#pragma once

#include <map>
#include <string>

#include "../../e2e/support/programs.hpp"
#include "build_log.hpp"

namespace larder::test {

/// Why nothing can be tested here: no docker, no daemon, no BuildKit. Empty when all is there.
std::string what_is_missing();

/// The environment in which docker's client builds with BuildKit, and comes first on PATH.
Environment docker_environment();
/// Runs docker's client.
Run docker(const Words& arguments);
/// The same, ended after that time.
Run docker_within(int seconds, const Words& arguments);
/// The same; throws with what it said when it fails.
std::string docker_output(const Words& arguments);

class Builder;

/// A build to make. The image it makes is removed at the end of the run.
struct Build {
  std::string dockerfile;
  std::string context;
  /// Also the name of the image, behind the run's own.
  std::string name;
  std::map<std::string, std::string> arguments;
  /// Cache mounts are shared by the builds that have this in common.
  std::string mounts = "shared";
  Words flags;
  /// Docker if there is none.
  const Builder* builder = nullptr;
};

struct Built {
  bool succeeded = false;
  BuildLog log;
  std::string image;
};

/// Another program that builds images.
class Builder {
 public:
  virtual ~Builder() = default;
  virtual Built build(const Build& build) const = 0;
  /// Runs an image that it has built.
  virtual Run run(const std::string& image) const = 0;
};

Built build(const Build& build);

/// A name that no other run has.
std::string run_name(const std::string& name);

/// The answer of a service in a container of its own: what it says at its first page. Throws with
/// the container's log when there is none.
std::string answer_of(const std::string& image, int port = 8080);

}  // namespace larder::test
