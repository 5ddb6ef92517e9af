#include "trip.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "artifacts.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// What cuts a program off from the network; empty, told as a skip, where that is not possible.
Words without_network() {
  for (const Words& words : {Words{"unshare", "-n"}, Words{"unshare", "-rn"}}) {
    const auto tried = capture_process({words + Words{"true"}, "/", test_environment()});
    if (succeeded(tried.status)) return words;
  }
  tell_missing("unshare cannot cut off the network, so there is only --offline");
  return {};
}

}  // namespace

Environment with_home(const std::string& home) {
  fs::create_directories(home);
  auto environment = test_environment();
  environment.set("CARGO_HOME", home);
  return environment;
}

void publish(SparseRegistry& registry, const std::string& name, const std::string& rest,
             const std::string& version) {
  registry.publish({{"Cargo.toml", package(name, rest, version)}, {"src/lib.rs", ""}});
}

std::string instead_of_crates_io(const SparseRegistry& registry) {
  return "[source.crates-io]\nreplace-with = \"here\"\n\n[source.here]\nregistry = \"" +
         registry.index() + "\"\n";
}

std::string make_repository(const std::string& directory,
                            const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) write_file(directory + "/" + path, text);
  const auto git = [&](const Words& words) {
    const auto ran = capture_process(
        {Words{"git", "-c", "user.name=t", "-c", "user.email=t@example.com"} + words, directory,
         test_environment()});
    CAPTURE(ran.errors);
    REQUIRE(succeeded(ran.status));
  };
  git({"init", "-q", "-b", "main"});
  git({"add", "-A"});
  git({"commit", "-q", "-m", "all"});
  return "file://" + directory;
}

void Trip::write(const std::map<std::string, std::string>& files) const {
  for (const auto& [path, text] : files) write_file(plan() + "/" + path, text);
}

void Trip::lock() {
  const auto config = plan() + "/.cargo/config.toml";
  const auto own = fs::exists(config) ? read_file(config) : "";
  write_file(config, own + instead_of_crates_io(registry));
  const auto locked = cargo({"generate-lockfile"}, plan(), home_of("plan"));
  CAPTURE(locked.errors);
  REQUIRE(locked.code() == 0);
  registry.take_requests();
}

void Trip::prepare(const Words& arguments) const {
  fs::create_directories(app());
  const auto run = larder(Words{"prepare", "--recipe-path", app() + "/recipe.json"} + arguments,
                          plan(), home_of("plan"));
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
}

Run Trip::cook(const Words& arguments) const {
  return larder(Words{"cook"} + arguments, app(), home_of("app"));
}

std::vector<std::string> Trip::asked_by_cook(const Words& arguments) {
  const auto run = cook(arguments);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
  CHECK(!run.says("warning"));
  return registry.take_requests();
}

std::vector<std::string> Trip::asked_by_build(std::string_view command) {
  const auto at = directory_ / "plain";
  copy_tree(plan(), at);
  const auto run = test::cargo(split(command), at, home_of("plain"));
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
  return registry.take_requests();
}

Run Trip::build_offline(std::string_view command) const {
  copy_tree(plan(), app());
  auto words = without_network() + Words{"cargo"} + split(command);
  words.insert(words.end(), {"--offline", "--message-format", "json"});
  auto ran = capture_process({words, app(), home_of("app")});
  return {ran.status, std::move(ran.output), std::move(ran.errors)};
}

void Trip::check(std::string_view command) {
  const std::string shown(command);
  CAPTURE(shown);
  prepare(Words{"--whole-lock", "--"} + split(command));
  const auto asked = asked_by_cook();
  CHECK(joined(asked) == joined(asked_by_build(command)));
  const auto built = build_offline(command);
  CAPTURE(built.errors);
  CHECK(built.code() == 0);
  CHECK(parse_messages(built.output).compiled_external().empty());
  CHECK(registry.take_requests().empty());
}

Environment Trip::home_of(const std::string& place) const {
  auto environment = with_home(directory_ / (place + "-home"));
  for (const auto& [name, value] : variables_) environment.set(name, value);
  return environment;
}

}  // namespace larder::test
