#include "sketch.hpp"

// What reaches a build from outside of the manifests: config files above, beside and below the
// workspace root, and variables.

namespace larder::test {

namespace {

void add_keys(const WorkspaceSketch& workspace, ManifestText& text, Random& random) {
  if (random.chance(60))
    add_profile(workspace, text, random.pick({"dev", "dev", "release", "test"}), random);
  if (random.chance(25)) text.set("build", "rustflags", "[\"--cfg\", \"custom\"]");
  if (random.chance(10)) text.set("build", "target", "\"x86_64-unknown-linux-gnu\"");
  if (random.chance(15))
    text.set("target." + toml_quoted(random.pick({"x86_64-unknown-linux-gnu", "cfg(unix)"})),
             "rustflags", "[\"--cfg\", \"other\"]");
  if (random.chance(15)) text.set("profile.dev.package." + toml_quoted("*"), "opt-level", "3");
}

void add_variables(WorkspaceSketch& workspace, Random& random) {
  const std::vector<std::pair<std::string, std::string>> all{
      {"CARGO_BUILD_RUSTFLAGS", "--cfg custom"},
      {"RUSTFLAGS", "--cfg custom"},
      {"CARGO_ENCODED_RUSTFLAGS",
       "--cfg\x1f"
       "custom"},
      {"CARGO_BUILD_TARGET", "x86_64-unknown-linux-gnu"},
      {"CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "--cfg custom"},
      {"CARGO_PROFILE_DEV_OPT_LEVEL", "1"},
      {"CARGO_PROFILE_DEV_DEBUG", "line-tables-only"},
      {"CARGO_PROFILE_DEV_PANIC", "abort"},
      {"CARGO_PROFILE_DEV_LTO", "thin"},
      {"CARGO_PROFILE_DEV_CODEGEN_UNITS", "3"},
      {"CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL", "2"},
      {"CARGO_PROFILE_DEV_BUILD_OVERRIDE_DEBUG", "true"},
      {"CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false"},
      {"CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false"},
      {"CARGO_PROFILE_RELEASE_LTO", "fat"},
      {"CARGO_PROFILE_RELEASE_LTO", "off"},
      {"CARGO_PROFILE_RELEASE_PANIC", "abort"},
      {"CARGO_PROFILE_RELEASE_STRIP", "debuginfo"},
      {"CARGO_PROFILE_RELEASE_INCREMENTAL", "true"},
      {"CARGO_PROFILE_RELEASE_SPLIT_DEBUGINFO", "packed"},
      {"CARGO_PROFILE_RELEASE_RPATH", "true"},
      {"CARGO_PROFILE_TEST_OPT_LEVEL", "s"},
      {"CARGO_PROFILE_BENCH_DEBUG", "1"},
      {"CARGO_PROFILE_DIST_LTO", "true"},
      {"CARGO_PROFILE_DIST_INHERITS", "release"},
      {"CARGO_INCREMENTAL", "0"},
      {"CARGO_BUILD_JOBS", "1"},
      {"CARGO_BUILD_INCREMENTAL", "false"}};
  const auto count = random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [name, value] = random.pick(all);
    workspace.variables[name] = value;
  }
}

}  // namespace

void add_surroundings(WorkspaceSketch& workspace, Random& random) {
  if (random.chance(40)) add_keys(workspace, workspace.config_above, random);
  for (const auto& package : workspace.packages) {
    // The root has its own. One below a directory that is no member's is never read.
    if (!package.directory.empty() && random.chance(15))
      add_keys(workspace, workspace.configs_below[package.directory], random);
  }
  if (random.chance(20)) add_keys(workspace, workspace.configs_below["../beside"], random);
  if (random.chance(50)) add_variables(workspace, random);
  workspace.from_above = random.chance(40);
}

}  // namespace larder::test
