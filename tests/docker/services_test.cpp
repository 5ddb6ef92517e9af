#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

#include "support/created_objects.hpp"
#include "support/tiny.hpp"

// Several services from one cook layer, as compose.yaml and docker-bake.hcl name them.

namespace larder::test {

namespace {

constexpr const char* hcl_package = "python-hcl2==8.1.4";

void copy_examples(const Tiny& tiny) {
  for (const std::string name : {"compose.yaml", "docker-bake.hcl", "two-services.Dockerfile",
                                 "two-services.Dockerfile.dockerignore"}) {
    std::filesystem::copy_file(example(name), tiny.context() + "/" + name);
  }
}

Environment with_images() {
  auto environment = docker_environment();
  const auto images = test_images();
  environment.set("RUST_IMAGE", images.rust);
  environment.set("RUNTIME_IMAGE", images.runtime);
  environment.set("LARDER_IMAGE", images.program);
  return environment;
}

/// The image is `PROJECT_SERVICE`.
BuildLog compose_build(const Tiny& tiny, const std::string& project, const std::string& service) {
  auto environment = with_images();
  environment.set("COMPOSE_DOCKER_CLI_BUILD", "1");
  CreatedObjects::open().add("image", project + "_" + service);
  const auto run =
      run_in(tiny.context(),
             {"docker-compose", "--project-name", project, "build", "--progress", "plain", service},
             environment);
  INFO(run.output, run.errors);
  REQUIRE(run.code() == 0);
  return BuildLog(run.output + run.errors);
}

/// A build for each target of docker-bake.hcl.
std::vector<Build> bake_targets(const Tiny& tiny) {
  const auto library = own_directory() + "/hcl";
  const auto fetched =
      run_in("/", {"python3", "-m", "pip", "install", "--quiet", "--target", library, hcl_package});
  if (fetched.code() != 0) {
    tell_missing(std::string("pip cannot fetch ") + hcl_package);
    return {};
  }
  auto environment = with_images();
  environment.set("PYTHONPATH", library);
  const auto read = must(run_in("/",
                                {"python3", LARDER_SOURCE_DIRECTORY "/tests/docker/bake.py",
                                 tiny.context() + "/docker-bake.hcl"},
                                environment));
  std::vector<Build> targets;
  std::istringstream lines(read.output);
  for (std::string line; std::getline(lines, line);) {
    Build target;
    target.context = tiny.context();
    std::istringstream words(line);
    for (std::string option, value; words >> option && words >> value;) {
      if (option == "--file") target.dockerfile = tiny.context() + "/" + value;
      if (option == "--tag") target.name = "bake-" + value;
      if (option == "--target") target.flags = {option, value};
      if (option == "--build-arg") {
        const auto equals = value.find('=');
        target.arguments[value.substr(0, equals)] = value.substr(equals + 1);
      }
    }
    targets.push_back(target);
  }
  return targets;
}

}  // namespace

TEST_SUITE("services") {
  TEST_CASE("docker compose build") {
    if (find_program("docker-compose").empty()) return;
    const Tiny tiny;
    copy_examples(tiny);
    const auto project = run_name("compose");
    const auto first = compose_build(tiny, project, "app");
    claim(first.step(build_step).says("Reused 3 of 3 external units"), "app reuses all units",
          part(first.step(build_step)));
    const auto admin = compose_build(tiny, project, "admin");
    claim(admin.step(cook_step).cached && admin.step(build_step).cached,
          "admin finds cook and build in the cache", admin.text());
    tiny.edit_sources();
    const auto second = compose_build(tiny, project, "app");
    claim(second.step(cook_step).cached, "a source edit leaves the cook step CACHED",
          part(second.step(cook_step)));
    claim_says(project + "_app", "app: 42 jars");
    claim_says(project + "_admin", "admin: 42 jars");
  }

  TEST_CASE("docker buildx bake") {
    const Tiny tiny;
    copy_examples(tiny);
    const auto targets = bake_targets(tiny);
    if (targets.empty()) return;
    REQUIRE(targets.size() == 2);
    const auto first = require_built(targets[0]);
    claim(first.step(build_step).says("Reused 3 of 3 external units"), "app reuses all units",
          part(first.step(build_step)));
    const auto second = require_built(targets[1]);
    claim(second.step(cook_step).cached && second.step(build_step).cached,
          "admin finds cook and build in the cache", second.text());
    claim_says(run_name("bake-app"), "app: 42 jars");
    claim_says(run_name("bake-admin"), "admin: 42 jars");
  }
}

}  // namespace larder::test
