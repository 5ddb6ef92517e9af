#include <fmt/format.h>

#include <iterator>

#include "flaws.hpp"

// What can be wrong with targets, profiles, patches and configs, and in [package].

namespace larder::test {

namespace {

// --- targets ---

bool bad_target(Project& project, Random& random) {
  auto& package = any_package(project, random);
  const auto section = random.pick({"bin", "bin", "example", "test", "bench"});
  auto& item = package.manifest.add_item(section).entries;
  const auto name =
      random.pick({"", " ", "deps", "build", "examples", "incremental", "missing", "a/b", "a\\b",
                   "main", "alpha", "-x", "\xe2\x80\x83", "con", "test", "..", "r#a", "a:b"});
  if (random.chance(92)) item.emplace_back("name", toml_quoted(name));
  if (random.chance(50))
    item.emplace_back("path",
                      random.pick({"\"src/x.rs\"", "\"\"", "\".\"", "\"/abs.rs\"", "\"src\""}));
  if (random.chance(30))
    item.push_back(
        random.pick<std::pair<std::string, std::string>>({{"crate-type", "[\"lib\"]"},
                                                          {"proc-macro", "true"},
                                                          {"edition", "\"2014\""},
                                                          {"crate_type", "[\"bin\"]"},
                                                          {"required-features", "[\"never\"]"},
                                                          {"proc_macro", "false"},
                                                          {"crate-type", "[]"},
                                                          {"plugin", "true"},
                                                          {"crate-type", "\"lib\""},
                                                          {"crate-type", "[\"proc-macro\"]"}}));
  project.flaw += fmt::format(" [[{}]] {}", section, inline_table(item));
  return true;
}

bool bad_lib(Project& project, Random& random) {
  auto& package = any_package(project, random);
  const auto chosen =
      random.pick<std::pair<std::string, std::string>>({{"name", "\"a-b\""},
                                                        {"name", "\"\""},
                                                        {"name", "\"a b\""},
                                                        {"crate-type", R"(["dylib", "cdylib"])"},
                                                        {"crate-type", "\"lib\""},
                                                        {"crate-type", R"(["proc-macro", "lib"])"},
                                                        {"path", "\"\""},
                                                        {"name", "\"1\""},
                                                        {"path", "\"missing.rs\""},
                                                        {"proc_macro", "true"},
                                                        {"crate_type", "[\"lib\"]"},
                                                        {"edition", "\"1999\""},
                                                        {"name", "\"test\""},
                                                        {"name", "\"fn\""},
                                                        {"path", "\"/abs/./lib.rs\""},
                                                        {"crate-type", "[\"\"]"}});
  put(project, package, "lib", chosen.first, chosen.second);
  return true;
}

bool without_files(Project& project, Random& random) {
  const auto& package = any_package(project, random);
  std::erase_if(project.files, [&](const auto& file) {
    return file.first.starts_with(joined(package.directory, "src/"));
  });
  return true;
}

bool twice_inferred(Project& project, Random& random) {
  const auto& package = any_package(project, random);
  const auto directory = random.pick({"src/bin", "examples", "tests", "benches"});
  project.files[joined(package.directory, directory + "/twin.rs")] = "";
  if (random.chance(70)) project.files[joined(package.directory, directory + "/twin/main.rs")] = "";
  if (random.chance(30))
    project.files[joined(package.directory, "src/bin/" + package.name + ".rs")] = "";
  if (random.chance(30)) project.files[joined(package.directory, "src/bin/deps.rs")] = "";
  return true;
}

bool bad_package_key(Project& project, Random& random) {
  auto& package = any_package(project, random);
  const auto chosen = random.pick<std::pair<std::string, std::string>>({{"links", "\"z\""},
                                                                        {"default-run", "\"none\""},
                                                                        {"build", "\"missing.rs\""},
                                                                        {"resolver", "\"9\""},
                                                                        {"publish", "true"},
                                                                        {"links", "\"\""},
                                                                        {"build", "\"\""},
                                                                        {"autobins", "false"},
                                                                        {"autolib", "false"},
                                                                        {"build", "true"},
                                                                        {"readme", "\"missing\""},
                                                                        {"default-run", "\"\""},
                                                                        {"name", "\"other\""},
                                                                        {"publish", "[\"\"]"},
                                                                        {"include", "[\"[\"]"},
                                                                        {"exclude", "[\"a**\"]"},
                                                                        {"edition", "\"2024\""}});
  put(project, package, package_table(package), chosen.first, chosen.second);
  if (random.chance(30)) package.manifest.erase(package_table(package), "version");
  return true;
}

// --- root tables ---

bool bad_profile(Project& project, Random& random) {
  auto& package = random.pick(project.packages);
  const auto chosen = random.pick<std::pair<std::string, std::string>>(
      {{"opt-level", "\"x\""},
       {"opt-level", "4"},
       {"lto", "\"true\""},
       {"panic", "\"no\""},
       {"debug", "3"},
       {"inherits", "\"debug\""},
       {"dir-name", "\"x\""},
       {"lto", "\"bad\""},
       {"codegen-units", "-1"},
       {"strip", "\"bad\""},
       {"inherits", "\"nowhere\""},
       {"opt-level", "\"3\""},
       {"debug", "\"bad\""},
       {"package.x.panic", "\"abort\""},
       {"build-override.lto", "true"},
       {"codegen-units", "0"},
       {"package.\"a b\".opt-level", "1"},
       {"package.\"x@\".opt-level", "1"},
       {"opt-level", "-1"},
       {"package.\"https://h/x#y@1.0.0\".opt-level", "1"},
       {"package.\"x:1.2\".debug", "1"},
       {"split-debuginfo", "\"bad\""},
       {"package.\"*\".package.x.debug", "1"},
       {"incremental", "1"}});
  const auto name =
      random.pick({"dev", "release", "x", "build", "debug", "\"a b\"", "doc", "\"\"", "check",
                   "package", "cargo-x", "rust", "_y", "\"a.b\"", "\"\xc3\xa4\"", "none", "test"});
  put(project, package, "profile." + name, chosen.first, chosen.second);
  return true;
}

bool bad_patch(Project& project, Random& random) {
  auto& package = random.pick(project.packages);
  put(project, package,
      random.pick({"patch.crates-io", "patch.nowhere", "patch.\"https://h/x\"", "replace",
                   "patch.crates", "patch.\"a b\"", "patch.\"rel/x\"", "patch.\"\""}),
      random.pick({"x", "\"x:1.0.0\"", "\"x@1.0.0\"", "\"https://h/x#y:1.0.0\"", "\"x:1\"",
                   "\"a b\"", "\"https://h/x#y@1.0.0\"", "\"https://h/x\"",
                   "\"git+https://h/x#y@1.0.0\"", "\"x:\""}),
      random.pick({"{ path = \"x\" }", "\"1\"", "{ git = \"https://h/x\" }", "{}",
                   "{ workspace = true }", "{ version = \"1\" }"}));
  if (random.chance(20)) put(project, package, "replace", "\"y:1.0.0\"", "{ path = \"y\" }");
  return true;
}

bool bad_config(Project& project, Random& random) {
  const auto file = joined(project.start_directory, ".cargo/config.toml");
  const auto text =
      random.pick({"[build\n", "build = 1\n", "[build]\ntarget-dir = 1\n", "include = \"x.toml\"\n",
                   "include = [\"missing.toml\"]\n", "include = [\"config.toml\"]\n",
                   "include = [{ path = \"missing.toml\", optional = true }]\n",
                   "include = [\"x.txt\"]\n", "[registries.mine]\nindex = 1\n", "registries = 1\n",
                   "[registries.mine]\nindex = \"https://[\"\n", "x = 1\n[x]\n",
                   "[build]\nbuild-dir = \"{nope}\"\n", "[build]\ntarget-dir = \"\"\n",
                   "[build]\nbuild-dir = \"\"\n", "[build]\nbuild-dir = 1\n", "include = [1]\n",
                   "include = [{}]\n", "[registries.mine]\n"});
  if (project.files.contains(file)) return false;
  project.require(94);
  project.files[file] = text;
  project.flaw += " " + text;
  return true;
}

bool old_spelling(Project& project, Random& random) {
  auto& package = any_package(project, random);
  project.require(85);
  package.manifest.erase(package_table(package), "rust-version");
  package.manifest.erase(package_table(package), "edition.workspace");
  package.manifest.set(package_table(package), "edition", toml_quoted("2024"));
  switch (random.below(5)) {
    case 0:
      put(project, package,
          random.pick({"dev_dependencies", "build_dependencies", "target.x.dev_dependencies"}), "x",
          "\"1\"");
      break;
    case 1:
      put(project, package, "dependencies", "x", "{ version = \"1\", default_features = true }");
      break;
    case 2:
      put(project, package, "lib", random.pick({"proc_macro", "crate_type"}),
          random.pick({"false", "[\"lib\"]"}));
      break;
    case 3:
      put(project, package, "project", "name", "\"x\"");
      break;
    default:
      put(project, package, "dev-dependencies", "x", "\"1\"");
      put(project, package, "dev_dependencies", "y", "\"1\"");
  }
  return true;
}

constexpr Flaw flaws[] = {
    {"bad target", bad_target},
    {"bad target", bad_target},
    {"bad lib", bad_lib},
    {"without files", without_files},
    {"twice inferred", twice_inferred},
    {"bad package key", bad_package_key},
    {"bad profile", bad_profile},
    {"bad patch", bad_patch},
    {"bad config", bad_config},
    {"old spelling", old_spelling},
};

}  // namespace

std::vector<Flaw> package_flaws() {
  return {std::begin(flaws), std::end(flaws)};
}

}  // namespace larder::test
