#include "programs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "larder/base/digest.hpp"

extern char** environ;

namespace larder::test {

namespace {

/// Whether a variable says how to reach a registry or which toolchain to use; neither decides what
/// is compiled.
bool is_harmless(std::string_view name) {
  const std::vector<std::string_view> kept{"CARGO_HTTP_",     "CARGO_NET_",    "CARGO_REGISTRIES_",
                                           "CARGO_REGISTRY_", "RUSTUP_HOME",   "RUSTUP_TOOLCHAIN",
                                           "RUSTUP_DIST_",    "RUSTUP_UPDATE_"};
  return std::any_of(kept.begin(), kept.end(),
                     [&](std::string_view start) { return name.starts_with(start); });
}

bool decides_compilation(std::string_view name) {
  return (name.starts_with("CARGO") || name.starts_with("RUST")) && !is_harmless(name);
}

void check_says(const Run& run, const Words& said) {
  CAPTURE(run.errors);
  for (const auto& text : said) {
    CAPTURE(text);
    CHECK(run.says(text));
  }
}

}  // namespace

int Run::code() const {
  const auto* exited = std::get_if<Exited>(&status);
  return exited == nullptr ? -1 : exited->code;
}

int Run::signal() const {
  const auto* signalled = std::get_if<Signalled>(&status);
  return signalled == nullptr ? 0 : signalled->number;
}

std::string Run::error_id() const {
  constexpr std::string_view start = "error[";
  std::istringstream lines(errors);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(start)) return line.substr(start.size(), line.find(']') - start.size());
  }
  return "";
}

Environment test_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    if (equals != std::string::npos && !decides_compilation(name))
      environment.set(name, text.substr(equals + 1));
  }
  const std::string home = LARDER_E2E_DIRECTORY "/cargo-home";
  std::filesystem::create_directories(home);
  environment.set("CARGO_HOME", home);
  return environment;
}

Environment hasty_environment() {
  auto environment = test_environment();
  environment.set("CARGO_PROFILE_DEV_DEBUG", "false");
  environment.set("CARGO_PROFILE_RELEASE_DEBUG", "false");
  // Not 0, as build scripts have: what both use would be compiled once.
  environment.set("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
  return environment;
}

Environment with_path(const std::string& directory, Environment environment) {
  environment.set("PATH", directory + ":" + environment.get("PATH").value_or("/usr/bin:/bin"));
  return environment;
}

std::string larder_program() {
  const char* named = std::getenv("LARDER_TEST_PROGRAM");
  return named == nullptr || *named == '\0' ? LARDER_PROGRAM : named;
}

Run must(Run run) {
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
  return run;
}

Run must_say(const Run& run, const Words& said) {
  must(run);
  check_says(run, said);
  return run;
}

void check_error(const Run& run, int code, std::string_view id, const Words& said) {
  CAPTURE(run.errors);
  CHECK(run.code() == code);
  CHECK(run.error_id() == id);
  CHECK(run.output == "");
  check_says(run, said);
}

Run run_in(const std::string& directory, const Words& argv, const Environment& environment) {
  auto captured = capture_process({argv, directory, environment});
  return {captured.status, std::move(captured.output), std::move(captured.errors)};
}

Run larder(const Words& arguments, const std::string& directory, const Environment& environment) {
  return run_in(directory, Words{larder_program()} + arguments, environment);
}

std::string chef_directory() {
  const auto directory = LARDER_E2E_DIRECTORY "/chef-" + digest(larder_program());
  std::filesystem::create_directories(directory);
  std::error_code is_there;
  std::filesystem::create_symlink(larder_program(), directory + "/cargo-chef", is_there);
  return directory;
}

Run chef(const Words& arguments, const std::string& directory, const Environment& environment) {
  return run_in(directory, Words{chef_directory() + "/cargo-chef", "chef"} + arguments,
                environment);
}

Run cargo(const Words& arguments, const std::string& directory, const Environment& environment) {
  return run_in(directory, Words{"cargo"} + arguments, environment);
}

bool has_cargo() {
  return cargo({"--version"}, "/").code() == 0;
}

bool has_clippy() {
  return cargo({"clippy", "--version"}, "/").code() == 0;
}

unsigned number_from(const char* variable, unsigned ordinary) {
  const char* text = std::getenv(variable);
  return text == nullptr ? ordinary : static_cast<unsigned>(std::stoul(text));
}

void tell_missing(const std::string& what) {
  if (const char* ci = std::getenv("CI"); ci != nullptr && *ci != '\0') FAIL(what);
  MESSAGE("SKIPPED: " << what);
}

std::string real_sysroot() {
  auto told = capture_process({{"rustc", "--print", "sysroot"}, "/", test_environment()}).output;
  return told.substr(0, told.find('\n'));
}

std::string find_program(const std::string& name) {
  const auto found = run_in("/", {"sh", "-c", "command -v " + name});
  if (found.code() == 0) return found.output.substr(0, found.output.find('\n'));
  tell_missing(name + " is not installed");
  return "";
}

std::string host_triple() {
  const auto version = run_in("/", {"rustc", "-vV"});
  constexpr std::string_view label = "host: ";
  const auto at = version.output.find(label);
  if (at == std::string::npos) throw std::runtime_error("rustc -vV names no host");
  const auto begin = at + label.size();
  return version.output.substr(begin, version.output.find('\n', begin) - begin);
}

Words split(std::string_view text) {
  std::istringstream stream{std::string(text)};
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

Words operator+(Words left, const Words& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace larder::test
