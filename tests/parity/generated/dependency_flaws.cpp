#include <iterator>

#include "flaws.hpp"

// What can be wrong with dependencies, inheritance, lints and features.

namespace larder::test {

namespace {

// --- dependencies ---

bool bad_dependency(Project& project, Random& random) {
  auto& package = any_package(project, random);
  const auto table =
      random.pick({"dependencies", "dev-dependencies", "build-dependencies",
                   "target.'cfg(unix)'.dependencies", "patch.crates-io", "workspace.dependencies"});
  put(project, package, table, "broken",
      random.pick({"{}",
                   R"({ branch = "x", version = "1" })",
                   R"({ git = "https://h/x", path = "x" })",
                   R"({ git = "https://h/x", branch = "a", tag = "b" })",
                   "{ git = \"not a url\" }",
                   "{ git = \"git@github.com:a/b\" }",
                   "{ git = \"/abs/path\" }",
                   R"({ git = "https://h/x", registry = "mine" })",
                   R"({ version = "1", registry = "never-configured" })",
                   R"({ version = "1", registry-index = "relative" })",
                   R"({ version = "1", registry = "crates-io", registry-index = "https://h" })",
                   R"({ version = "1", features = ["a/b"] })",
                   R"({ version = "1", features = ["dep:a"] })",
                   "{ version = \"1\", lib = true }",
                   R"({ version = "1", target = "x" })",
                   "{ path = \"nowhere\" }",
                   R"({ path = "nowhere", version = "1" })",
                   R"({ version = "1", package = "a b" })",
                   "{ version = \"1\", optional = true }",
                   "{ version = \"1\", workspace = false }",
                   "{ workspace = true, path = \"x\" }",
                   R"({ version = "1", base = "x" })",
                   "{ path = \"\" }",
                   "{ git = \"https://\" }",
                   "{ git = \"http://[::1\" }",
                   "{ git = \"https://h:99999/x\" }",
                   "{ git = \"https://a b/x\" }",
                   R"({ path = "x", tag = "t" })",
                   "{ registry = \"crates-io\" }",
                   R"({ version = "1", registry = "" })",
                   R"({ version = "1", registry = "a.b" })"}));
  return true;
}

bool bad_requirement(Project& project, Random& random) {
  put(project, any_package(project, random), "dependencies", "broken",
      random.pick({"\"\"",
                   "\"1..2\"",
                   "\"v1\"",
                   "\"^\"",
                   "\"1 2\"",
                   "\">=*\"",
                   "\"1.2.3.4\"",
                   "\"=\"",
                   "\"latest\"",
                   "\",1\"",
                   "\"1,\"",
                   "\"01\"",
                   "\"1.*.2\"",
                   "\"*.1\"",
                   "\"=*\"",
                   "\"~>1\"",
                   "\"1.2-alpha\"",
                   "\"1.0.0-\"",
                   "\"1 || 2\"",
                   "\"* , 1\"",
                   "\"==1\"",
                   "\"1.2.*.*\"",
                   "\"!=1\"",
                   "\"\\t1\"",
                   "\"99999999999999999999\"",
                   "\"1.2.3-01\"",
                   "\"*.*\"",
                   "\">1.*\"",
                   "\"=1.*\"",
                   "\"^1.x\"",
                   "\"1.0.0 - 2.0.0\"",
                   "\"1.*-a\"",
                   "\"1.2+b\"",
                   "\"x\"",
                   "\"*+1\""}));
  return true;
}

bool bad_dependency_name(Project& project, Random& random) {
  put(project, any_package(project, random), "dependencies",
      random.pick(
          {"\"\"", "\"a b\"", "\"a.b\"", "1x", "-x", "_", "\"\xc3\xa4\"", "\"a/b\"", "\"dep:x\""}),
      "\"1\"");
  return true;
}

bool optional_dev(Project& project, Random& random) {
  put(project, any_package(project, random),
      random.pick({"dev-dependencies", "target.x.dev-dependencies"}), "broken",
      "{ version = \"1\", optional = true }");
  return true;
}

bool other_source(Project& project, Random& random) {
  auto& package = any_package(project, random);
  put(project, package, "dependencies", "twice",
      random.pick({"\"1\"", "{ git = \"https://github.com/a/b\" }", "{ path = \"../x\" }",
                   R"({ git = "https://github.com/a/b", branch = "main" })"}));
  put(project, package, "build-dependencies", "twice",
      random.pick(
          {"{ git = \"https://github.com/A/b.git\" }", "{ git = \"https://github.com/a/b/\" }",
           R"({ version = "2", registry = "crates-io" })", "{ path = \"../y/../x\" }",
           R"({ git = "https://github.com/a/b", branch = "master" })",
           R"({ version = "1", package = "other" })",
           R"({ version = "1", registry-index = "https://github.com/rust-lang/crates.io-index" })",
           "{ git = \"https://github.com/a/b#frag\" }", "{ git = \"https://github.com/a/b.git/\" }",
           R"({ version = "1", registry-index = "sparse+https://index.crates.io/" })"}));
  return true;
}

bool bad_platform(Project& project, Random& random) {
  auto& package = any_package(project, random);
  put(project, package,
      "target." +
          random.pick({"'cfg()'",
                       "'cfg(unix'",
                       "'cfg(all(unix) windows)'",
                       "'cfg(not())'",
                       "'not a triple!'",
                       "'cfg(not(a,b))'",
                       "''",
                       "'cfg(unix) '",
                       "\"cfg(a = 'b')\"",
                       "'cfg(a = b)'",
                       "'cfg(1a)'",
                       "'cfg (unix)'",
                       "'cfg(any(,))'",
                       "'cfg(not(a,))'",
                       "'cfg(a = \"b)'",
                       "'x/y.json'",
                       "'cfg(ünix)'",
                       "'cfg(r#unix)'",
                       "'cfg(a-b)'",
                       "' cfg(unix)'",
                       "'cfg'",
                       "'CFG(unix)'",
                       "'cfg(foo(bar))'",
                       "'cfg(all)'",
                       "'cfg(any = \"x\")'",
                       "'cfg(a=\"b\\c\")'",
                       "'cfg(unix);'",
                       "'cfg(r#true = \"a\")'",
                       "'cfg(true = \"a\")'",
                       "'cfg(true())'",
                       "'cfg(version(\"1\"))'"}) +
          ".dependencies",
      "x", "\"1\"");
  project.require(88);
  return true;
}

// --- inheritance ---

bool bad_inheritance(Project& project, Random& random) {
  auto& package = any_package(project, random);
  const auto field =
      random.pick({"version", "edition", "readme", "license-file", "publish", "authors", "name",
                   "build", "links", "autobins", "metadata", "keywords", "rust-version",
                   "description", "default-run", "resolver", "include"});
  package.manifest.erase(package_table(package), field + ".workspace");
  put(project, package, package_table(package), field,
      random.pick({"{ workspace = true }", "{ workspace = false }", "{}",
                   "{ workspace = true, x = 1 }", "{ workspace = \"true\" }", "{ x = 1 }"}));
  return true;
}

bool bad_inherited_dependency(Project& project, Random& random) {
  auto& package = any_package(project, random);
  std::string key = "never-shared";
  if (package.root && !project.packages[*package.root].shared.dependencies.empty() &&
      random.chance(60))
    key = random.pick(project.packages[*package.root].shared.dependencies).key;
  put(project, package, random.pick({"dependencies", "dev-dependencies", "build-dependencies"}),
      key,
      random.pick(
          {"{ workspace = true }", "{ workspace = false }", "{ workspace = true, version = \"1\" }",
           "{ workspace = true, default-features = false }",
           "{ workspace = true, features = [\"a/b\"] }", "{ workspace = true, optional = true }",
           "{ workspace = true, default_features = false }", "{ workspace = \"yes\" }",
           "{ workspace = true, package = 1 }", "{ workspace = false, version = \"1\" }",
           "{ workspace = true, public = true }"}));
  return true;
}

bool bad_lints(Project& project, Random& random) {
  auto& package = any_package(project, random);
  std::erase_if(package.manifest.tables(),
                [](const auto& table) { return table.header.starts_with("lints"); });
  if (random.chance(50)) {
    put(project, package, "lints", "workspace", random.pick({"true", "false", "1", "{}"}));
    if (random.chance(50)) put(project, package, "lints.rust", "x", "\"warn\"");
    return true;
  }
  put(project, package, "lints." + random.pick({"rust", "clippy", "odd", "cargo", "rustdoc"}),
      random.pick(
          {"x", "\"clippy::x\"", "unexpected_cfgs", "\"a-b\"", "\"a b\"", "unused_features"}),
      random.pick({"\"error\"", "{ level = \"warn\", priority = 200 }", "{ priority = 1 }", "1",
                   "\"warn\"", R"({ level = "warn", check-cfg = "x" })",
                   "{ level = \"warn\", check-cfg = [1] }", "{ level = 1 }",
                   R"({ level = "warn", priority = "1" })"}));
  return true;
}

// --- features ---

bool bad_feature(Project& project, Random& random) {
  auto& package = any_package(project, random);
  put(project, package, "features",
      random.pick({"bad", "\"a/b\"", "\"\"", "\"dep:x\"", "\"a b\"", "\"-x\"", "\"+x\"", "\".x\"",
                   "\"a?b\"", "\"a:b\"", "\"2\""}),
      random.pick({"[]", "[\"nothing\"]", "[\"dep:nothing\"]", "[\"nothing/x\"]",
                   "[\"nothing?/x\"]", "[\"a/b/c\"]", "[\"\"]", "[\"dep:\"]", "[\"/x\"]",
                   "[\"x/\"]", "[\"bad\"]", "[\"dep:a/b\"]", "[\"?/x\"]", "[\"a?\"]"}));
  if (!package.dependency_keys.empty() && random.chance(50)) {
    const auto key = random.pick(package.dependency_keys);
    put(project, package, "features", "bad",
        array_of({random.pick({"", "dep:"}) + key + random.pick({"", "?/x", "/x", "/x/y", "/"})}));
  }
  return true;
}

bool hidden_dependency(Project& project, Random& random) {
  auto& package = any_package(project, random);
  put(project, package, "dependencies", "hidden", "{ version = \"1\", optional = true }");
  put(project, package, "features", random.pick({"hidden", "other"}),
      random.pick({"[]", "[\"dep:hidden\"]", "[\"hidden\"]", "[\"hidden/x\"]", "[\"hidden?/x\"]"}));
  put(project, package, "features", "second",
      random.pick({"[]", "[\"dep:hidden\"]", "[\"hidden\"]", "[\"hidden?/x\"]"}));
  return true;
}

constexpr Flaw flaws[] = {
    {"bad dependency", bad_dependency},
    {"bad dependency", bad_dependency},
    {"bad requirement", bad_requirement},
    {"bad dependency name", bad_dependency_name},
    {"optional dev", optional_dev},
    {"other source", other_source},
    {"bad platform", bad_platform},
    {"bad inheritance", bad_inheritance},
    {"bad inherited dependency", bad_inherited_dependency},
    {"bad lints", bad_lints},
    {"bad feature", bad_feature},
    {"bad feature", bad_feature},
    {"hidden dependency", hidden_dependency},
};

}  // namespace

std::vector<Flaw> dependency_flaws() {
  return {std::begin(flaws), std::end(flaws)};
}

}  // namespace larder::test
