#include <doctest/doctest.h>

#include "support/claim.hpp"
#include "support/evidence.hpp"

// A builder that is not root.

namespace larder::test {

TEST_SUITE("non-root") {
  TEST_CASE("an ordinary user cooks and builds") {
    const Workspace workspace;
    auto what = example_build(example("non-root.Dockerfile"), workspace, "non-root");
    const auto image = run_name("non-root");
    const auto log = require_built(what);
    const auto& built = log.step(build_step);
    claim(!log.step(cook_step).compiled_external().empty(), "an ordinary user cooks",
          part(log.step(cook_step)));
    claim(built.compiled_external().empty() && built.says("Reused 11 of 11 external units"),
          "its build reuses all of it", part(built));
    const auto answer = answer_of(image);
    claim(answer.find("the shop is open") != std::string::npos, "the image runs and answers",
          answer);

    what.dockerfile = with_stages(what.dockerfile, workspace, "owner",
                                  R"(FROM builder AS look
RUN find /app ! -user 1000 | tee /tmp/listing; id -u
FROM scratch
COPY --from=look /tmp/listing /
)");
    what.name = "owner";
    const auto owners = require_built(what);
    const auto& found = owners.step("! -user 1000");
    claim(found.says("1000") && found.line_with("/app").empty(),
          "all that was compiled belongs to that user", part(found));
  }
}

}  // namespace larder::test
