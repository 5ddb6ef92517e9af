#include "larder/init/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base_images.hpp"
#include "build_context.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/recipe/inputs.hpp"
#include "larder/recipe/recipe.hpp"
#include "shipped.hpp"

namespace larder::init {

namespace {

/// What the command compiles, features and selection considered.
reduce::Skeleton skeleton_for(const SourceTree& tree, const recipe::DeriveRequest& request) {
  return recipe::derive(tree, request).commands.at(0).skeleton;
}

void refuse_outside(const cargo::Workspace& workspace) {
  for (const auto& package : workspace.packages) {
    if (path::is_within(package.directory, workspace.root_directory)) continue;
    throw Error("init-outside",
                fmt::format("the package `{}` lies outside the workspace's directory, so an image "
                            "cannot be built from there",
                            package.name))
        .in_file(package.manifest_path)
        .hint("build from the directory that has both: examples/docker/subdirectory.Dockerfile");
  }
}

std::string names_of_needs(const std::vector<native::Need>& needs,
                           std::vector<std::string> native::Need::*packages) {
  std::vector<std::string> out;
  for (const auto& need : needs) {
    if (!(need.*packages).empty()) out.push_back(need.crate);
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

/// A static program cannot link a library that Debian only has for glibc.
void refuse_dynamic(const std::vector<native::Need>& needs) {
  for (const auto& need : needs) {
    const bool links =
        std::any_of(need.runtime.begin(), need.runtime.end(),
                    [](const std::string& package) { return package.starts_with("lib"); });
    if (!links) continue;
    throw Error("init-not-static",
                fmt::format("`{}` links a library of the system, which a static program cannot use",
                            need.crate))
        .hint(
            fmt::format("let the crate compile a copy (a feature such as `vendored` or `bundled`), "
                        "or leave out --static. {}: {}",
                        need.crate, need.source));
  }
}

/// Leaves out what runs a library that is only linked where the Rust image has it. pkg-config finds
/// none for a static program, which is for another platform.
void keep_linked(const Plan& plan, std::vector<native::Need>& needs) {
  std::erase_if(needs, [&](const native::Need& need) {
    return !need.linked_from.empty() &&
           (plan.is_static || !native::is_in_rust_image(need.linked_from));
  });
}

/// The names that the packages have in the release of Debian that the images are of.
void name_for_release(const Plan& plan, std::vector<std::string>& packages) {
  const auto release = plan.rust_image.substr(plan.rust_image.rfind('-') + 1);
  for (auto& package : packages) package = native::package_in(release, package);
}

void decide_packages(const cargo::Lockfile& lock, native::Needs needs, Plan& plan) {
  keep_linked(plan, needs.known);
  if (plan.is_static) refuse_dynamic(needs.known);
  plan.needs = needs.known;
  plan.build_packages = needs.build_packages();
  plan.runtime_packages = needs.runtime_packages();
  name_for_release(plan, plan.runtime_packages);
  if (!plan.build_packages.empty())
    plan.decisions.push_back(fmt::format("{} to compile: {}", fmt::join(plan.build_packages, " "),
                                         names_of_needs(needs.known, &native::Need::build)));
  if (!plan.runtime_packages.empty())
    plan.decisions.push_back(fmt::format("{} to run: {}", fmt::join(plan.runtime_packages, " "),
                                         names_of_needs(needs.known, &native::Need::runtime)));
  if (!needs.unknown.empty())
    plan.warnings.push_back(
        fmt::format("{} may need packages of the system that init does not know",
                    fmt::join(needs.unknown, ", ")));
  // C code for musl has another compiler.
  if (plan.is_static && !lock.named("cc").empty()) plan.build_packages.emplace_back("musl-tools");
  std::sort(plan.build_packages.begin(), plan.build_packages.end());
}

void note_sources(const cargo::Lockfile& lock, Plan& plan) {
  std::set<std::string> hosts;
  for (const auto& package : lock.packages) {
    if (package.is_git() && package.source->url().starts_with("ssh://")) hosts.insert(package.name);
  }
  if (hosts.empty()) return;
  plan.warnings.push_back(fmt::format(
      "{} from git over ssh: cook and build need a key, see examples/docker/private.Dockerfile",
      fmt::join(hosts, ", ")));
}

}  // namespace

Plan make_plan(const SourceTree& tree, const std::string& directory, const Wishes& wishes,
               const Environment& environment) {
  recipe::DeriveRequest request;
  request.directory = directory;
  request.environment = environment;
  const auto inputs = recipe::read_inputs(tree, request);
  refuse_outside(inputs.workspace);
  Plan plan;
  plan.is_static = wishes.is_static;
  plan.mounts_registry = wishes.mounts_registry;
  plan.units = wishes.units;
  decide_services(inputs.workspace, wishes.binaries, plan);
  request.commands = {{"", plan.command}};
  const auto skeleton = skeleton_for(tree, request);
  const auto lock = cargo::parse_lockfile("Cargo.lock", skeleton.lock_file);
  decide_images(inputs, plan);
  decide_packages(lock, native::needs_of(inputs.workspace, skeleton), plan);
  decide_context(tree, inputs.workspace, lock, plan);
  note_sources(lock, plan);
  return plan;
}

}  // namespace larder::init
