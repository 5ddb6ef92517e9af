#include "applications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>

#include "files.hpp"
#include "larder/base/path.hpp"
#include "programs.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Lets cargo unpack packages, as dependencies of a manifest made for it; name → directory.
std::map<std::string, std::string> unpack(const std::vector<PublishedPackage>& packages,
                                          const std::string& directory) {
  std::string manifest =
      R"([package]
name = "unpack"
version = "0.0.0"
edition = "2021"

[dependencies]
)";
  for (const auto& package : packages)
    manifest += fmt::format("{} = \"={}\"\n", package.name, package.version);
  write_file(directory + "/Cargo.toml", manifest);
  write_file(directory + "/src/lib.rs", "");
  // `cargo metadata` would not name a package that is only a program.
  const auto run = cargo({"fetch", "--target", host_triple()}, directory);
  if (run.code() != 0) throw std::runtime_error("cannot bring the packages: " + run.errors);
  std::map<std::string, std::string> directories;
  const auto home = test_environment().get("CARGO_HOME").value_or("");
  for (const auto& registry : fs::directory_iterator(home + "/registry/src")) {
    for (const auto& package : packages) {
      const auto unpacked = registry.path() / (package.name + "-" + package.version);
      if (fs::is_directory(unpacked)) directories[package.name] = unpacked.string();
    }
  }
  return directories;
}

/// Adds `path` to the dependencies on siblings; `to_siblings` leads to their directories.
void point_at_siblings(const std::string& manifest, const Application& application,
                       const std::string& to_siblings) {
  std::istringstream lines(read_file(manifest));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    text += line + "\n";
    for (const auto& sibling : application.siblings) {
      if (line.starts_with('[') && line.ends_with("dependencies." + sibling.name + "]"))
        text += fmt::format("path = \"{}{}\"\n", to_siblings, sibling.name);
    }
  }
  write_file(manifest, text);
}

/// The packages that are now members come from no registry any more.
void make_local_in_lock(const std::string& lock, const Application& application) {
  std::istringstream lines(read_file(lock));
  std::string text;
  bool local = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("name = ")) {
      local = std::any_of(application.siblings.begin(), application.siblings.end(),
                          [&](const auto& s) { return line == "name = \"" + s.name + "\""; });
    }
    if (!local || (!line.starts_with("source = ") && !line.starts_with("checksum = ")))
      text += line + "\n";
  }
  write_file(lock, text);
}

void make_workspace(const std::string& directory, const Application& application) {
  std::string members;
  for (const auto& sibling : application.siblings) {
    members += fmt::format("    \"crates/{}\",\n", sibling.name);
    point_at_siblings(directory + "/crates/" + sibling.name + "/Cargo.toml", application, "../");
    fs::remove(directory + "/crates/" + sibling.name + "/Cargo.lock");
  }
  const auto manifest = directory + "/Cargo.toml";
  point_at_siblings(manifest, application, "crates/");
  write_file(manifest, read_file(manifest) + "\n[workspace]\nmembers = [\n" + members + "]\n");
  make_local_in_lock(directory + "/Cargo.lock", application);
  // A member's development dependencies are in no lock file that was published.
  const auto completed = cargo({"update", "--workspace"}, directory);
  if (completed.code() != 0)
    throw std::runtime_error("cannot complete the lock file: " + completed.errors);
}

}  // namespace

std::string application_sources(const Application& application) {
  const auto& program = application.program;
  const auto home =
      fmt::format("{}/applications/{}-{}", LARDER_E2E_DIRECTORY, program.name, program.version);
  if (fs::is_directory(home)) return home;
  const TestDirectory work("unpack-" + program.name);
  auto packages = application.siblings;
  packages.push_back(program);
  const auto unpacked = unpack(packages, work / "manifest");
  const auto made = work / program.name;
  copy_tree(unpacked.at(program.name), made);
  for (const auto& sibling : application.siblings)
    copy_tree(unpacked.at(sibling.name), made + "/crates/" + sibling.name);
  if (!application.siblings.empty()) make_workspace(made, application);
  fs::create_directories(path::parent(home));
  fs::rename(made, home);
  return home;
}

}  // namespace larder::test
