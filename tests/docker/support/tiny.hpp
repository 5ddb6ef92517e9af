#pragma once

#include <functional>
#include <string>

#include "../../e2e/support/files.hpp"
#include "claim.hpp"
#include "docker.hpp"
#include "evidence.hpp"
#include "test_images.hpp"

namespace larder::test {

/// A copy of the workspace in tests/docker/tiny, whose dependencies take two seconds.
class Tiny {
 public:
  /// In a subdirectory of the context, where one is named.
  explicit Tiny(const std::string& subdirectory = "");

  const std::string& directory() const { return directory_.path(); }
  std::string context() const { return directory_ / "context"; }
  const std::string& sources() const { return sources_; }
  void edit_sources() const;

  /// A build of `NAME.Dockerfile` over it, with the images of this run.
  Build build(const std::string& example_name) const;

 private:
  TestDirectory directory_;
  std::string sources_;
  mutable int edits_ = 0;
};

/// Runs an image with docker, in a container that is removed. `command` replaces the image's own.
Run run_image(const std::string& image, const Words& command = {});

/// Runs the image, which has to say this. `command` replaces the image's own, with docker only.
void claim_says(const std::string& image, const std::string& text, const Builder* builder = nullptr,
                const Words& command = {});

/// Builds, runs the image, edits the sources, builds again, with the claims for every example.
/// The answer is the log of the first build. `before` is done before each.
BuildLog check_example(
    const Tiny& tiny, const Build& what, const std::string& cook = cook_step,
    const std::string& built = build_step, const std::function<void()>& before = [] {});

}  // namespace larder::test
