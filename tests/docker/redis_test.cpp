#include <doctest/doctest.h>

#include <filesystem>

#include "support/claim.hpp"
#include "support/created_objects.hpp"
#include "support/evidence.hpp"
#include "support/redis.hpp"
#include "support/test_images.hpp"

// sccache with a Redis server that two builders share.

namespace larder::test {

namespace fs = std::filesystem;

namespace {

/// The toolchain image with another sccache, which the Dockerfile then leaves alone.
std::string image_with_sccache(const std::string& sccache, const RedisServer& redis) {
  const auto context = own_directory() + "/sccache-image";
  fs::create_directories(context);
  fs::copy_file(sccache, context + "/sccache", fs::copy_options::overwrite_existing);
  write_file(context + "/Dockerfile",
             "FROM " + test_images().rust +
                 "\nCOPY sccache /usr/local/bin/sccache\n"
                 "ENV SCCACHE_REDIS_ENDPOINT=" +
                 redis.url() +
                 // Not the one of an sccache of this machine.
                 " SCCACHE_SERVER_PORT=" + std::to_string(redis.port() + 1) + "\n");
  const auto built = build({context + "/Dockerfile", context, "rust-sccache", {}, "redis", {}});
  INFO(built.log.text());
  REQUIRE(built.succeeded);
  return built.image;
}

}  // namespace

TEST_SUITE("redis") {
  TEST_CASE("a second builder with an empty disk takes the crates from Redis") {
    if (find_program("redis-server").empty()) return;
    const auto sccache = sccache_with_redis();
    if (sccache.empty()) return;
    const RedisServer redis;
    const Workspace workspace;
    auto what = example_build(example("sccache.Dockerfile"), workspace, "redis");
    what.arguments["RUST_IMAGE"] = image_with_sccache(sccache, redis);
    what.flags = {"--network", "host"};

    what.mounts = "first-builder";
    const auto first = require_built(what);
    const auto& filled = first.step(cook_step);
    claim(filled.line_with("Cache location").find("redis") != std::string::npos,
          "sccache uses Redis", part(filled));
    claim(filled.sccache("Cache hits") == 0 && filled.sccache("Cache misses (Rust)") > 0,
          "the first builder finds nothing", part(filled));

    // Other mounts are another disk: no step that uses them is cached.
    what.mounts = "second-builder";
    const auto second = require_built(what);
    const auto& found = second.step(cook_step);
    claim(!found.cached && found.downloaded().size() > 6, "the second builder has an empty disk",
          part(found));
    // The empty root of the skeleton is another one where its directory got another name.
    const auto all = filled.sccache("Cache misses (Rust)");
    claim(
        found.sccache("Cache hits (Rust)") >= all - 1 && found.sccache("Cache misses (Rust)") <= 1,
        "the second builder takes every dependency from Redis", part(found));
  }
}

}  // namespace larder::test
