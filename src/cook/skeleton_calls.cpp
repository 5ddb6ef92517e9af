#include "skeleton_calls.hpp"

#include <fmt/format.h>

#include "larder/base/path.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"
#include "redirections.hpp"

namespace larder::cook {

namespace {

void append(std::vector<std::string>& arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

/// The directories that cargo writes to. Both calls must use the same.
void append_directories(std::vector<std::string>& arguments, const SkeletonCall& call) {
  append(arguments, call.directories.arguments);
  append(arguments, own_redirections(call.config, call.skeleton_directory));
}

std::string found_target(const std::string& target, const std::string& workspace_root) {
  if (!target.ends_with(".json")) return target;
  auto file = path::join(workspace_root, target);
  if (DiskTree().is_file(file)) return file;
  throw Error("source-missing", "the target specification in the command does not exist")
      .in_file(file)
      .hint(fmt::format("copy it before cook; in a Dockerfile: COPY {} {}", target, target));
}

std::vector<std::string> packages_of(const reduce::Skeleton& skeleton) {
  std::vector<std::string> out;
  for (const auto& manifest : skeleton.manifests) {
    // The root manifest is virtual, or that of a package that was cooked.
    if (manifest.path == "Cargo.toml") continue;
    const auto document = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid");
    if (const auto name = cargo::package_name(document)) out.push_back(*name);
  }
  return out;
}

}  // namespace

cargo::CommandLine line_with_given_flags(const SkeletonCall& call, cargo::CommandLine line) {
  line.trailing.clear();
  line.target_dir.reset();
  for (auto& target : line.targets) target = found_target(target, call.request.workspace_root);
  cargo::add_flags(line, call.request.given);
  return line;
}

cargo::CommandLine line_of(const SkeletonCall& call, const cargo::CommandLine& cook_line) {
  auto line = line_with_given_flags(call, cook_line);
  // An unmerged skeleton under resolver 1 has a current package.
  line.manifest_path =
      path::join(call.skeleton_directory, line.manifest_path.value_or("Cargo.toml"));
  return line;
}

std::vector<std::string> common_flags(const cargo::CommandLine& line) {
  std::vector<std::string> out;
  for (const auto& target : line.targets) append(out, {"--target", target});
  for (const auto& text : line.config) append(out, {"--config", text});
  for (const auto& flag : line.unstable) append(out, {"-Z", flag});
  return out;
}

std::vector<std::string> build_arguments(const SkeletonCall& call,
                                         const cargo::CommandLine& cook_line) {
  auto arguments = line_of(call, cook_line).arguments();
  append_directories(arguments, call);
  return arguments;
}

std::vector<std::string> clean_arguments(const SkeletonCall& call) {
  const auto line = line_with_given_flags(call, call.command.cook_line);
  std::vector<std::string> out{"clean", "--offline", "--quiet", "--manifest-path",
                               path::join(call.skeleton_directory, "Cargo.toml")};
  for (const auto& name : packages_of(call.command.skeleton)) append(out, {"-p", name});
  append(out, {"--profile", line.profile_name()});
  append(out, common_flags(line));
  append_directories(out, call);
  return out;
}

}  // namespace larder::cook
