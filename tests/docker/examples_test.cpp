#include <doctest/doctest.h>

#include <filesystem>

#include "support/redis.hpp"
#include "support/tiny.hpp"

// Every other Dockerfile of examples/docker, over the workspace in tests/docker/tiny. For all of
// them: a source edit compiles no dependency, and leaves the cook step CACHED where there is one.

namespace larder::test {

TEST_SUITE("examples") {
  TEST_CASE("minimal") {
    const Tiny tiny;
    check_example(tiny, tiny.build("minimal"));
  }

  TEST_CASE("cargo-chef") {
    const Tiny tiny;
    const auto log =
        check_example(tiny, tiny.build("cargo-chef"), "cargo chef cook", "RUN cargo build");
    claim(log.step("cargo chef prepare").says("Prepared recipe.json"),
          "the program answers to cargo-chef's name", log.text());
  }

  TEST_CASE("scratch-planner") {
    const Tiny tiny;
    const auto log = check_example(tiny, tiny.build("scratch-planner"));
    claim(log.step("\"prepare\"").says("Prepared recipe.json"),
          "prepare runs in an image that holds only the program", log.text());
  }

  TEST_CASE("sccache") {
    const Tiny tiny;
    const auto log = check_example(tiny, tiny.build("sccache"));
    claim(log.step(cook_step).sccache("Compile requests executed") > 0,
          "cook's rustc is run by sccache", part(log.step(cook_step)));
  }

  TEST_CASE("store-image") {
    const Tiny tiny;
    auto store = tiny.build("store-image");
    store.name = "store";
    store.flags = {"--target", "store"};
    claim(require_built(store).step("store export").says("Exported"),
          "an image holds what cook compiled", "");

    auto what = tiny.build("store-image");
    what.arguments["STORE_IMAGE"] = run_name("store");
    const auto log = require_built(what);
    claim(log.step(cook_step).says("Restored 4 of 4 external units from the store"),
          "another machine takes all units from it", part(log.step(cook_step)));
    claim(log.step(build_step).says("Reused 3 of 3 external units"), "and the build reuses them",
          part(log.step(build_step)));
    claim_says(run_name(what.name), "app: 42 jars");
  }

  TEST_CASE("one-step") {
    const Tiny tiny;
    const auto what = tiny.build("one-step");
    require_built(what);
    claim_says(run_name(what.name), "app: 42 jars");
    tiny.edit_sources();
    const auto log = require_built(what);
    const auto& built = log.step(build_step);
    claim(built.says("Restored 4 of 4 external units from the store") &&
              built.compiled_external().empty(),
          "without a cook layer, all dependencies come from the store", part(built));
    claim(built.compiled_local().size() == 2, "what was edited is built", part(built));
    claim_says(run_name(what.name), "app: 42 jars");
  }

  TEST_CASE("host-planner") {
    const Tiny tiny;
    const auto prepare = [&] {
      const auto run =
          test::larder(split("prepare -- build --release --locked --bin app"), tiny.sources());
      REQUIRE(run.code() == 0);
    };
    prepare();
    const auto what = tiny.build("host-planner");
    check_example(tiny, what, cook_step, build_step, prepare);

    edit_file(tiny.sources() + "/crates/app/Cargo.toml", "anyhow.workspace = true\n",
              "anyhow = { workspace = true, features = [\"backtrace\"] }\n");
    const auto stale = build(what);
    claim(!stale.succeeded && stale.log.step(build_step).says("recipe-differs"),
          "a recipe that does not fit the sources any more is an error", stale.log.text());
  }

  TEST_CASE("two-services") {
    const Tiny tiny;
    auto app = tiny.build("two-services");
    app.flags = {"--target", "app"};
    check_example(tiny, app);
    auto admin = app;
    admin.name = "two-services-admin";
    admin.flags = {"--target", "admin"};
    const auto log = require_built(admin);
    claim(log.step(cook_step).cached && log.step(build_step).cached,
          "the second service finds cook and build in the cache", log.text());
    claim_says(run_name(admin.name), "admin: 42 jars");
  }

  TEST_CASE("static") {
    const Tiny tiny;
    auto what = tiny.build("static");
    what.arguments["TARGET"] = "x86_64-unknown-linux-gnu";
    check_example(tiny, what);
  }

  TEST_CASE("subdirectory") {
    const Tiny tiny("backend");
    check_example(tiny, tiny.build("subdirectory"));
  }

  TEST_CASE("cross") {
    const Tiny tiny;
    const auto log = check_example(tiny, tiny.build("cross"));
    claim(log.step(cook_step).instruction.find("x86_64-unknown-linux-gnu") != std::string::npos,
          "the target is that of the platform", log.step(cook_step).instruction);
  }

  TEST_CASE("build-args") {
    const Tiny tiny;
    auto what = tiny.build("build-args");
    check_example(tiny, what);
    auto empty = what;
    empty.arguments["FEATURES"] = "";
    const auto none = require_built(empty);
    claim(none.step(cook_step).cached, "an empty FEATURES is none", none.text());

    auto other = what;
    other.arguments["FEATURES"] = "digest";
    other.arguments["PROFILE"] = "dist";
    const auto log = require_built(other);
    claim(!log.step(cook_step).cached && !log.step(cook_step).compiled_external().empty(),
          "other features and another profile are cooked", log.text());
    claim(log.step(build_step).compiled_external().empty(), "and reused",
          part(log.step(build_step)));
    claim_says(run_name(what.name), "digest eba9dd4e60f7cab7");
  }

  TEST_CASE("an ARG that only the builder declares is an error that says where it belongs") {
    const Tiny tiny;
    auto text = read_file(example("build-args.Dockerfile"));
    const auto replace = [&](const std::string& from, const std::string& to) {
      const auto at = text.find(from);
      REQUIRE(at != std::string::npos);
      text.replace(at, from.size(), to);
    };
    replace("ARG FEATURES=\n", "");
    replace("COPY --from=planner", "ARG FEATURES=\nCOPY --from=planner");
    replace("    cargo larder cook", "    cargo larder cook --features \"$FEATURES\"");
    auto what = tiny.build("build-args");
    what.dockerfile = tiny.directory() + "/late.Dockerfile";
    write_file(what.dockerfile, text);
    what.arguments["FEATURES"] = "digest";
    const auto built = build(what);
    const auto& cook = built.log.step(cook_step);
    claim(!built.succeeded && cook.says("error[flag-disagrees]") &&
              cook.says("declare the ARG in the planner stage"),
          "cook refuses it, and says where it belongs", part(cook));
  }
}

TEST_SUITE("redis") {
  TEST_CASE("the Dockerfile for a shared server") {
    if (find_program("redis-server").empty()) return;
    const auto sccache = sccache_with_redis();
    if (sccache.empty()) return;
    const RedisServer redis;
    const Tiny tiny;
    const auto image = tiny.directory() + "/image";
    std::filesystem::create_directories(image);
    std::filesystem::copy_file(sccache, image + "/sccache");
    write_file(image + "/Dockerfile", "FROM scratch\nCOPY sccache /bin/sccache\n");
    require_built({image + "/Dockerfile", image, "sccache", {}, "redis", {}});

    const auto url = tiny.directory() + "/redis-url";
    write_file(url, redis.url() + "\n");
    auto what = tiny.build("redis");
    what.arguments["SCCACHE"] = run_name("sccache");
    what.flags = {"--network", "host", "--secret", "id=redis,src=" + url};
    const auto log = check_example(tiny, what);
    const auto& cook = log.step(cook_step);
    claim(cook.line_with("Cache location").find("redis") != std::string::npos,
          "sccache takes the server from the secret", part(cook));
  }
}

}  // namespace larder::test
