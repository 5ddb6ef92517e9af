#include "larder/cook/build_directories.hpp"

#include <fmt/format.h>

#include <sstream>

#include "larder/base/path.hpp"

namespace larder::cook {

namespace {

std::string fill_template(std::string text, const std::string& placeholder,
                          const std::string& value) {
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
  return text;
}

/// As Rust joins paths: nothing is taken out, and what cargo prints is this.
std::string joined(const std::string& base, const std::string& path) {
  if (path.starts_with('/')) return path;
  return base.ends_with('/') ? base + path : base + '/' + path;
}

void check_not_empty(const cargo::TomlCursor& value) {
  if (value.as_string().empty()) throw value.error(fmt::format("`{}` is empty", value.key()));
}

/// `build.build-dir` and the directory that a relative value starts from; empty when not set.
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

void add_build_dir(const BuildDirectoriesInput& input, BuildDirectories& out) {
  auto [text, base] = build_dir_setting(input);
  out.build_directory = out.target_directory;
  if (text.empty()) return;
  if (text.find("{workspace-path-hash}") != std::string::npos) {
    throw Error(
        "unsupported",
        fmt::format("`build.build-dir = \"{}\"`: the hash would be that of the skeleton, which is "
                    "not handled yet",
                    text))
        .hint("use {workspace-root}, or a plain path");
  }
  const bool depends_on_root = text.find("{workspace-root}") != std::string::npos;
  text = fill_template(text, "{workspace-root}", input.workspace_root);
  text = fill_template(text, "{cargo-cache-home}",
                       cargo::cargo_home(input.directory, input.environment));
  if (text.find_first_of("{}") != std::string::npos) {
    throw Error(cargo::config_error_id,
                fmt::format("`build.build-dir` has braces that are no variable: `{}`", text))
        .hint("the variables are {workspace-root} and {cargo-cache-home}");
  }
  out.build_directory = joined(base, text);
  // Anything else means the same for the skeleton.
  if (!depends_on_root) return;
  out.arguments.insert(out.arguments.end(),
                       {"--config", "build.build-dir=" + cargo::toml_quote(out.build_directory)});
}

}  // namespace

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
    // Without the flag cargo would take the directory from the skeleton's place.
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
      point = fill_template(point, escaped, character);
    if (point == "/" || !path::is_within(directory, point)) continue;
    if (!found || found->size() < point.size()) found = point;
  }
  return found;
}

std::string reason_against_wrapper(const std::string& subcommand, const Environment& environment,
                                   const cargo::Config& config) {
  if (subcommand != "build" && subcommand != "check" && subcommand != "test" &&
      subcommand != "bench") {
    return fmt::format("`cargo {}` sets a wrapper of its own", subcommand);
  }
  for (const auto* name : {"RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER",
                           "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"}) {
    if (environment.get(name)) return fmt::format("{} is set", name);
  }
  for (const auto* key : {"rustc-wrapper", "rustc-workspace-wrapper"}) {
    if (config.find({"build", key})) return fmt::format("a config file sets build.{}", key);
  }
  return "";
}

}  // namespace larder::cook
