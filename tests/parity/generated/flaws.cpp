#include "flaws.hpp"

#include <fmt/format.h>

#include <iterator>

#include "larder/base/path.hpp"

namespace larder::test {

PackageSketch& any_package(Project& project, Random& random) {
  while (true) {
    auto& package = random.pick(project.packages);
    if (!package.name.empty()) return package;
  }
}

void put(Project& project, PackageSketch& package, const std::string& table, const std::string& key,
         const std::string& value) {
  package.manifest.set(table, key, value);
  project.flaw += fmt::format(" {}.{} = {}", table, key, value);
}

namespace {

PackageSketch* any_root(Project& project, Random& random) {
  std::vector<PackageSketch*> roots;
  for (auto& package : project.packages) {
    if (package.is_root) roots.push_back(&package);
  }
  return roots.empty() ? nullptr : random.pick(roots);
}

// --- anywhere ---

/// A value of another type at any key.
bool wrong_type(Project& project, Random& random) {
  auto& table = random.pick(random.pick(project.packages).manifest.tables());
  if (table.entries.empty()) return false;
  auto& [key, value] = random.pick(table.entries);
  // Of several build scripts only a nightly cargo knows.
  if (key == "build") return false;
  value = random.pick({"1", "\"text\"", "true", "[]", "[1]", "[\"a\"]", "{}", "{ a = 1 }", "1.5",
                       "1979-05-27", "[[]]", "\"\"", "-1", "{ workspace = 1 }"});
  project.flaw += fmt::format(" {}.{} = {}", table.header, key, value);
  return true;
}

/// A plain value or an array of tables where a table is expected.
bool wrong_table(Project& project, Random& random) {
  auto& manifest = random.pick(project.packages).manifest;
  const auto name =
      random.pick({"package", "workspace", "dependencies", "features", "lib", "bin", "test",
                   "target", "profile", "patch", "lints", "badges", "replace", "dev-dependencies"});
  std::erase_if(manifest.tables(), [&](const ManifestText::Table& table) {
    return table.header == name || table.header.starts_with(name + ".");
  });
  manifest.set("", name, random.pick({"1", "\"x\"", "[]", "[{}]", "[1]", "{}", "{ x = 1 }"}));
  project.flaw += " " + name + " = " + manifest.table("").entries.back().second;
  return true;
}

bool broken_text(Project& project, Random& random) {
  const auto& package = random.pick(project.packages);
  auto text = package.manifest.render(random);
  const auto what = random.pick(
      {"= 1\n", "[unclosed\n", "a = \n", "\"x\n", "x = 01\n", "b = \"\\q\"\n", "\xff\xfe = 1\n",
       "a.b = 1\na = 2\n", "[x]\n[x]\n", "c = \"\x01\"\n", "a = 1 b = 2\n", "\xef\xbb\xbf[y]\n",
       "d = 1\r", "e = [1,,2]\n", "f = {,}\n", "g = 2024-13-01\n"});
  text += "\n" + what;
  project.files[joined(package.directory, "Cargo.toml")] = text;
  project.flaw += " " + what;
  return true;
}

bool missing_manifest(Project& project, Random& random) {
  auto& package = random.pick(project.packages);
  project.directories.insert(joined(package.directory, "Cargo.toml"));
  package.directory += random.pick({"-moved", "/moved"});
  return true;
}

// --- names and versions ---

bool bad_name(Project& project, Random& random) {
  auto& package = any_package(project, random);
  put(project, package, package_table(package), "name",
      random.pick({"\"\"",          "\"1a\"",           "\"-x\"",          "\"a b\"",
                   "\"a/b\"",       "\"a.b\"",          "\"\xc3\xa4-ok\"", "\"_\"",
                   "\"test\"",      "\"con\"",          "\"a+b\"",         "\"r#x\"",
                   "\"a\\tb\"",     "\"fn\"",           "\"build\"",       "\"deps\"",
                   "\"a\xc2\xb7\"", "\"\xe2\x85\xa7\"", "\"a@1\"",         "\" a\""}));
  return true;
}

bool no_name(Project& project, Random& random) {
  auto& package = any_package(project, random);
  package.manifest.erase(package_table(package), "name");
  return true;
}

bool same_name(Project& project, Random& random) {
  if (project.packages.size() < 2) return false;
  const auto name = any_package(project, random).name;
  auto& other = any_package(project, random);
  if (other.name == name) return false;
  other.manifest.set(package_table(other), "name", toml_quoted(name));
  return true;
}

bool bad_version(Project& project, Random& random) {
  auto& package = any_package(project, random);
  package.manifest.erase(package_table(package), "version.workspace");
  put(project, package, package_table(package), "version",
      random.pick({"\"1\"", "\"1.2\"", "\"01.2.3\"", "\"1.2.3.4\"", "\"v1.2.3\"", "\"1.2.3-\"",
                   "\"1.2.3-01\"", "\"\"", "\"1.2.3+\"", "\"1.2.x\"", "\"1.2.3 -a\"",
                   "\"99999999999999999999.0.0\"", "\"1.2.3-a..b\"", "\"\\u00a01.0.0\"",
                   "\"\\u000b1.0.0\"", "\"  \""}));
  return true;
}

bool bad_edition(Project& project, Random& random) {
  auto& package = any_package(project, random);
  const auto table = package_table(package);
  package.manifest.erase(table, "edition.workspace");
  package.manifest.erase(table, "rust-version.workspace");
  if (random.chance(50)) {
    package.manifest.set(table, "edition",
                         random.pick({"\"2014\"", "\"\"", "\"2020\"", "\" 2021\"", "\"2030\""}));
  } else {
    package.manifest.set(table, "edition", random.pick({"\"2018\"", "\"2021\"", "\"2024\""}));
    package.manifest.set(table, "rust-version",
                         random.pick({"\"1.30\"", "\"1.55.9\"", "\"1.31.0\"", "\"1\"", "\"1.84\"",
                                      "\"2.0\"", "\"0.99\"", "\"1.56\"", "\"1.85.0\""}));
  }
  for (const auto& [key, value] : package.manifest.table(table).entries)
    if (key == "edition" || key == "rust-version") project.flaw += " " + value;
  return true;
}

bool bad_rust_version(Project& project, Random& random) {
  auto& package = any_package(project, random);
  package.manifest.erase(package_table(package), "rust-version.workspace");
  put(project, package, package_table(package), "rust-version",
      random.pick({"\"\"", "\"1.x\"", "\"^1.70\"", "\"1.70.0-nightly\"", "\"1.70.0.0\"",
                   "\"01.70\"", "\"1.70 \"", "\"1.70+x\"", "\"1.\"", "\"*\"", "\"=1.70\"",
                   "\"1.070\"", "\"99999999999999999999\""}));
  return true;
}

// --- workspaces ---

bool two_roots(Project& project, Random& random) {
  if (random.chance(50)) {
    auto& package = any_package(project, random);
    if (package.manifest.has("workspace")) return false;
    package.manifest.table("workspace");
    return true;
  }
  auto* root = any_root(project, random);
  if (root == nullptr || root->name.empty()) return false;
  root->manifest.set(package_table(*root), "workspace", toml_quoted(random.pick({".", "..", "x"})));
  return true;
}

bool bad_pointer(Project& project, Random& random) {
  auto& package = any_package(project, random);
  put(project, package, package_table(package), "workspace",
      toml_quoted(random.pick({"..", ".", "nowhere", "../..", "", "../../.."})));
  return true;
}

bool bad_member(Project& project, Random& random) {
  auto* root = any_root(project, random);
  if (root == nullptr) return false;
  const auto entry =
      random.pick({"nowhere",    "no/*",        "**",           "a[",
                   "a**",        "*/**",        "crates/**",    "src",
                   "*",          "..",          "../*",         "/",
                   "",           "[",           "x[!]",         "x[]]",
                   "crates/***", "a/**b",       "Cargo.toml",   "crates/*/Cargo.toml",
                   "[[]",        "{a,b}",       "crates/[^x]*", "c/../crates/*",
                   "/nowhere",   "crates/*/..", ".*",           "*/",
                   "./*/."});
  project.flaw += " " + entry;
  const auto key = random.chance(75) ? "members" : random.pick({"default-members", "exclude"});
  root->manifest.set("workspace", key, array_of({entry}));
  return true;
}

bool fewer_members(Project& project, Random& random) {
  auto* root = any_root(project, random);
  if (root == nullptr) return false;
  root->manifest.erase("workspace", random.chance(70) ? "members" : "exclude");
  return true;
}

bool more_excludes(Project& project, Random& random) {
  auto* root = any_root(project, random);
  if (root == nullptr) return false;
  root->manifest.set("workspace", "exclude",
                     array_of({random.pick({"crates", ".", "..", "", "/", "crates/*", "./crates/",
                                            "libs", "crates/../libs", "crate", "packages/"})}));
  project.flaw += " " + root->manifest.table("workspace").entries.back().second;
  return true;
}

bool virtual_section(Project& project, Random& random) {
  auto* root = any_root(project, random);
  if (root == nullptr || !root->name.empty()) return false;
  const auto section = random.pick(
      {"dependencies", "dev-dependencies", "build_dependencies", "features", "lib", "badges",
       "lints.rust", "hints", "target.'cfg(unix)'", "package.metadata", "profile.dev", "unknown"});
  root->manifest.table(section);
  project.flaw += " " + section;
  return true;
}

bool no_workspace(Project& project, Random& random) {
  auto* root = any_root(project, random);
  if (root == nullptr) return false;
  std::erase_if(root->manifest.tables(), [](const ManifestText::Table& table) {
    return table.header.starts_with("workspace");
  });
  return true;
}

bool bad_resolver(Project& project, Random& random) {
  auto* root = any_root(project, random);
  if (root == nullptr) return false;
  if (!root->name.empty()) root->manifest.set(package_table(*root), "resolver", toml_quoted("2"));
  root->manifest.set("workspace", "resolver", toml_quoted(random.pick({"2", "0", "4", "", "3"})));
  return true;
}

constexpr Flaw general_flaws[] = {
    {"wrong type", wrong_type},       {"wrong table", wrong_table},
    {"broken text", broken_text},     {"missing manifest", missing_manifest},
    {"bad name", bad_name},           {"no name", no_name},
    {"same name", same_name},         {"bad version", bad_version},
    {"bad edition", bad_edition},     {"bad rust-version", bad_rust_version},
    {"two roots", two_roots},         {"bad pointer", bad_pointer},
    {"bad member", bad_member},       {"fewer members", fewer_members},
    {"more excludes", more_excludes}, {"virtual section", virtual_section},
    {"no workspace", no_workspace},   {"bad resolver", bad_resolver},
};

}  // namespace

void add_flaw(Project& project, Random& random) {
  // A random value at a random key finds what nobody thought of.
  if (random.chance(20)) {
    project.flaw = "wrong type";
    if (wrong_type(project, random)) return;
  }
  std::vector<Flaw> flaws(std::begin(general_flaws), std::end(general_flaws));
  for (const auto& more : {package_flaws(), dependency_flaws()})
    flaws.insert(flaws.end(), more.begin(), more.end());
  while (true) {
    const auto& flaw = random.pick(flaws);
    project.flaw = flaw.name;
    if (flaw.apply(project, random)) return;
  }
}

}  // namespace larder::test
