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
  must(test::larder(Words{"prepare", "--recipe-path", app_ + "/recipe.json"} + arguments, plan_,
                    environment_));
}

void TillWorkspace::prepare_for(std::string_view command) const {
  prepare(Words{"--"} + split(command));
}

void TillWorkspace::cook(const Words& arguments) const {
  must(larder(Words{"cook"} + arguments));
}

void TillWorkspace::cook_for(std::string_view command) const {
  prepare_for(command);
  cook();
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
  const auto messages = messages_of(cargo(split(command) + Words{"--message-format", "json"}));
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

void check_all_reused(const Run& run) {
  CAPTURE(run.errors);
  CHECK(run.code() == 0);
  CHECK(reused_in(run).all());
}

void check_all_reused_silently(const Run& run) {
  check_all_reused(run);
  CAPTURE(run.errors);
  CHECK_FALSE(run.says("warning"));
}

void write_script(const std::string& path, std::string_view text) {
  write_file(path, "#!/bin/sh\n" + std::string(text));
  fs::permissions(path, fs::perms::owner_all);
}

}  // namespace larder::test
