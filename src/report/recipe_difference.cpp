#include "larder/report/recipe_difference.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

#include "larder/cargo/lockfile.hpp"
#include "larder/cargo/toml.hpp"

namespace larder::report {

namespace {

/// Name → "version (source)" of each locked package of that name.
std::map<std::string, std::set<std::string>> locked(const reduce::Skeleton& skeleton) {
  std::map<std::string, std::set<std::string>> out;
  for (const auto& package : cargo::parse_lockfile("recipe", skeleton.lock_file).packages) {
    const auto git = package.is_git() ? " (" + *package.source + ")" : std::string();
    out[package.name].insert(package.version.str() + git);
  }
  return out;
}

std::string listed(const std::set<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

void compare_locks(const reduce::Skeleton& before, const reduce::Skeleton& after,
                   std::vector<std::string>& out) {
  const auto old_packages = locked(before);
  const auto new_packages = locked(after);
  for (const auto& [name, versions] : new_packages) {
    const auto old = old_packages.find(name);
    if (old == old_packages.end()) {
      out.push_back(fmt::format("`{} {}` is new", name, listed(versions)));
    } else if (old->second != versions) {
      out.push_back(
          fmt::format("`{}` went from {} to {}", name, listed(old->second), listed(versions)));
    }
  }
  for (const auto& [name, versions] : old_packages) {
    if (!new_packages.contains(name))
      out.push_back(fmt::format("`{} {}` is no longer needed", name, listed(versions)));
  }
}

using Lines = std::set<std::string>;

/// The lines of every manifest, each with its manifest and section.
Lines manifest_lines(const reduce::Skeleton& skeleton) {
  Lines out;
  for (const auto& manifest : skeleton.manifests) {
    std::istringstream text(manifest.contents);
    std::string section;
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with('[')) section = line;
      if (!line.empty()) out.insert(fmt::format("{} {}: {}", manifest.path, section, line));
    }
  }
  return out;
}

void compare_manifests(const reduce::Skeleton& before, const reduce::Skeleton& after,
                       std::vector<std::string>& out) {
  const auto old_lines = manifest_lines(before);
  const auto new_lines = manifest_lines(after);
  for (const auto& line : old_lines) {
    if (!new_lines.contains(line)) out.push_back("no longer asked for: " + line);
  }
  for (const auto& line : new_lines) {
    if (!old_lines.contains(line)) out.push_back("not cooked: " + line);
  }
}

void compare_skeletons(const reduce::Skeleton& before, const reduce::Skeleton& after,
                       std::vector<std::string>& out) {
  if (before.toolchain != after.toolchain) out.emplace_back("the toolchain file differs");
  if (before.config_file != after.config_file) out.emplace_back("the cargo config differs");
  const auto count = out.size();
  compare_locks(before, after, out);
  compare_manifests(before, after, out);
  if (out.size() == count && before.lock_file != after.lock_file) {
    out.emplace_back("dependencies between locked packages differ");
  }
}

void compare_commands(const recipe::Command& before, const recipe::Command& after,
                      std::vector<std::string>& out) {
  const auto told_before = out.size();
  if (before.arguments != after.arguments) {
    out.push_back(fmt::format("the command was `{}` and is `{}`",
                              cargo::join_command(before.arguments),
                              cargo::join_command(after.arguments)));
  }
  if (before.assumptions != after.assumptions)
    out.emplace_back("LTO, panic strategy or number of targets differ");
  if (before.fallback_reason != after.fallback_reason)
    out.emplace_back("whether local packages could be merged, or why not, differs");
  compare_skeletons(before.skeleton, after.skeleton, out);
  if (out.size() == told_before) out.emplace_back("the targets or flags of the skeleton differ");
}

}  // namespace

std::vector<std::string> differences(const recipe::Recipe& before, const recipe::Recipe& after) {
  std::vector<std::string> out;
  if (before == after) return out;
  if (before.root != after.root) {
    out.push_back(fmt::format("the workspace was at `{}` and is at `{}`", before.root, after.root));
  }
  if (before.open && after.open) compare_skeletons(*before.open, *after.open, out);
  if (before.open.has_value() != after.open.has_value())
    out.emplace_back("one of them was made without a command");
  if (before.sources != after.sources) {
    out.emplace_back("the sources of a local package that external ones depend on have changed");
  }
  std::map<std::string, const recipe::Command*> commands;
  for (const auto& command : after.commands) commands[command.name] = &command;
  for (const auto& command : before.commands) {
    const auto found = commands.find(command.name);
    if (found == commands.end()) {
      out.push_back(fmt::format("the command `{}` is gone", command.name));
      continue;
    }
    if (command != *found->second) compare_commands(command, *found->second, out);
    commands.erase(found);
  }
  for (const auto& [name, command] : commands)
    out.push_back(fmt::format("the command `{}` is new", name));
  if (out.empty()) out.emplace_back("targets, or where prepare was started, differ");
  return out;
}

}  // namespace larder::report
