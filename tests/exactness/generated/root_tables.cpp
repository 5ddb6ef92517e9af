#include "sketch.hpp"

// Profiles in the root manifest and in a config file, and a patched dependency.

namespace larder::test {

namespace {

void add_override(const WorkspaceSketch& workspace, ManifestText& text, const std::string& table,
                  Random& random) {
  auto package = random.chance(40)   ? std::string("*")
                 : random.chance(70) ? random.pick(workspace.pool).name
                                     : random.pick(workspace.packages).name;
  if (package != "*" && random.chance(30)) package += random.pick({"@1.0.0", ":1.0.0", "@1", "@2"});
  const auto header = table + ".package." + toml_name(package);
  text.set(header, "opt-level", random.pick({"1", "2", "\"s\""}));
  if (random.chance(30)) text.set(header, "debug", "1");
}

void add_config(WorkspaceSketch& workspace, Random& random) {
  auto& config = workspace.config;
  if (!random.chance(20)) return;
  if (random.chance(40)) add_profile(workspace, config, random.pick({"dev", "release"}), random);
  if (random.chance(30)) config.set("build", "rustflags", R"(["--cfg", "custom"])");
  if (random.chance(15)) config.set("build", "target", "\"x86_64-unknown-linux-gnu\"");
  if (random.chance(20)) config.set("build", "jobs", "2");
  if (random.chance(30))
    config.set("target." + toml_quoted(random.pick({"x86_64-unknown-linux-gnu", "cfg(unix)"})),
               "rustflags", R"(["--cfg", "custom"])");
  for (const auto& package : workspace.pool) {
    // Instead of running its build script.
    if (!package.links.empty() && random.chance(25))
      config.set("target.x86_64-unknown-linux-gnu." + package.links, "rustc-link-lib", "[]");
  }
}

void add_patch(WorkspaceSketch& workspace, Random& random) {
  if (!random.chance(8)) return;
  auto patched = workspace.pool[random.below(3)];
  if (patched.version != "1.0.0") return;
  patched.version = "1.1.0";
  workspace.root_tables.set(
      "patch.crates-io", patched.name,
      inline_table({{"version", toml_quoted("1.1")}, {"registry", toml_quoted("other")}}));
  workspace.patched = std::move(patched);
}

}  // namespace

void add_profile(const WorkspaceSketch& workspace, ManifestText& text, const std::string& name,
                 Random& random) {
  const auto table = "profile." + name;
  if (random.chance(35))
    text.set(table, "lto", random.pick({"true", "\"thin\"", "\"fat\"", "false", "\"off\""}));
  const bool may_abort = name != "test" && name != "bench";
  if (may_abort && random.chance(25))
    text.set(table, "panic", random.pick({"\"abort\"", "\"abort\"", "\"unwind\""}));
  if (random.chance(15))
    text.set(table, "debug", random.pick({"0", "1", "2", "\"line-tables-only\""}));
  if (random.chance(10)) text.set(table, "codegen-units", "4");
  if (random.chance(10)) text.set(table, "strip", "true");
  if (random.chance(10)) text.set(table, "incremental", "true");
  if (random.chance(15)) text.set(table + ".build-override", "opt-level", "2");
  if (random.chance(15)) add_override(workspace, text, table, random);
}

void add_root_tables(WorkspaceSketch& workspace, Random& random) {
  auto& tables = workspace.root_tables;
  for (const auto* name : {"dev", "release", "test", "bench"}) {
    if (random.chance(45)) add_profile(workspace, tables, name, random);
  }
  // Always there, so that commands can name it.
  tables.set("profile.dist", "inherits", toml_quoted(random.pick({"dev", "release"})));
  add_profile(workspace, tables, "dist", random);
  add_config(workspace, random);
  add_patch(workspace, random);
}

}  // namespace larder::test
