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
    if (run_in("/", words + Words{"true"}).code() == 0) return words;
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
    must(run_in(directory,
                Words{"git", "-c", "user.name=t", "-c", "user.email=t@example.com"} + words));
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
  must(cargo({"generate-lockfile"}, plan(), home_of("plan")));
  registry.take_requests();
}

void Trip::prepare(const Words& arguments) const {
  fs::create_directories(app());
  must(larder(Words{"prepare", "--recipe-path", app() + "/recipe.json"} + arguments, plan(),
              home_of("plan")));
}

Run Trip::cook(const Words& arguments) const {
  return larder(Words{"cook"} + arguments, app(), home_of("app"));
}

std::vector<std::string> Trip::asked_by_cook(const Words& arguments) {
  CHECK_FALSE(must(cook(arguments)).says("warning"));
  return registry.take_requests();
}

std::vector<std::string> Trip::asked_by_build(std::string_view command) {
  const auto at = directory_ / "plain";
  copy_tree(plan(), at);
  must(test::cargo(split(command), at, home_of("plain")));
  return registry.take_requests();
}

Run Trip::build_offline(std::string_view command) const {
  copy_tree(plan(), app());
  auto words = without_network() + Words{"cargo"} + split(command);
  words.insert(words.end(), {"--offline", "--message-format", "json"});
  return run_in(app(), words, home_of("app"));
}

void Trip::check(std::string_view command) {
  const std::string shown(command);
  CAPTURE(shown);
  prepare(Words{"--whole-lock", "--"} + split(command));
  const auto asked = asked_by_cook();
  CHECK(joined(asked) == joined(asked_by_build(command)));
  must_reuse_all(build_offline(command));
  CHECK(registry.take_requests().empty());
}

Environment Trip::home_of(const std::string& place) const {
  auto environment = with_home(directory_ / (place + "-home"));
  for (const auto& [name, value] : variables_) environment.set(name, value);
  return environment;
}

}  // namespace larder::test
