#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "support/claim.hpp"
#include "support/evidence.hpp"

// Target directories that are in the wrong place: on a mount, or in the context.

namespace larder::test {

namespace fs = std::filesystem;

TEST_SUITE("target") {
  TEST_CASE("a target directory on a cache mount is reported") {
    const Workspace workspace;
    auto what = example_build("", workspace, "mounted");
    what.mounts = "full";
    what.dockerfile = with_stages(example("Dockerfile"), workspace, "mounted",
                                  R"(FROM builder AS mounted
RUN --mount=type=cache,target=/sccache --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/app/target cd /app && cargo larder cook --recipe-path recipe.json && touch /done
FROM scratch
COPY --from=mounted /done /
)");
    const auto log = require_built(what);
    const auto& cooked = log.step("touch /done");
    const auto line = cooked.line_with("is on the mount");
    claim(line.find("/app/target") != std::string::npos && line.find("layer") != std::string::npos,
          "a target directory on a cache mount is reported", part(cooked));
  }

  TEST_CASE("a stale target directory in the context is reported, and the binary is right") {
    const Workspace workspace;
    auto what = example_build("", workspace, "stale");
    what.mounts = "full";
    // As a build of an older state left it, in the same place.
    auto older = what;
    older.dockerfile = with_stages(example("Dockerfile"), workspace, "older",
                                   "FROM scratch\nCOPY --from=builder /app/target /target\n");
    older.name = "older";
    older.flags = {"--output", "type=local,dest=" + workspace.path()};
    require_built(older);
    workspace.set_greeting("the shop is open", "newly painted");
    // A checkout of an older commit, an unpacked archive: dated before that build.
    fs::last_write_time(workspace.path() + "/crates/app/src/main.rs",
                        fs::file_time_type::clock::now() - std::chrono::hours(24 * 365));
    // Named otherwise, so that no .dockerignore is found.
    what.dockerfile = with_stages(example("Dockerfile"), workspace, "unignored", "");
    const auto log = require_built(what);
    const auto& built = log.step(build_step);
    const auto warning = built.line_with("warning: another target directory");
    claim(warning.find(".dockerignore") != std::string::npos,
          "a stale target directory in the context is reported", part(built));
    const auto answer = answer_of(run_name("stale"));
    claim(answer.find("newly painted") != std::string::npos, "the binary is right all the same",
          answer);
  }
}

}  // namespace larder::test
