#include "till_workspace.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>

#include "artifacts.hpp"
#include "image_build.hpp"

namespace larder::test {

namespace fs = std::filesystem;

TillWorkspace::TillWorkspace(const TestDirectory& directory, Environment environment)
    : plan_(directory / "plan"), app_(directory / "app"), environment_(std::move(environment)) {
  copy_tree(sample("till"), plan_);
  fs::create_directories(app_);
}

void TillWorkspace::prepare(const Words& arguments) const {
  const auto run = test::larder(
      Words{"prepare", "--recipe-path", app_ + "/recipe.json"} + arguments, plan_, environment_);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
}

void TillWorkspace::prepare_for(std::string_view command) const {
  prepare(Words{"--"} + split(command));
}

void TillWorkspace::cook(const Words& arguments) const {
  const auto run = larder(Words{"cook"} + arguments);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
}

void TillWorkspace::bring_sources() const {
  copy_tree(plan_, app_);
}

Run TillWorkspace::larder(const Words& arguments) const {
  return test::larder(arguments, app_, environment_);
}

Run TillWorkspace::cargo(const Words& arguments) const {
  return test::cargo(arguments, app_, environment_);
}

std::size_t TillWorkspace::compiled_by_cargo(std::string_view command) const {
  const auto run = cargo(split(command) + Words{"--message-format", "json"});
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
  const auto messages = parse_messages(run.output);
  CHECK(!messages.external.empty());
  return messages.compiled_external().size();
}

Reused reused_in(const Run& run) {
  Reused reused;
  const auto at = run.errors.find("Reused ");
  if (at != std::string::npos &&
      std::sscanf(run.errors.c_str() + at, "Reused %d of %d external units", &reused.reused,
                  &reused.total) != 2) {
    return {};
  }
  return reused;
}

void write_script(const std::string& path, std::string_view text) {
  write_file(path, "#!/bin/sh\n" + std::string(text));
  fs::permissions(path, fs::perms::owner_all);
}

}  // namespace larder::test
