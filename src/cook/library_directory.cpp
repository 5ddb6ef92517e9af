#include "larder/cook/library_directory.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/stub_wrapper.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;

bool is_of_cargo(const std::string& name) {
  constexpr std::array<std::string_view, 5> directories{".fingerprint", "build", "deps", "examples",
                                                        "incremental"};
  return name.starts_with(".cargo-") || is_stubbed_build_script(name) ||
         std::find(directories.begin(), directories.end(), name) != directories.end();
}

bool ends_with_hash(std::string_view stem) {
  constexpr std::size_t digits = 16;
  return stem.size() > digits + 1 && stem[stem.size() - digits - 1] == '-' &&
         stem.find_last_not_of("0123456789abcdef") == stem.size() - digits - 1;
}

/// Whether the name is that of a local crate's program or library.
bool is_local(std::string stem, const UnitPlan& plan) {
  std::replace(stem.begin(), stem.end(), '-', '_');
  return std::any_of(plan.units.begin(), plan.units.end(), [&](const PlannedUnit& unit) {
    if (!unit.is_local && !unit.is_left_out()) return false;
    const auto crate = unit.call.option("crate-name");
    return !crate.empty() && (stem == crate || stem == "lib" + crate);
  });
}

bool is_of_crate(std::string_view name, const UnitPlan* plan) {
  const auto stem = name.substr(0, name.find('.'));
  return ends_with_hash(stem) || (plan != nullptr && is_local(std::string(stem), *plan));
}

/// "PROFILE/build" for "PROFILE/build/PACKAGE/HASH/out"
std::string builds_above(const std::string& path) {
  return path::parent(path::parent(path::parent(path)));
}

std::string profile_directory_above(const std::string& path) {
  if (path::file_name(path) == "deps") return path::parent(path);
  return is_directory_of_unit(path) ? path::parent(builds_above(path)) : path;
}

}  // namespace

bool is_directory_of_unit(const std::string& path) {
  return path::file_name(path) == "out" && path::file_name(builds_above(path)) == "build";
}

bool is_library_directory(const std::string& path, const std::string& build_directory) {
  if (!path::is_within(path, build_directory)) return false;
  const auto profile = profile_directory_above(path);
  const auto depth = path::components(path::relative(profile, build_directory)).size();
  std::error_code ignored;
  return (depth == 1 || depth == 2) && fs::is_directory(path::join(profile, "build"), ignored);
}

bool has_only_crates(const std::string& directory, const UnitPlan* plan) {
  std::error_code error;
  for (const auto& name : names_in(directory, error)) {
    if (!is_of_cargo(name) && !is_of_crate(name, plan)) return false;
  }
  return !error || error == std::errc::no_such_file_or_directory;
}

}  // namespace larder::cook
