#include <fmt/format.h>

#include <array>

#include "larder/base/path.hpp"
#include "project.hpp"

// Keys of [package] and [workspace.package], and what can be inherited.

namespace larder::test {

namespace {

constexpr std::array<const char*, 16> inheritable{
    "authors",  "categories", "description",  "documentation", "edition",      "exclude",
    "homepage", "include",    "keywords",     "license",       "license-file", "publish",
    "readme",   "repository", "rust-version", "version"};

std::string edition(Project& project, Random& random) {
  const auto chosen = random.pick({"2015", "2018", "2018", "2021", "2021", "2021", "2024", "2024"});
  if (chosen == "2024") project.require(85);
  return chosen;
}

std::string text_list(Random& random) {
  switch (random.below(4)) {
    case 0:
      return "[]";
    case 1:
      return "[\"\", \"Zo\xc3\xab <zoe@example.com>\",]";
    case 2:
      return "[\n  \"a b\", # why\n  'c'\n]";
    default:
      return "[\"one\"]";
  }
}

std::string version(Random& random) {
  return random.pick({"\"0.1.0\"", "\"1.2.3\"", "\"0.0.0\"", "\"10.20.30-alpha.1+build.5\"",
                      "\"1.0.0-0.x-y.1\"", "\" 1.0.0 \"", "\"1.0.0+20130313144700\"",
                      "'3.0.0-rc.1'"});
}

/// A value that stands for the field where it is not inherited.
std::string field_value(const std::string& field, Project& project, Random& random) {
  if (field == "version") return version(random);
  if (field == "edition") return toml_quoted(edition(project, random));
  if (field == "rust-version") {
    project.require(72);
    return random.pick({"\"1.85\"", "\"1.90.1\"", "\" 1.86 \"", "'1.85.0'"});
  }
  if (field == "publish")
    return random.pick({"true", "false", "[]", "[\"mine\"]", R"(["mine", "crates-io"])"});
  if (field == "readme")
    return random.pick(
        {"true", "false", "\"docs/READ ME.md\"", "\"../README.md\"", "\"README.txt\"", "\"\""});
  if (field == "license-file")
    return random.pick({"\"LICENSE\"", "\"legal/./LICENSE\"", "\"../LICENSE\"", "'l i c'"});
  if (field == "license") return random.pick({"\"MIT\"", "\"MIT/Apache-2.0\"", "\"what\""});
  const bool list = field == "authors" || field == "categories" || field == "exclude" ||
                    field == "include" || field == "keywords";
  if (list) return text_list(random);
  return spelled(random,
                 random.pick({"https://example.com/\xc3\xa4", "", "a \"quoted\" \\ word", "x"}));
}

void set_inherited(ManifestText& manifest, const std::string& table, const std::string& field,
                   Random& random) {
  if (random.chance(70)) {
    manifest.set(table, field + ".workspace", "true");
  } else {
    manifest.set(table, field, "{ workspace = true }");
  }
}

void add_readmes(Project& project, const std::string& directory, Random& random) {
  for (const auto* name : {"README.md", "README.txt", "README"}) {
    const auto file = joined(directory, name);
    if (random.chance(8)) {
      project.files[file] = "";
    } else if (random.chance(2)) {
      project.directories.insert(file);
    } else if (random.chance(2)) {
      project.links[file] = random.pick({"nowhere", "Cargo.toml"});
    }
  }
}

void add_rust_version(Project& project, PackageSketch& package, const std::string& table,
                      Random& random) {
  if (package.manifest.has(table, "edition")) {
    package.manifest.set(table, "rust-version", field_value("rust-version", project, random));
  } else {
    package.manifest.set(table, "rust-version",
                         random.pick({"\"1.31\"", "\"1.0\"", "\"1\"", "\"0.9\"", "\"1.56.1\""}));
  }
}

void add_own_fields(Project& project, PackageSketch& package, Random& random) {
  const auto table = package_table(package);
  auto& manifest = package.manifest;
  for (const std::string field : inheritable) {
    if (manifest.has(table, field)) continue;
    if (field == "rust-version") {
      if (random.chance(12)) add_rust_version(project, package, table, random);
    } else if (field == "publish") {
      if (manifest.has(table, "version") && random.chance(15))
        manifest.set(table, field, field_value(field, project, random));
    } else if (field != "version" && field != "edition" && random.chance(12)) {
      manifest.set(table, field, field_value(field, project, random));
    }
  }
}

}  // namespace

void add_shared_tables(Project& project, PackageSketch& root, Random& random) {
  auto& manifest = root.manifest;
  if (random.chance(60)) {
    for (const std::string field : inheritable) {
      if (!random.chance(40)) continue;
      auto value = field_value(field, project, random);
      if (field == "edition") root.shared.edition = value.substr(1, 4);
      manifest.set("workspace.package", field, std::move(value));
      root.shared.fields.insert(field);
    }
  }
  if (random.chance(30)) {
    manifest.set("workspace.metadata", random.pick({"a", "docs", "\"x y\""}), any_value(random, 2));
  }
  if (random.chance(25)) {
    project.require(74);
    root.shared.lints = true;
    manifest.set("workspace.lints.rust", "unsafe_code", "\"forbid\"");
    if (random.chance(50))
      manifest.set("workspace.lints.clippy", "all", "{ level = \"warn\", priority = -1 }");
  }
}

void add_package_fields(Project& project, PackageSketch& package, Random& random) {
  const auto table = package_table(package);
  auto& manifest = package.manifest;
  if (package.root) {
    const auto& shared = project.packages[*package.root].shared;
    for (const auto& field : shared.fields) {
      if (!random.chance(60)) continue;
      set_inherited(manifest, table, field, random);
      if (field == "edition") package.edition = shared.edition;
    }
  }
  if (!manifest.has(table, "version")) {
    if (random.chance(85)) {
      manifest.set(table, "version", version(random));
    } else {
      project.require(75);
      manifest.erase(table, "publish");
      manifest.erase(table, "publish.workspace");
      if (random.chance(30)) manifest.set(table, "publish", random.pick({"false", "[]"}));
    }
  }
  if (!manifest.has(table, "edition") && random.chance(75)) {
    package.edition = edition(project, random);
    manifest.set(table, "edition", toml_quoted(package.edition));
  }
  if (package.edition == "2024" && table == "project") {
    for (auto& each : manifest.tables()) {
      if (each.header == "project") each.header = "package";
    }
  }
  add_own_fields(project, package, random);
  add_readmes(project, package.directory, random);
  if (random.chance(15))
    manifest.set(package_table(package) + ".metadata", random.pick({"a", "docs.rs", "\"x y\""}),
                 any_value(random, 3));
}

}  // namespace larder::test
