#include <doctest/doctest.h>

#include "support/claim.hpp"
#include "support/evidence.hpp"

// The life of one workspace under examples/docker/Dockerfile, from its first build on.

namespace larder::test {

namespace {

/// Builds after a change that touches no dependency.
BuildLog build_after(const std::string& change, const Build& what) {
  const auto log = require_built(what);
  claim(log.step(cook_step).cached, change + " leaves the cook step CACHED",
        part(log.step(cook_step)));
  const auto& built = log.step(build_step);
  claim(!built.cached && !built.compiled_local().empty(), change + " is built", part(built));
  claim(built.compiled_external().empty(), change + " compiles 0 external crates", part(built));
  return log;
}

/// Leaves the mount with cargo's downloads empty, as on another machine that has the layers.
void empty_registry(Build like) {
  like.dockerfile = like.context + "-empty.Dockerfile";
  like.name = "empty";
  write_file(like.dockerfile,
             R"(ARG RUST_IMAGE
FROM ${RUST_IMAGE} AS sweeper
RUN --mount=type=cache,target=/usr/local/cargo/registry find /usr/local/cargo/registry -mindepth 1 -delete && touch /swept
FROM scratch
COPY --from=sweeper /swept /
)");
  require_built(like);
}

}  // namespace

TEST_SUITE("full") {
  TEST_CASE("a workspace lives on with its cook layer") {
    const Workspace workspace;
    auto what = example_build(example("Dockerfile"), workspace, "app");
    what.mounts = "full";
    const auto image = run_name("app");

    const std::set<std::string> externals{
        "anyhow 1.0.105",     "itoa 1.0.14",        "log 0.4.35", "memchr 2.8.3",
        "serde_core 1.0.229", "serde_json 1.0.154", "zmij 1.0.23"};
    {
      const auto log = require_built(what);
      const auto cooked = log.step(cook_step).compiled_external();
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
      look.dockerfile = with_stages(example("Dockerfile"), workspace, "look",
                                    R"(FROM builder AS look
RUN find target -name '*larder[-_]*' ! -name larder-dry-run | tee /listing
FROM scratch
COPY --from=look /listing /
)");
      look.name = "look";
      const auto log = require_built(look);
      const auto& found = log.step("RUN find target");
      claim(found.lines.size() == 2, "no artifact of a skeleton is in the builder", part(found));
    }
    {
      workspace.set_greeting("the shop is open", "come in");
      const auto log = build_after("a source edit", what);
      const auto& built = log.step(build_step);
      claim(built.says("Restored 1 of 2 local units from the store, compiled 1, saved 1: app "
                       "(crates/app/src/main.rs has changed)"),
            "the library that was not edited is taken from the store", part(built));
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
      const auto& cooked = log.step(cook_step);
      claim(!cooked.cached, "a dependency's new version runs cook again", part(cooked));
      claim(
          cooked.compiled_external() == std::set<std::string>{"itoa 1.0.15", "serde_json 1.0.154"},
          "cook compiles only what changed and its dependents", part(cooked));
      claim(cooked.says("Restored 13 of 15 external units from the store"),
            "the rest is taken from the store", part(cooked));
      claim(cooked.downloaded() == std::set<std::string>{"itoa 1.0.15"},
            "only the new version is downloaded", part(cooked));
      claim(log.step(build_step).compiled_external().empty(), "the build compiles none again",
            part(log.step(build_step)));
    }
    {
      workspace.write("target/release/app", "of the host");
      workspace.write("recipe.json", "{}");
      const auto log = require_built(what);
      claim(log.step("cargo larder prepare").cached && log.step(build_step).cached,
            "a target directory and a recipe of the host stay out of the context", log.text());
    }
    {
      empty_registry(what);
      workspace.set_greeting("come in", "open all night");
      const auto log = build_after("a source edit without cargo's downloads", what);
      const auto& built = log.step(build_step);
      claim(built.downloaded().contains("itoa 1.0.15") && built.downloaded().size() > 6,
            "without them the crates are downloaded again", part(built));
    }
  }
}

}  // namespace larder::test
