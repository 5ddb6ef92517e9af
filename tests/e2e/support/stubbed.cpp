#include "stubbed.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "till_workspace.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view wrapper_script = R"(rustc=$1
shift
crate= out= extra= emits= previous=
for word in "$@"; do
  case $previous in
    --crate-name) crate=$word ;;
    --out-dir) out=$word ;;
    -C) case $word in extra-filename=*) extra=${word#extra-filename=} ;; esac ;;
  esac
  case $word in --emit=*) emits=1 ;; esac
  previous=$word
done
if [ -z "$emits" ] || [ -z "$out" ] || [ -z "$crate" ] || [ "$crate" = ___ ]; then
  exec "$rustc" "$@"
fi
case $crate in
  build_script_*)
    printf '#!/bin/sh\n' >"$out/$crate$extra"
    chmod +x "$out/$crate$extra"
    ;;
esac
)";

constexpr std::string_view vendored_sources =
    R"([source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
)";

std::string name_in(const std::string& manifest) {
  const auto at = manifest.find("name = \"");
  if (at == std::string::npos) return "";
  return manifest.substr(at + 8, manifest.find('"', at + 8) - at - 8);
}

/// Whether a file of a unit's fingerprint is about a library or a build script.
bool is_library(const std::string& file) {
  return file.find("build-script") != std::string::npos || file.starts_with("lib-") ||
         file.starts_with("dep-lib-");
}

/// "serde-0123456789abcdef" → "serde"
std::string package_of(const std::string& unit) {
  return unit.substr(0, unit.rfind('-'));
}

}  // namespace

StubbedWorkspace::StubbedWorkspace(std::string directory,
                                   const std::map<std::string, std::string>& files,
                                   const std::map<std::string, std::string>& externals,
                                   Environment environment)
    : directory_(std::move(directory)), environment_(std::move(environment)) {
  for (const auto& [path, text] : files) {
    write_file(directory_ + "/" + path, text);
    if (fs::path(path).filename() == "Cargo.toml") own_packages_.insert(name_in(text));
  }
  for (const auto& [path, text] : externals) {
    write_file(directory_ + "/vendor/" + path, text);
    const auto package = path.substr(0, path.find('/'));
    write_file(directory_ + "/vendor/" + package + "/.cargo-checksum.json", "{\"files\":{}}");
  }
  const auto config = directory_ + "/.cargo/config.toml";
  const auto own = fs::exists(config) ? read_file(config) : "";
  write_file(config, own + "\n" + std::string(vendored_sources));
  write_script(directory_ + "/stub.sh", wrapper_script);
  environment_.set("RUSTC_WRAPPER", directory_ + "/stub.sh");
  must(cargo({"generate-lockfile"}, directory_, environment_));
}

Environment StubbedWorkspace::with_target(const std::string& target) const {
  auto out = environment_;
  out.set("CARGO_TARGET_DIR", target);
  return out;
}

StubbedWorkspace::Units StubbedWorkspace::external_units(const std::string& target) const {
  std::set<std::string> externals;
  for (const auto& entry : fs::directory_iterator(directory_ + "/vendor")) {
    externals.insert(name_in(read_file(entry.path() / "Cargo.toml")));
  }
  for (const auto& package : left_out_) externals.erase(package);
  Units out;
  for (const auto& entry : fs::recursive_directory_iterator(target)) {
    const auto unit = entry.path().parent_path();
    if (!entry.is_regular_file() || unit.parent_path().filename() != ".fingerprint") continue;
    const auto package = package_of(unit.filename());
    if (!externals.contains(package)) continue;
    if (own_packages_.contains(package) && !is_library(entry.path().filename())) continue;
    // The other files hold times, or what is in this one.
    const bool fingerprint = entry.path().extension() == ".json";
    out.emplace(fs::relative(entry.path(), target), fingerprint ? read_file(entry.path()) : "");
  }
  return out;
}

StubbedWorkspace::Units StubbedWorkspace::built_units(std::string_view command) const {
  const auto target = directory_ + "/built";
  fs::remove_all(target);
  auto words = split(command) + Words{"--offline"};
  if (words[0] == "test" || words[0] == "bench") words.emplace_back("--no-run");
  must(cargo(words, directory_, with_target(target)));
  return external_units(target);
}

StubbedWorkspace::Units StubbedWorkspace::cooked_units(const recipe::Recipe& recipe) const {
  const auto target = directory_ + "/cooked";
  fs::remove_all(target);
  write_file(directory_ + "/recipe.json", recipe::write(recipe));
  must(larder({"cook", "--offline"}, directory_, with_target(target)));
  return external_units(target);
}

void StubbedWorkspace::check_cooked_as_built(const std::vector<recipe::Recipe>& recipes,
                                             std::string_view command) const {
  const auto name = fmt::format("cargo {}", command);
  CAPTURE(name);
  const auto wanted = built_units(command);
  CHECK(!wanted.empty());
  for (const auto& recipe : recipes) check_same_units(wanted, cooked_units(recipe));
}

void StubbedWorkspace::check_recipes_for(const std::vector<std::string>& commands,
                                         bool unmerged) const {
  for (const auto& command : commands)
    check_cooked_as_built({recipe_for(command, unmerged)}, command);
}

void StubbedWorkspace::check_cooked_alone(const recipe::Recipe& recipe,
                                          std::string_view command) const {
  const auto name = fmt::format("cargo {}", command);
  CAPTURE(name);
  const auto wanted = built_units(command);
  CHECK(!wanted.empty());
  // The directory stays the same, as the paths of vendored packages are part of their units.
  const auto aside = directory_ + ".aside";
  fs::rename(directory_, aside);
  fs::create_directory(directory_);
  for (const auto* kept : {"vendor", "stub.sh"})
    fs::rename(fs::path(aside) / kept, fs::path(directory_) / kept);
  const auto got = cooked_units(recipe);
  for (const auto* kept : {"vendor", "stub.sh"})
    fs::rename(fs::path(directory_) / kept, fs::path(aside) / kept);
  fs::remove_all(directory_);
  fs::rename(aside, directory_);
  check_same_units(wanted, got);
}

void StubbedWorkspace::check_same_units(const Units& wanted, const Units& got) {
  for (const auto& [unit, fingerprint] : wanted) {
    CAPTURE(unit);
    const auto found = got.find(unit);
    CHECK((found != got.end() && found->second == fingerprint));
  }
  for (const auto& [unit, fingerprint] : got) {
    CAPTURE(unit);
    CHECK(wanted.contains(unit));
  }
}

recipe::DeriveRequest StubbedWorkspace::request_for(std::string_view command, bool unmerged) const {
  recipe::DeriveRequest request{directory_, "", {{"", cargo::split_command(command)}}};
  request.environment = environment_;
  request.unmerged = unmerged;
  return request;
}

recipe::Recipe StubbedWorkspace::recipe_for(std::string_view command, bool unmerged) const {
  return recipe::derive(DiskTree(), request_for(command, unmerged));
}

recipe::Recipe StubbedWorkspace::recipe_given_later(std::string_view command, bool unmerged) const {
  return recipe::derive_from(open_recipe(), request_for(command, unmerged));
}

recipe::Recipe StubbedWorkspace::open_recipe() const {
  recipe::DeriveRequest request{directory_, "", {}};
  request.environment = environment_;
  return recipe::derive(DiskTree(), request);
}

void date_as_cook(const std::string& directory) {
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const auto file = entry.path().string();
    if (entry.is_regular_file()) cook::set_as_written(file, DiskTree().is_executable(file));
  }
}

}  // namespace larder::test
