#include <doctest/doctest.h>

#include "support/podman.hpp"
#include "support/tiny.hpp"

// What the Docker suite asks of examples, with Podman and Buildah.

namespace larder::test {

namespace {

bool has_podman() {
  return !find_program("podman").empty() && !find_program("buildah").empty();
}

/// Both programs, `first` on its own and then `second` with the layers that it left.
void check_builders(const Tiny& tiny, Build what, const Builder& first, const Builder& second) {
  what.builder = &first;
  const auto log = check_example(tiny, what);
  claim(log.step(build_step).says("Reused 3 of 3 external units"), "the build says so",
        part(log.step(build_step)));

  what.builder = &second;
  write_file(tiny.context() + "/recipe.json", "{}");
  const auto other = require_built(what);
  claim(other.step(cook_step).cached && other.step(build_step).cached,
        "the other program uses its layers, and a recipe of the host stays out of the context",
        other.text());
}

}  // namespace

TEST_SUITE("podman") {
  TEST_CASE("podman and buildah") {
    if (!has_podman()) return;
    const PodmanStorage storage;
    const PodmanBuilder podman("podman");
    const PodmanBuilder buildah("buildah");
    const Tiny tiny;
    check_builders(tiny, tiny.build("minimal"), podman, buildah);

    auto full = tiny.build("full");
    full.dockerfile = example("Dockerfile");
    check_builders(tiny, full, buildah, podman);
    edit_file(tiny.sources() + "/crates/app/Cargo.toml", "anyhow.workspace = true\n",
              "anyhow = { workspace = true, features = [\"backtrace\"] }\n");
    full.builder = &podman;
    const auto log = require_built(full);
    claim(!log.step(cook_step).cached && log.step(cook_step).says("Restored 1 of 4 external units"),
          "units from the store on a cache mount", part(log.step(cook_step)));
    claim(log.step(cook_step).downloaded().empty(), "and what was downloaded on another",
          part(log.step(cook_step)));
  }
}

}  // namespace larder::test
