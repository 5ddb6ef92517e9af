#include "larder/driver/build_directories.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "driver/workspace_path_hash.hpp"

using namespace larder;
using namespace larder::driver;
using Texts = std::vector<std::string>;

namespace {

/// Cargo runs in /w/sub of the workspace /w.
BuildDirectories found_for(const std::string& flag, std::map<std::string, std::string> variables,
                           const std::string& config_text,
                           const std::string& config_directory = "/w") {
  const auto tree = test::tree_of({{config_directory + "/.cargo/config.toml", config_text}});
  const auto config = cargo::Config::load(tree, "/w/sub", "", "");
  const Environment environment(std::move(variables));
  return find_build_directories({"/w/sub", "/w", flag, environment, config});
}

}  // namespace

TEST_CASE("flag, then environment, then config, then the root decide on the target directory") {
  struct Row {
    std::string flag;
    std::map<std::string, std::string> variables;
    std::string config;
    std::string expected;
    Texts arguments;
  };
  const std::string configured = "[build]\ntarget-dir = \"conf\"\n";
  for (const auto& row : std::vector<Row>{
           {"", {}, "", "/w/target", {"--target-dir", "/w/target"}},
           {"f", {{"CARGO_TARGET_DIR", "e"}}, configured, "/w/sub/f", {"--target-dir", "/w/sub/f"}},
           {"/f", {}, "", "/f", {"--target-dir", "/f"}},
           {"",
            {{"CARGO_TARGET_DIR", "e"}, {"CARGO_BUILD_TARGET_DIR", "b"}},
            configured,
            "/w/sub/e",
            {}},
           {"", {{"CARGO_BUILD_TARGET_DIR", "/b"}}, configured, "/b", {}},
           {"", {{"CARGO_TARGET_DIR", ""}}, configured, "/w/conf", {}}}) {
    CAPTURE(row.expected);
    const auto found = found_for(row.flag, row.variables, row.config);
    CHECK(found.target_directory == row.expected);
    CHECK(found.arguments == row.arguments);
  }
}

TEST_CASE("a template of the build directory is filled in for the real root") {
  const auto build_dir = [](const std::string& value,
                            std::map<std::string, std::string> variables = {}) {
    auto arguments =
        found_for("", std::move(variables), "[build]\nbuild-dir = \"" + value + "\"\n").arguments;
    REQUIRE(arguments.size() >= 2);
    arguments.erase(arguments.begin(), arguments.begin() + 2);
    return arguments;
  };
  CHECK(build_dir("{workspace-root}/out") == Texts{"--config", "build.build-dir=\"/w/out\""});
  CHECK(build_dir("x/{workspace-root}") == Texts{"--config", "build.build-dir=\"/w/x//w\""});
  // Cargo finds plain directories and its own home without our help.
  CHECK(build_dir("out").empty());
  CHECK(build_dir("/out").empty());
  CHECK(build_dir("{cargo-cache-home}/build").empty());
  CHECK(build_dir("out", {{"CARGO_BUILD_BUILD_DIR", "{workspace-root}/e"}}) ==
        Texts{"--config", "build.build-dir=\"/w/e\""});
}

TEST_CASE("the innermost mount that a directory lies on is told") {
  const std::string mounts =
      R"(22 1 0:20 / / rw - overlay overlay rw
30 22 0:30 /cache /app/target rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:31 / /with\040space rw - tmpfs tmpfs rw
32 30 0:32 / /app/target/debug rw - tmpfs tmpfs rw
broken
)";
  CHECK(mount_point_of("/app/target", mounts) == "/app/target");
  CHECK(mount_point_of("/app/target/debug/deps", mounts) == "/app/target/debug");
  CHECK(mount_point_of("/with space/target", mounts) == "/with space");
  CHECK_FALSE(mount_point_of("/app/targets", mounts));
  CHECK_FALSE(mount_point_of("/app", ""));
}

TEST_CASE("the hash of the workspace path is cargo's") {
  // What cargo 1.95 says of a manifest at this place.
  CHECK(workspace_path_hash("/tmp/v/h/Cargo.toml") == "11/efa0ceed0b661f");
}

TEST_CASE("directories are printed as they are written, and are not empty") {
  const auto target = [](const std::string& text) {
    return found_for("", {}, "[build]\ntarget-dir = \"" + text + "\"\n").target_directory;
  };
  CHECK(target("./a/../b") == "/w/./a/../b");
  CHECK(test::error_id_of([&] { target(""); }) == "config-parse");
  for (const std::string text : {"", "{", "a}", "{nope}"}) {
    CAPTURE(text);
    CHECK(test::error_id_of([&] {
            found_for("", {}, "[build]\nbuild-dir = \"" + text + "\"\n");
          }) == "config-parse");
  }
}
