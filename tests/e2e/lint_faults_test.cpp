#include <doctest/doctest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "support/dockerfile_faults.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"

// Every fault that is put into a Dockerfile of examples/docker is found.

namespace larder::test {

namespace {

std::set<std::string> rules_found(const std::string& directory, const std::string& text) {
  write_file(directory + "/Dockerfile", text);
  const auto run = larder({"lint", "Dockerfile", "--message-format", "json"}, directory);
  std::set<std::string> out;
  for (const auto& finding : nlohmann::json::parse(run.output)) out.insert(finding["id"]);
  return out;
}

/// Where the recipe is made elsewhere, the file does not say what it is for.
bool cannot_be_known(const std::string& file, const DockerfileFault& fault) {
  const std::set<std::string> about_recipe{"profile-differs", "mode-differs", "flag-disagrees",
                                           "manifests-before-cook"};
  return file == "host-planner.Dockerfile" &&
         (about_recipe.contains(fault.rule) ||
          fault.name == "a profile's variable for cook and not for prepare");
}

/// Faults are differences from a cook, and lint looks at nothing else.
bool cooks(const std::string& text) {
  return text.find("larder cook") != std::string::npos ||
         text.find("chef cook") != std::string::npos || text.find("\"cook\"") != std::string::npos;
}

}  // namespace

TEST_SUITE("lint") {
  TEST_CASE("each fault that is put into an example is found") {
    const TestDirectory directory("lint-faults");
    write_file(directory / ".dockerignore", "target\nrecipe.json\n");
    int injected = 0;
    int found = 0;
    for (const auto& file : example_dockerfiles()) {
      const auto text = read_file(file.string());
      if (!cooks(text)) continue;
      for (const auto& fault : dockerfile_faults()) {
        const auto changed = fault.apply(text);
        if (!changed) continue;
        ++injected;
        const bool is_found = rules_found(directory.path(), *changed).contains(fault.rule);
        if (is_found) ++found;
        if (cannot_be_known(file.filename().string(), fault)) continue;
        CAPTURE(file.filename().string());
        CAPTURE(fault.name);
        CHECK(is_found);
      }
    }
    std::printf("%d of %d faults are found\n", found, injected);
    CHECK(injected > 250);
  }
}

}  // namespace larder::test
