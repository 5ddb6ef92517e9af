#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "project.hpp"

namespace larder::test {

/// What a program said of a project.
struct Answer {
  bool accepted = false;
  nlohmann::json metadata;
  std::string errors;
};

/// The cargo behind rustup's proxy, which is ten times as fast; nothing where there is none.
std::optional<std::string> find_cargo();

/// Writes a project into a new directory.
void write_project(const Project& project, const std::string& directory);

/// Runs `PROGRAM ARGUMENTS` as the project says, with a cargo home in its directory.
Answer ask(const std::string& program, std::vector<std::string> arguments, const Project& project,
           const std::string& directory);

/// Each place where two values differ: `cargo` against `ours`.
std::vector<std::string> differences(const std::string& where, const nlohmann::json& cargo,
                                     const nlohmann::json& ours);

}  // namespace larder::test
