#include "store_workspace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "artifacts.hpp"
#include "files.hpp"
#include "till_workspace.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}

std::string wrapped(const std::string& expressions) {
  std::string out;
  for (std::size_t start = 0; start <= expressions.size();) {
    const auto end = std::min(expressions.find(", ", start), expressions.size());
    out += "(" + expressions.substr(start, end - start) + ").to_string(), ";
    start = end + 2;
  }
  return out;
}

}  // namespace

void write_old_file(const std::string& path, const std::string& text) {
  write_file(path, text);
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(10000));
}

Told told_by(const Run& run) {
  Told out;
  const auto at = run.errors.find("    Restored ");
  if (at == std::string::npos) return out;
  float seconds = 0;
  std::sscanf(run.errors.c_str() + at,
              "    Restored %d of %d external units from the store (%f s), compiled %d, saved %d",
              &out.restored, &out.total, &seconds, &out.compiled, &out.saved);
  return out;
}

StoreWorkspace::StoreWorkspace(const std::string& directory)
    : directory_(directory), environment_(test_environment()) {
  environment_.set("CARGO_HOME", directory + "/home");
  fs::create_directories(directory + "/home");
  fs::create_directories(directory + "/outside");
  vendor("lower", "", "pub fn text() -> &'static str { \"lower 1\" }\n");
  vendor("upper", "[dependencies]\nlower = \"1\"\n",
         "pub fn text() -> String { format!(\"upper 1, {}\", lower::text()) }\n");
  vendor("other", "", "pub fn text() -> &'static str { \"other 1\" }\n");
  write_file(app() + "/.cargo/config.toml",
             "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = "
             "\"vendor\"\n");
  set_main("upper::text(), other::text()", "upper = \"1\"\nother = \"1\"\n");
}

void StoreWorkspace::put_on_path(const std::string& directory) {
  environment_ = with_path(directory, with_path(real_sysroot() + "/bin", std::move(environment_)));
}

void StoreWorkspace::vendor(const std::string& name, const std::string& rest,
                            const std::string& source,
                            const std::map<std::string, std::string>& more,
                            const std::string& version) const {
  const auto place = app() + "/vendor/" + name;
  fs::remove_all(place);
  write_file(place + "/Cargo.toml", package(name, rest, version));
  write_file(place + "/src/lib.rs", source);
  for (const auto& [path, text] : more) write_file(place + "/" + path, text);
  write_file(place + "/.cargo-checksum.json",
             "{\"files\":{},\"package\":\"" + std::string(64, 'a') + "\"}");
}

void StoreWorkspace::set_main(const std::string& expressions,
                              const std::string& dependencies) const {
  write_file(app() + "/Cargo.toml", package("app", "[dependencies]\n" + dependencies));
  write_file(app() + "/src/main.rs", "fn main() {\n    for text in [" + wrapped(expressions) +
                                         "] {\n        println!(\"{text}\");\n    }\n}\n");
  lock();
}

void StoreWorkspace::lock() const {
  const auto run = cargo({"generate-lockfile", "--offline"}, app(), environment_);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
}

void StoreWorkspace::copy_beside(const std::string& other) const {
  copy_tree(app(), other);
  for (const auto* part : {"/vendor", "/target"}) fs::remove_all(other + part);
  write_file(other + "/.cargo/config.toml",
             "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"" +
                 app() + "/vendor\"\n");
}

Run StoreWorkspace::run(const Words& words) const {
  auto run = larder(words, app(), environment_);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
  return run;
}

Run StoreWorkspace::cook(const Words& flags, const Words& command) const {
  return run(Words{"deps", "--store", store()} + flags + command);
}

Told StoreWorkspace::cook_anew(const Words& flags, const Words& command) const {
  clean();
  return told_by(cook(flags, command));
}

Told StoreWorkspace::cook_with(const Words& flags) const {
  clean();
  return told_by(run(Words{"deps"} + flags + Words{"build", "--locked"}));
}

void StoreWorkspace::clean() const {
  fs::remove_all(app() + "/target");
}

std::string StoreWorkspace::answer(const std::string& profile) const {
  const auto built = larder({"build"}, app(), environment_);
  CAPTURE(built.errors);
  CHECK(built.code() == 0);
  CHECK(reused_in(built).all());
  return run_program(app() + "/target", profile);
}

std::string StoreWorkspace::clean_answer() const {
  auto words = Words{"build", "--locked", "--target-dir", directory_ + "/truth"};
  fs::remove_all(directory_ + "/truth");
  const auto built = cargo(words, app(), environment_);
  CAPTURE(built.errors);
  REQUIRE(built.code() == 0);
  return run_program(directory_ + "/truth", "dev");
}

void StoreWorkspace::check_is_condition(int units, const std::function<void()>& change,
                                        int compiled, std::size_t same_lines) const {
  CHECK(cook_anew().saved == units);
  CHECK(cook_anew().restored == units);
  const auto before = lines_of(answer());
  change();
  const auto told = cook_anew();
  CHECK(told.restored == units - compiled);
  CHECK(told.compiled == compiled);
  const auto after = lines_of(answer());
  CHECK(after == lines_of(clean_answer()));
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CAPTURE(after[i]);
    CHECK((after[i] == before[i]) == (i + same_lines >= after.size()));
  }
}

void StoreWorkspace::let_other_ask() const {
  vendor("other", "",
         "pub fn text() -> &'static str { option_env!(\"ASKED_FOR\").unwrap_or(\"-\") }\n");
  lock();
}

std::vector<std::string> StoreWorkspace::files_of(const std::string& part) const {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(store() + "/" + part)) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string StoreWorkspace::run_program(const std::string& target,
                                        const std::string& profile) const {
  const auto ran = capture_process(
      {{target + (profile == "dev" ? "/debug/app" : "/release/app")}, app(), environment_});
  CHECK(succeeded(ran.status));
  return ran.output;
}

}  // namespace larder::test
