#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "../e2e/support/files.hpp"
#include "support/claim.hpp"
#include "support/created_objects.hpp"
#include "support/evidence.hpp"
#include "support/test_images.hpp"
#include "support/tiny.hpp"

// The ways in which people use cargo-chef, one Dockerfile for each kind, as they stand in the
// repository: only what they are built from is replaced. `scripts/shapes` runs more of them.

namespace larder::test {

namespace fs = std::filesystem;

namespace {

/// A Rust image with the program under cargo-chef's name, for what is at Docker Hub.
std::string chef_image() {
  const auto images = test_images();
  const auto context = own_directory() + "/chef";
  fs::create_directories(context);
  write_file(context + "/Dockerfile",
             "FROM " + images.program + " AS program\nFROM " + images.rust +
                 "\nCOPY --from=program /cargo-larder /usr/local/cargo/bin/cargo-chef\n");
  require_built({context + "/Dockerfile", context, "chef", {}, "shapes", {}});
  return run_name("chef");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

bool is_build(const Step& step) {
  if (!step.instruction.starts_with("RUN") || !step.position.starts_with("builder")) return false;
  return step.instruction.find("cargo build") != std::string::npos ||
         step.instruction.find("cargo test") != std::string::npos;
}

void check_shape(const std::string& name, const std::string& image) {
  const Tiny tiny;
  Build what = tiny.build("");
  what.name = "shape-" + name;
  what.mounts = what.name;
  what.dockerfile = tiny.directory() + "/Dockerfile";
  auto text = read_file(LARDER_SOURCE_DIRECTORY "/tests/docker/shapes/dockerfiles/" + name +
                        ".tiny.Dockerfile");
  for (const std::string base : {"lukemathwalker/cargo-chef:latest-rust-1", "rust:1"})
    text = replaced(text, "FROM " + base, "FROM " + image);
  // Writing an image takes long, and nobody wants this one.
  write_file(what.dockerfile, text + "FROM scratch\nCOPY --from=builder /etc/hostname /\n");
  std::printf("%s\n", name.c_str());
  const auto log = require_built(what);
  const auto& steps = log.steps();
  const auto cooks_itself = [](const Step& step) {
    return step.instruction.find("chef cook") != std::string::npos;
  };
  for (const auto& step : steps) {
    // A build of the skeleton where cook compiles nothing compiles what cook would.
    if (!is_build(step) || cooks_itself(step)) continue;
    claim(!step.cached && step.compiled_external().empty(),
          "no dependency is compiled again by " + step.instruction, part(step));
  }
  const bool is_real = std::any_of(steps.begin(), steps.end(),
                                   [](const Step& step) { return step.says("app: 42 jars"); });
  claim(is_real, "the program is the real one", log.text());
}

}  // namespace

TEST_SUITE("shapes") {
  TEST_CASE("the program takes cargo-chef's place in every kind of Dockerfile") {
    const auto image = chef_image();
    for (const std::string name : {"another-user", "bind-mounts", "build-on-skeleton", "cacher",
                                   "check-and-test", "cook-on-mount", "flags", "manifest-first",
                                   "no-build", "no-lock", "some-members", "sources-alone"}) {
      CAPTURE(name);
      check_shape(name, image);
    }
  }
}

}  // namespace larder::test
