#include "programs.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "larder/base/process.hpp"

namespace larder::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

Environment plain_environment() {
  Environment environment;
  for (const auto* name : {"PATH", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"}) {
    if (const char* value = std::getenv(name)) environment.set(name, value);
  }
  return environment;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

void write_file(const fs::path& path, const std::string& text) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  if (fs::is_directory(path)) return;
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

std::optional<std::string> find_cargo() {
  const auto real = capture_process({{"rustup", "which", "cargo"}, "/", plain_environment()});
  if (succeeded(real.status)) return first_line(real.output);
  const auto version = capture_process({{"cargo", "--version"}, "/", plain_environment()});
  return succeeded(version.status) ? std::optional<std::string>("cargo") : std::nullopt;
}

void write_project(const Project& project, const std::string& directory) {
  const fs::path base(directory);
  fs::create_directories(base);
  for (const auto& below : project.directories) fs::create_directories(base / below);
  for (const auto& [path, text] : project.files) write_file(base / path, text);
  for (const auto& [path, target] : project.links) {
    std::error_code ignored;
    fs::create_directories((base / path).parent_path(), ignored);
    fs::create_symlink(target, base / path, ignored);
  }
}

Answer ask(const std::string& program, std::vector<std::string> arguments, const Project& project,
           const std::string& directory) {
  auto environment = plain_environment();
  environment.set("CARGO_HOME", joined(directory, project.cargo_home));
  for (const auto& [name, value] : project.variables) environment.set(name, value);
  if (!project.manifest_path.empty())
    arguments.insert(arguments.end(), {"--manifest-path", project.manifest_path});
  arguments.insert(arguments.begin(), program);
  const auto run = capture_process(
      {std::move(arguments), joined(directory, project.start_directory), environment});
  if (std::holds_alternative<NotStarted>(run.status))
    throw std::runtime_error(fmt::format("cannot run {}", program));
  if (!succeeded(run.status)) return {false, {}, run.errors};
  return {true, json::parse(run.output), run.errors};
}

std::vector<std::string> differences(const std::string& where, const json& cargo,
                                     const json& ours) {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<std::string>& more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  if (cargo.is_object() && ours.is_object()) {
    for (const auto& [key, value] : cargo.items())
      add(differences(where + "." + key, value,
                      ours.contains(key) ? ours.at(key) : json("absent")));
    for (const auto& [key, value] : ours.items()) {
      if (!cargo.contains(key)) out.push_back(where + "." + key + ": only ours: " + value.dump());
    }
  } else if (cargo.is_array() && ours.is_array() && cargo.size() == ours.size()) {
    for (std::size_t i = 0; i < cargo.size(); ++i)
      add(differences(fmt::format("{}[{}]", where, i), cargo[i], ours[i]));
  } else if (cargo != ours) {
    out.push_back(fmt::format("{}: cargo {}, ours {}", where, cargo.dump(), ours.dump()));
  }
  return out;
}

}  // namespace larder::test
