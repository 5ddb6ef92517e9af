#include <doctest/doctest.h>

#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// The cases of cargo-chef's own suite (tests/caching, 0.1.77) that compile, made anew; those about
// recipes are in tests/reduction/chef_caching_test.cpp.

namespace larder::test {

namespace {

/// Gives a member of the sample `ryu`, and the lock file with it.
void add_ryu(const TillWorkspace& till, const std::string& member) {
  const auto manifest = till.plan() + "/" + member + "/Cargo.toml";
  edit_file(manifest, "[dependencies]\n", "[dependencies]\nryu = \"1.0\"\n");
  must(test::cargo({"update", "--workspace"}, till.plan()));
}

void add_source(const TillWorkspace& till, const std::string& file) {
  write_file(till.plan() + "/" + file, read_file(till.plan() + "/" + file) + "\n// more\n");
}

}  // namespace

TEST_SUITE("chef") {
  TEST_CASE("a source edit recompiles nothing external; a new dependency itself and nothing else") {
    for (const std::string member : {"till", "till-core"}) {
      CAPTURE(member);
      const TillWorkspace till(TestDirectory("chef-rebuild"));
      till.cook_for("build");
      add_source(till, member == "till" ? "till/src/main.rs" : "till-core/src/lib.rs");
      till.bring_sources();
      CHECK(till.compiled_by_cargo("build") == 0);
      add_ryu(till, member);
      till.bring_sources();
      CHECK(till.compiled_by_cargo("build") == 1);
    }
  }

  TEST_CASE("an unrelated member's source and a build script's recompile nothing external") {
    const TillWorkspace till(TestDirectory("chef-unrelated"));
    till.cook_for("build -p till-core");
    add_source(till, "till/src/main.rs");
    add_source(till, "till-core/build.rs");
    till.bring_sources();
    CHECK(till.compiled_by_cargo("build -p till-core") == 0);
  }

  TEST_CASE("a build succeeds after cook for the profiles dev, test and release") {
    for (const std::string profile : {"dev", "test", "release"}) {
      CAPTURE(profile);
      const TillWorkspace till(TestDirectory("chef-profile"));
      till.cook_for("build --profile " + profile);
      till.bring_sources();
      CHECK(till.compiled_by_cargo("build --profile " + profile) == 0);
    }
  }

  TEST_CASE("a build succeeds after cook with another target directory and the host as target") {
    const TillWorkspace till(TestDirectory("chef-target"));
    const auto command = "build --target-dir out --target " + host_triple();
    till.cook_for(command);
    till.bring_sources();
    CHECK(till.compiled_by_cargo(command) == 0);
  }
}

}  // namespace larder::test
