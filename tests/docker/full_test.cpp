#include <doctest/doctest.h>

#include <filesystem>

#include "larder/base/process.hpp"
#include "support/claim.hpp"
#include "support/ground.hpp"
#include "support/workspace.hpp"

// The life of one workspace under examples/docker/Dockerfile, from its first build on.

namespace larder::docker {

namespace {

namespace fs = std::filesystem;

constexpr const char* cook = "cargo larder cook";
constexpr const char* build_step = "cargo larder build";

std::string listed(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

/// The part of a log that a claim is about.
std::string part(const Step& step) {
  std::string out = step.instruction + (step.cached ? "\nCACHED" : "");
  for (const auto& line : step.lines) out += "\n" + line;
  return out;
}

BuildLog require_built(const Build& what) {
  auto built = build(what);
  INFO(built.log.text());
  REQUIRE(built.succeeded);
  return built.log;
}

/// Builds after a change that touches no dependency.
BuildLog build_after(const std::string& change, const Build& what) {
  const auto log = require_built(what);
  claim(log.step(cook).cached, change + " leaves the cook step CACHED", part(log.step(cook)));
  const auto& built = log.step(build_step);
  claim(!built.cached && !built.compiled_local().empty(), change + " is built", part(built));
  claim(built.compiled_external().empty(), change + " compiles 0 external crates", part(built));
  return log;
}

/// Every path in an image, and whether a text is anywhere in its files.
struct Contents {
  std::string paths;
  bool has_text = false;
};

Contents contents(const std::string& image, const std::string& text) {
  const auto container = run_name("contents");
  const e2e::TestDirectory directory("contents");
  const auto archive = directory / "image.tar";
  docker_output({"create", "--name", container, image});
  docker_output({"export", "--output", archive, container});
  docker_output({"rm", container});
  const auto list = capture_process({{"tar", "-tf", archive}, "/", e2e::test_environment()});
  return {list.output, e2e::read_file(archive).find(text) != std::string::npos};
}

/// The Dockerfile with a stage that shows what is in the builder.
std::string with_look(const Workspace& workspace) {
  const auto path = workspace.path() + "-look.Dockerfile";
  e2e::write_file(path, e2e::read_file(example("Dockerfile")) +
                            "\nFROM builder AS look\n"
                            "RUN find target -name '*larder[-_]*' | tee /listing\n"
                            "FROM scratch\nCOPY --from=look /listing /\n");
  return path;
}

}  // namespace

TEST_SUITE("full") {
  TEST_CASE("a workspace lives on with its cook layer") {
    const Workspace workspace;
    auto what = example_build(example("Dockerfile"), workspace, "app");
    what.mounts = "full";
    const auto image = run_name("app");

    const std::set<std::string> externals{"anyhow 1.0.105",    "itoa 1.0.14",
                                          "log 0.4.35",        "memchr 2.8.3",
                                          "serde_core 1.0.229", "serde_json 1.0.154",
                                          "zmij 1.0.23"};
    {
      const auto log = require_built(what);
      auto cooked = log.step(cook).compiled_external();
      std::set<std::string> seen;
      for (const auto& crate : cooked) {
        if (externals.contains(crate)) seen.insert(crate);
      }
      claim(cooked == externals, "the first build cooks every dependency of app, and no other",
            listed(cooked));
      const auto& built = log.step(build_step);
      claim(built.compiled_external().empty(), "the build compiles none of them again",
            part(built));
      claim(built.says("Reused 11 of 11 external units"), "the build says so", part(built));
      const auto user = docker_output({"inspect", "--format", "{{.Config.User}}", image});
      claim(user == "65532:65532", "the service does not run as root", user);
      const auto answer = answer_of(image);
      claim(answer.find("the shop is open") != std::string::npos, "the image runs and answers",
            answer);
      const auto files = contents(image, "larder");
      claim(files.paths.find("usr/local/bin/app") != std::string::npos &&
                files.paths.find("larder") == std::string::npos && !files.has_text,
            "nothing of a skeleton is in the image", files.paths);
    }
    {
      auto look = what;
      look.dockerfile = with_look(workspace);
      look.name = "look";
      const auto log = require_built(look);
      const auto& found = log.step("RUN find target");
      claim(found.lines.size() == 2, "no artifact of a skeleton is in the builder", part(found));
    }
    {
      workspace.set_greeting("the shop is open", "come in");
      build_after("a source edit", what);
      const auto answer = answer_of(image);
      claim(answer.find("come in") != std::string::npos, "the edit is in the image", answer);
    }
    workspace.add_test();
    build_after("a new test file", what);
    workspace.bump_members();
    build_after("a new version of the members", what);
    workspace.add_member();
    build_after("a new internal member", what);
    {
      workspace.bump_itoa();
      const auto log = require_built(what);
      const auto& cooked = log.step(cook);
      claim(!cooked.cached, "a dependency's new version runs cook again", part(cooked));
      // itoa itself, serde_json, which depends on it, and the skeleton's own empty crate.
      claim(cooked.sccache("Cache misses (Rust)") == 3 && cooked.sccache("Cache hits (Rust)") == 5,
            "sccache compiles only what changed and its dependents", part(cooked));
      claim(cooked.downloaded() == std::set<std::string>{"itoa 1.0.15"},
            "only the new version is downloaded", part(cooked));
      claim(log.step(build_step).compiled_external().empty(), "the build compiles none again",
            part(log.step(build_step)));
    }
  }
}

}  // namespace larder::docker
