#include "build_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "larder/base/path.hpp"

namespace larder::init {

namespace {

/// Crates that ask git for the revision.
constexpr std::array<std::string_view, 10> git_readers{
    "built",     "build-info-build", "git-version",  "git-version-macro",
    "shadow-rs", "vergen-git2",      "vergen-gitcl", "vergen-gix",
    "vergen",    "git2-version"};

/// Why the build reads `.git`; nothing if it does not seem to.
std::optional<std::string> reader_of_git(const SourceTree& tree, const cargo::Workspace& workspace,
                                         const cargo::Lockfile& lock) {
  for (const auto& name : git_readers) {
    if (!lock.named(std::string(name)).empty()) return fmt::format("`{}` reads it", name);
  }
  for (const auto member : workspace.member_ids()) {
    const auto& package = workspace.packages[member];
    if (package.build_script() == nullptr) continue;
    const auto text = tree.read(path::normalize(package.build_script()->path)).value_or("");
    const bool asks =
        text.find("\"git\"") != std::string::npos || text.find(".git") != std::string::npos;
    if (asks) return fmt::format("the build script of `{}` reads it", package.name);
  }
  return std::nullopt;
}

}  // namespace

void decide_context(const SourceTree& tree, const cargo::Workspace& workspace,
                    const cargo::Lockfile& lock, Plan& plan) {
  plan.ignored = {{"target", "a target directory of the host would be copied over the cooked one"},
                  {"recipe.json", "the planner's is the one to use"},
                  {"Dockerfile", "editing these need not run the planner"},
                  {".dockerignore", ""}};
  if (const auto reader = reader_of_git(tree, workspace, lock)) {
    plan.decisions.push_back(fmt::format(
        ".git is part of the build context: {}. Every commit then runs the planner and the build",
        *reader));
  } else {
    plan.ignored.push_back({".git", "changes with every commit, and nothing seems to read it"});
  }
  if (tree.is_directory(path::join(workspace.root_directory, "node_modules")))
    plan.ignored.push_back({"node_modules", "is installed where it is needed"});
}

}  // namespace larder::init
