#include "larder/driver/build_directories.hpp"

#include <fmt/format.h>

#include <sstream>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "workspace_path_hash.hpp"

namespace larder::driver {

namespace {

/// Joins without normalising, as Rust does, so that the path is the one that cargo prints.
std::string joined(const std::string& base, const std::string& path) {
  if (path.starts_with('/')) return path;
  return base.ends_with('/') ? base + path : base + '/' + path;
}

void check_not_empty(const cargo::TomlCursor& value) {
  if (value.as_string().empty()) throw value.error(fmt::format("`{}` is empty", value.key()));
}

/// `build.build-dir` and the directory that a relative value is resolved against. Empty when unset.
struct Setting {
  std::string text;
  std::string base;
};

Setting build_dir_setting(const BuildDirectoriesInput& input) {
  if (const auto variable = input.environment.get("CARGO_BUILD_BUILD_DIR"))
    return {*variable, input.directory};
  const auto value = input.config.find({"build", "build-dir"});
  if (value) check_not_empty(*value);
  return value ? Setting{value->as_string(), cargo::config_base(value->document())} : Setting{};
}

constexpr const char* root_variable = "{workspace-root}";
constexpr const char* hash_variable = "{workspace-path-hash}";

bool has(const std::string& text, const char* variable) {
  return text.find(variable) != std::string::npos;
}

/// The build directory of a workspace with this root; empty when none is configured.
std::string build_directory_for(const BuildDirectoriesInput& input, const std::string& root) {
  auto [text, base] = build_dir_setting(input);
  if (text.empty()) return "";
  if (has(text, hash_variable)) {
    text = replaced(text, hash_variable,
                    workspace_path_hash(path::join(without_links(root), "Cargo.toml")));
  }
  text = replaced(text, root_variable, root);
  text =
      replaced(text, "{cargo-cache-home}", cargo::cargo_home(input.directory, input.environment));
  if (text.find_first_of("{}") != std::string::npos) {
    throw Error(cargo::config_error_id,
                fmt::format("`build.build-dir` contains an unknown variable: `{}`", text))
        .hint("the variables are {workspace-root}, {workspace-path-hash} and {cargo-cache-home}");
  }
  return joined(base, text);
}

void add_build_dir(const BuildDirectoriesInput& input, BuildDirectories& out) {
  out.build_directory = out.target_directory;
  const auto directory = build_directory_for(input, input.workspace_root);
  if (directory.empty()) return;
  out.build_directory = directory;
  const auto text = build_dir_setting(input).text;
  // Without these variables the value gives the skeleton the same directory.
  if (!has(text, root_variable) && !has(text, hash_variable)) return;
  out.arguments.insert(out.arguments.end(),
                       {"--config", "build.build-dir=" + cargo::toml_quote(out.build_directory)});
}

}  // namespace

std::string build_directory_to_check(const BuildDirectoriesInput& input, const std::string& root) {
  return has(build_dir_setting(input).text, hash_variable) ? build_directory_for(input, root) : "";
}

BuildDirectories find_build_directories(const BuildDirectoriesInput& input) {
  BuildDirectories out;
  const auto variable = input.environment.get("CARGO_TARGET_DIR");
  const auto other_variable = input.environment.get("CARGO_BUILD_TARGET_DIR");
  const auto configured = input.config.find({"build", "target-dir"});
  if (!input.flag.empty()) {
    out.target_directory = joined(input.directory, input.flag);
    out.arguments = {"--target-dir", out.target_directory};
  } else if (variable || other_variable) {
    out.target_directory = joined(input.directory, variable ? *variable : *other_variable);
  } else if (configured) {
    check_not_empty(*configured);
    out.target_directory =
        joined(cargo::config_base(configured->document()), configured->as_string());
  } else {
    // Without the flag cargo would use a directory next to the skeleton.
    out.target_directory = path::join(input.workspace_root, "target");
    out.arguments = {"--target-dir", out.target_directory};
  }
  add_build_dir(input, out);
  return out;
}

std::optional<std::string> mount_point_of(const std::string& directory,
                                          std::string_view mountinfo) {
  std::optional<std::string> found;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string point;
    for (int i = 0; i < 5; ++i) words >> point;
    for (const auto& [escaped, character] :
         {std::pair("\\040", " "), {"\\011", "\t"}, {"\\012", "\n"}, {"\\134", "\\"}})
      point = replaced(point, escaped, character);
    if (point == "/" || !path::is_within(directory, point)) continue;
    if (!found || found->size() < point.size()) found = point;
  }
  return found;
}

}  // namespace larder::driver
