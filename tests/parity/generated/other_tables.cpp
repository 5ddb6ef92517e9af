#include <fmt/format.h>

#include "project.hpp"

// Profiles, patches, lints, badges, hints and metadata.

namespace larder::test {

namespace {

std::string simple_value(Random& random) {
  return random.pick({"1",
                      "-9223372036854775808",
                      "0xff",
                      "0o17",
                      "0b1_0",
                      "1_000",
                      "+7",
                      "0.1",
                      "-0.0",
                      "1e300",
                      "6.02e-23",
                      "inf",
                      "-inf",
                      "nan",
                      "1e16",
                      "123456789.123456789",
                      "true",
                      "false",
                      "\"\"",
                      "'a\\b'",
                      "\"\\u00e9\\t\\\"\"",
                      "\"\"\"\ntwo\nlines\"\"\"",
                      "\"\"\"a \\\n   b\"\"\"",
                      "1979-05-27T07:32:00Z",
                      "1979-05-27T00:32:00.999999-07:00",
                      "1979-05-27 07:32:00",
                      "1979-05-27",
                      "07:32:00.5",
                      "1979-05-27t07:32:00z",
                      "07:32:00"});
}

std::string profile_value(const std::string& key, Random& random) {
  if (key == "opt-level") return random.pick({"0", "3", "\"s\"", "\"z\"", "1"});
  if (key == "debug")
    return random.pick({"true", "0", "2", "\"line-tables-only\"", "\"limited\"", "false"});
  if (key == "lto") return random.pick({"true", "\"thin\"", "\"off\"", "\"fat\"", "false"});
  if (key == "panic") return random.pick({"\"abort\"", "\"unwind\""});
  if (key == "codegen-units") return random.pick({"1", "256"});
  if (key == "strip") return random.pick({"true", "\"symbols\"", "\"debuginfo\"", "\"none\""});
  if (key == "split-debuginfo") return random.pick({"\"packed\"", "\"off\""});
  return random.pick({"true", "false"});
}

void add_profile(Project& project, PackageSketch& package, Random& random) {
  const auto name = random.pick({"dev", "release", "test", "bench", "custom", "small-1"});
  const auto header = "profile." + name;
  const bool is_custom = name == "custom" || name == "small-1";
  package.manifest.table(header);
  if (is_custom)
    package.manifest.set(header, "inherits", random.pick({"\"release\"", "\"dev\"", "\"test\""}));
  for (const std::string key :
       {"opt-level", "debug", "lto", "codegen-units", "strip", "incremental", "overflow-checks",
        "rpath", "debug-assertions", "split-debuginfo"}) {
    if (!random.chance(20)) continue;
    package.manifest.set(header, key, profile_value(key, random));
    if (key == "debug") project.require(71);
  }
  if (random.chance(15)) package.manifest.set(header, "panic", profile_value("panic", random));
  if (random.chance(15)) {
    project.require(72);
    const auto specification = random.pick({"\"*\"", "serde", "\"serde:1.2.3\"", "\"serde@1\""});
    package.manifest.set(header + ".package." + specification, "opt-level",
                         profile_value("opt-level", random));
  }
  if (random.chance(10))
    package.manifest.set(header + ".build-override", "opt-level",
                         profile_value("opt-level", random));
}

void add_patch(Project&, PackageSketch& package, Random& random) {
  const auto source = random.pick({"crates-io", "\"https://github.com/a/b\"", "crates-io"});
  package.manifest.set("patch." + source, crate_name(random),
                       random.pick({R"({ git = "https://h/x", branch = "b" })",
                                    "{ path = \"patched\" }", R"({ path = "../x", package = "y" })",
                                    R"({ git = "https://h/x", version = "1" })"}));
}

void add_lints(Project& project, PackageSketch& package, Random& random) {
  project.require(74);
  auto& manifest = package.manifest;
  const bool inherits = package.root && project.packages[*package.root].shared.lints;
  if (inherits && random.chance(60)) return manifest.set("lints", "workspace", "true");
  manifest.set("lints.rust", "unused", random.pick({"\"allow\"", "{ level = \"deny\" }"}));
  if (random.chance(40))
    manifest.set("lints.rust", "unexpected_cfgs",
                 R"({ level = "warn", check-cfg = ['cfg(foo)', 'cfg(has, values("a"))'] })");
  if (random.chance(30)) manifest.set("lints.rustdoc", "all", "\"forbid\"");
  if (random.chance(20)) manifest.set("lints.mytool", "x", "{ level = \"warn\", priority = 127 }");
  if (random.chance(20)) manifest.set("lints.clippy", "a_b", "{ level = \"warn\", extra = [1] }");
}

}  // namespace

std::string any_value(Random& random, int depth) {
  if (depth == 0 || random.chance(60)) return simple_value(random);
  switch (random.below(4)) {
    case 0:
      return "[]";
    case 1:
      return fmt::format("[{}, {}]", any_value(random, depth - 1), any_value(random, depth - 1));
    case 2:
      return fmt::format("{{ a = {}, b.c = {}, \"\" = {} }}", any_value(random, depth - 1),
                         any_value(random, depth - 1), simple_value(random));
    default:
      return "{}";
  }
}

void add_other_tables(Project& project, PackageSketch& package, Random& random) {
  auto& manifest = package.manifest;
  const unsigned often = package.is_root || !package.root ? 20 : 4;
  if (random.chance(often)) add_profile(project, package, random);
  if (random.chance(often / 2)) add_profile(project, package, random);
  if (random.chance(often / 2)) {
    add_patch(project, package, random);
  } else if (random.chance(3)) {
    manifest.set("replace", "\"serde:1.2.3\"", "{ git = \"https://h/x\" }");
  }
  if (package.name.empty()) return;
  if (random.chance(12)) add_lints(project, package, random);
  if (random.chance(4))
    manifest.set("badges", "travis-ci", R"({ repository = "a/b", branch = "x" })");
  if (random.chance(3)) {
    project.require(90);
    manifest.set("hints", "mostly-unused", random.pick({"true", "false", "1", "\"x\""}));
    if (random.chance(30)) manifest.set("hints", "other", any_value(random, 1));
  }
  if (random.chance(4)) manifest.set("unknown-table", "key", any_value(random, 2));
  if (random.chance(4)) manifest.set(package_table(package), "unknown", any_value(random, 2));
  if (random.chance(4) && !package.root)
    manifest.set(package_table(package), "resolver", toml_quoted(random.pick({"1", "2"})));
}

}  // namespace larder::test
