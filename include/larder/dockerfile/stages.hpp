#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/dockerfile/dockerfile.hpp"
#include "larder/dockerfile/expand.hpp"

namespace larder::dockerfile {

/// A `FROM` and the instructions up to the next one.
struct Stage {
  /// In lower case; empty without `AS`.
  std::string name;
  /// The image or stage that `FROM` names, variables expanded.
  std::string image;
  /// The earlier stage that `image` means.
  std::optional<std::size_t> base;
  Position at;
  /// Positions in `Dockerfile::instructions`: the first one after `FROM`, and the end.
  std::size_t first = 0;
  std::size_t end = 0;
};

/// An `ARG` in front of the first `FROM`.
struct GlobalArgument {
  std::string name;
  Position at;
};

struct Stages {
  std::vector<Stage> stages;
  std::vector<GlobalArgument> arguments;
  /// The values of those that have a default, and of the platform arguments.
  Variables values;

  /// The stage that `--from` or `FROM` names, by name or number, of those before `before`. The last
  /// one counts when several have the name.
  std::optional<std::size_t> find(std::string_view name, std::size_t before) const;
};

/// What BuildKit sets without being asked (`TARGETARCH`, …) in a build for linux/amd64.
const Variables& platform_arguments();

/// `given` are values of `--build-arg`. Throws `dockerfile-parse` for a `FROM` without an image and
/// for an instruction other than `ARG` in front of the first one.
Stages stages_of(const Dockerfile& file, const Variables& given = {});

}  // namespace larder::dockerfile
