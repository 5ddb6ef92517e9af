#include <fmt/format.h>

#include "larder/base/path.hpp"
#include "project.hpp"

// .cargo/config.toml files and variables: where the target directory is, what registries there are.

namespace larder::test {

namespace {

/// A directory whose config the programs read: where they run, above, or the cargo home.
std::string config_directory(const Project& project, Random& random) {
  if (random.chance(20)) return project.cargo_home;
  auto directory = project.start_directory;
  while (!directory.empty() && random.chance(40))
    directory = path::parent("/" + directory).substr(1);
  return joined(directory, ".cargo");
}

/// The config file of a directory, under one of its names.
std::string config_file(const Project& project, Random& random) {
  return config_directory(project, random) + (random.chance(10) ? "/config" : "/config.toml");
}

void append(Project& project, const std::string& file, const std::string& text) {
  project.files[file] += text;
}

std::string target_directory(Random& random) {
  return random.pick({"out", "../up", "/abs/target", "with space/./x", "a/../b", "."});
}

void add_registry(Project& project, const std::string& name, Random& random) {
  const auto url = random.pick({"https://h/index", "sparse+https://h/index/", "file:///srv/index",
                                "relative/index", "../up/index", "ssh://git@h/i.git", "HTTPS://H/I",
                                "/abs/index"});
  if (url.starts_with("sparse+")) project.require(68);
  if (random.chance(20)) {
    auto variable = "CARGO_REGISTRIES_" + name + "_INDEX";
    for (auto& c : variable) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
    project.variables[variable] = url.find(':') == std::string::npos ? "https://h/var" : url;
    return;
  }
  append(project, config_file(project, random),
         fmt::format("[registries.{}]\nindex = {}\n", name, toml_quoted(url)));
}

void add_include(Project& project, Random& random) {
  project.require(94);
  const auto directory = config_directory(project, random);
  const auto file = directory + "/config.toml";
  const auto own = project.files.contains(file) ? project.files[file] : "";
  const auto included = random.pick({"more.toml", "sub/more.toml", "../more.toml"});
  project.files[file] =
      fmt::format("include = [{}]\n", random.chance(50)
                                          ? toml_quoted(included)
                                          : fmt::format("{{ path = {} }}", toml_quoted(included))) +
      own;
  project.files[path::normalize("/" + directory + "/" + included).substr(1)] =
      fmt::format("[build]\ntarget-dir = {}\n", toml_quoted(target_directory(random)));
}

}  // namespace

void add_configs(Project& project, Random& random) {
  for (const auto& name : project.registries) add_registry(project, name, random);
  if (random.chance(12)) {
    append(project, config_file(project, random),
           fmt::format("[build]\ntarget-dir = {}\n", toml_quoted(target_directory(random))));
  }
  if (random.chance(5)) {
    project.require(91);
    append(project, config_file(project, random),
           fmt::format("build.build-dir = {}\n",
                       toml_quoted(random.pick({"{workspace-root}/b", "b", "/abs/build",
                                                "{cargo-cache-home}/x", "../b"}))));
  }
  if (random.chance(4)) add_include(project, random);
  if (random.chance(4)) {
    project.variables[random.pick({"CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"})] =
        random.pick({"from-variable", "/abs/variable", "../x"});
  }
}

}  // namespace larder::test
