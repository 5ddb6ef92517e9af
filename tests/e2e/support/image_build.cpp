#include "image_build.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "larder/base/path.hpp"
#include "larder/cargo/command/command_line.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const Words as_json{"--message-format", "json"};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string lines(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += "\n  " + item;
  return text;
}

std::size_t freshly_compiled(const std::vector<Artifact>& artifacts) {
  return static_cast<std::size_t>(std::count_if(artifacts.begin(), artifacts.end(),
                                                [](const Artifact& a) { return !a.fresh; }));
}

}  // namespace

ImageBuild::ImageBuild(std::string sources, std::string directory, Environment environment)
    : sources_(std::move(sources)),
      directory_(std::move(directory)),
      environment_(std::move(environment)),
      target_directory_(directory_ + "/target") {
  fs::create_directories(directory_);
}

void ImageBuild::check_all(const std::vector<std::string_view>& commands) {
  for (const auto command : commands) {
    if (command.starts_with("clippy") && !has_clippy()) {
      MESSAGE("SKIPPED: cargo clippy is not installed: " << command);
      continue;
    }
    check(command);
  }
}

void ImageBuild::check(const CheckedCommand& checked) {
  const auto name = cargo::join_command(checked.command + checked.added_flags);
  CAPTURE(name);
  // The recipe is all there is, but for what earlier commands compiled.
  empty_directory(directory_, {path::file_name(target_directory_)});
  if (!prepare(checked)) return;
  const auto start = std::chrono::steady_clock::now();
  const auto cooked = cook(checked);
  const auto cook_seconds = seconds_since(start);
  CHECK(lines(leftovers(target_directory_)) == "");
  for (const auto& package : cooked.local_packages()) {
    CHECK_MESSAGE(package.find(target_directory_ + "/larder/") != std::string::npos, package);
  }

  copy_tree(sources_, directory_);
  const auto build_start = std::chrono::steady_clock::now();
  const auto built = build(checked);
  CHECK(lines(built.compiled_external()) == "");
  CHECK(!built.external.empty());
  CHECK_MESSAGE(lines(missing_in(cooked.external_units, built.external_units)) == "",
                "cooked in vain");
  CHECK_MESSAGE(lines(missing_in(built.external_units, cooked.external_units)) == "", "not cooked");
  check_local(built);
  fmt::print(
      "{}: {}: external {} cooked ({} now), {} of {} reused; local {} compiled; {:.1f} s cook, "
      "{:.1f} s build\n",
      path::file_name(directory_), name, cooked.external.size(), freshly_compiled(cooked.external),
      built.external.size() - built.compiled_external().size(), built.external.size(),
      freshly_compiled(built.local), cook_seconds, seconds_since(build_start));
  std::fflush(stdout);
}

bool ImageBuild::prepare(const CheckedCommand& checked) const {
  const auto before = snapshot(sources_);
  Words words{"prepare", "--recipe-path", directory_ + "/recipe.json"};
  if (checked.workspace != ".")
    words = words + Words{"--manifest-path", checked.workspace + "/Cargo.toml"};
  const auto prepared = larder(words + Words{"--"} + checked.command, sources_, environment_);
  CAPTURE(prepared.errors);
  CHECK(prepared.code() == 0);
  CHECK(lines(changed_paths(before, snapshot(sources_))) == "");
  return prepared.code() == 0;
}

Messages ImageBuild::cook(const CheckedCommand& checked) const {
  const auto cooked =
      larder(Words{"cook"} + checked.added_flags + as_json, directory_, environment_);
  CAPTURE(cooked.errors);
  CHECK(cooked.code() == 0);
  return parse_messages(cooked.output);
}

Messages ImageBuild::build(const CheckedCommand& checked) const {
  auto words = checked.command + checked.added_flags;
  if (checked.workspace != ".")
    words = words + Words{"--manifest-path", checked.workspace + "/Cargo.toml"};
  const auto built = test::cargo(words + as_json, directory_, environment_);
  auto messages = parse_messages(built.output);
  CAPTURE(built.errors);
  CAPTURE(messages.diagnostics);
  CHECK(built.code() == 0);
  return messages;
}

void ImageBuild::check_local(const Messages& built) {
  // The same unit has other files where it is not the one asked for, so these do not count.
  CHECK(!built.local.empty());
  for (const auto& artifact : built.local) {
    const bool known = built_before_.contains(artifact.unit);
    CHECK_MESSAGE((!artifact.fresh || known), "taken as fresh: " << artifact.unit);
  }
  for (const auto& artifact : built.local) built_before_.insert(artifact.unit);
}

std::string sample(const std::string& name) {
  const std::string own = LARDER_E2E_WORKSPACES "/" + name;
  return fs::is_directory(own) ? own : LARDER_FIXTURES "/" + name;
}

std::vector<std::string> leftovers(const std::string& target_directory) {
  std::vector<std::string> found;
  if (!fs::is_directory(target_directory)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(target_directory)) {
    const auto relative = entry.path().lexically_relative(target_directory).string();
    if (relative == "larder" || relative == "larder/recipe.json" ||
        relative == "larder/record.json" || relative.starts_with("larder/left-") ||
        relative.starts_with("larder/stamp-"))
      continue;
    const auto name = entry.path().filename().string();
    if (name.starts_with("larder") || name.starts_with("liblarder") ||
        relative.starts_with("larder/"))
      found.push_back(relative);
  }
  return found;
}

}  // namespace larder::test
