#include <fmt/format.h>

#include <algorithm>

#include "sketch.hpp"

// What reaches a build from outside of the manifests: config files above, beside and below the
// workspace root, and variables.

namespace larder::test {

namespace {

void add_keys(const WorkspaceSketch& workspace, ManifestText& text, Random& random) {
  if (random.chance(60))
    add_profile(workspace, text, random.pick({"dev", "dev", "release", "test"}), random);
  if (random.chance(25)) text.set("build", "rustflags", R"(["--cfg", "custom"])");
  if (random.chance(10)) text.set("build", "target", "\"x86_64-unknown-linux-gnu\"");
  if (random.chance(15))
    text.set("target." + toml_quoted(random.pick({"x86_64-unknown-linux-gnu", "cfg(unix)"})),
             "rustflags", R"(["--cfg", "other"])");
  if (random.chance(15)) text.set("profile.dev.package." + toml_quoted("*"), "opt-level", "3");
}

using Variable = std::pair<std::string, std::string>;

/// Every key of a profile that a variable can set.
Variable profile_variable(Random& random) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> keys{
      {"OPT_LEVEL", {"0", "1", "s", "z"}},
      {"DEBUG", {"true", "1", "line-tables-only", "none"}},
      {"DEBUG_ASSERTIONS", {"true", "false"}},
      {"OVERFLOW_CHECKS", {"true", "false"}},
      {"SPLIT_DEBUGINFO", {"packed", "off"}},
      {"STRIP", {"true", "debuginfo", "none"}},
      {"LTO", {"true", "thin", "fat", "false", "off"}},
      {"PANIC", {"abort", "unwind"}},
      {"INCREMENTAL", {"true", "false"}},
      {"CODEGEN_UNITS", {"1", "3"}},
      {"RPATH", {"true", "false"}},
      {"BUILD_OVERRIDE_OPT_LEVEL", {"2", "s"}},
      {"BUILD_OVERRIDE_DEBUG", {"true", "1"}},
      {"BUILD_OVERRIDE_CODEGEN_UNITS", {"5"}},
      {"BUILD_OVERRIDE_DEBUG_ASSERTIONS", {"true", "false"}},
      {"BUILD_OVERRIDE_STRIP", {"symbols"}}};
  const auto profile = random.pick({"DEV", "DEV", "RELEASE", "TEST", "BENCH", "DIST"});
  const auto& [key, values] = random.pick(keys);
  return {fmt::format("CARGO_PROFILE_{}_{}", profile, key), random.pick(values)};
}

Variable other_variable(Random& random) {
  const std::string platform = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_";
  const std::vector<Variable> all{{"RUSTFLAGS", "--cfg custom"},
                                  {"CARGO_ENCODED_RUSTFLAGS",
                                   "--cfg\x1f"
                                   "custom"},
                                  {"CARGO_BUILD_RUSTFLAGS", "--cfg custom"},
                                  {platform + "RUSTFLAGS", "--cfg custom"},
                                  {platform + "LINKER", "cc"},
                                  {platform + "RUNNER", "env"},
                                  {platform + "RUSTDOCFLAGS", "--cfg custom"},
                                  {"CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS", "--cfg custom"},
                                  {"CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "cc"},
                                  {"CARGO_BUILD_TARGET", "x86_64-unknown-linux-gnu"},
                                  {"CARGO_BUILD_JOBS", "1"},
                                  {"CARGO_BUILD_INCREMENTAL", "false"},
                                  {"CARGO_INCREMENTAL", "0"},
                                  {"CARGO_INCREMENTAL", "1"},
                                  {"CARGO_BUILD_RUSTC", "rustc"},
                                  {"RUSTC", "rustc"},
                                  {"CARGO_BUILD_RUSTC_WRAPPER", LARDER_STUB_RUSTC},
                                  {"CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER", LARDER_STUB_RUSTC},
                                  {"RUSTC_WORKSPACE_WRAPPER", LARDER_STUB_RUSTC},
                                  {"CARGO_BUILD_RUSTDOCFLAGS", "--cfg custom"},
                                  {"RUSTDOCFLAGS", "--cfg custom"},
                                  {"CARGO_BUILD_DEP_INFO_BASEDIR", "/"},
                                  {"CARGO_PROFILE_DIST_INHERITS", "release"},
                                  {"CARGO_PROFILE_DIST_INHERITS", "dev"},
                                  {"CARGO_RESOLVER_FEATURE_UNIFICATION", "selected"},
                                  {"CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback"},
                                  {"CARGO_CACHE_RUSTC_INFO", "0"},
                                  {"CARGO_TERM_VERBOSE", "true"}};
  return random.pick(all);
}

void add_variables(WorkspaceSketch& workspace, Random& random) {
  const auto count = 1 + random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    auto [name, value] = random.chance(60) ? profile_variable(random) : other_variable(random);
    workspace.variables[std::move(name)] = std::move(value);
  }
}

}  // namespace

void add_surroundings(WorkspaceSketch& workspace, Random& random) {
  for (const auto& package : workspace.packages) {
    // The root has its own. One below a directory that is no member's is never read.
    if (!package.directory.empty() && random.chance(15))
      add_keys(workspace, workspace.configs_below[package.directory], random);
  }
  if (random.chance(20)) add_keys(workspace, workspace.configs_below["../beside"], random);
  if (random.chance(50)) add_variables(workspace, random);
  // From above cargo would not see a patch in the config of the root, and lock other packages.
  if (std::any_of(workspace.patches.begin(), workspace.patches.end(),
                  [](const PatchSketch& patch) { return patch.in_config; }))
    return;
  workspace.from_above = random.chance(50);
  if (workspace.from_above && random.chance(60))
    add_keys(workspace, workspace.config_above, random);
}

}  // namespace larder::test
