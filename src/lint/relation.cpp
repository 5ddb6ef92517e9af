#include <algorithm>
#include <set>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/recipe/recipe.hpp"
#include "subject.hpp"

namespace larder::lint {

namespace {

/// The dependency tables, each line with its table.
std::set<std::string> requests_in(const std::string& text) {
  std::set<std::string> out;
  std::string section;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    const auto line = text.substr(start, end - start);
    if (line.starts_with('[')) section = line;
    const bool is_request = section.find("dependencies") != std::string::npos && line != section;
    if (is_request && !line.empty()) out.insert(section + " " + line);
    start = end + 1;
  }
  return out;
}

std::set<std::string> manifest_lines(const reduce::Skeleton& skeleton) {
  std::set<std::string> out;
  for (const auto& manifest : skeleton.manifests) {
    // The root manifest has the members and the profiles: those are compared as flags.
    if (manifest.path == "Cargo.toml") continue;
    for (const auto& line : requests_in(manifest.contents)) out.insert(manifest.path + ":" + line);
  }
  return out;
}

std::string identity(const cargo::LockedPackage& package) {
  return package.name + " " + package.version.str();
}

/// The packages of one lock file that are reachable from those that `wanted` lacks.
bool reaches_into(const cargo::Lockfile& lock, const cargo::Lockfile& wanted) {
  std::set<std::string> known;
  for (const auto& package : wanted.packages) known.insert(identity(package));
  std::vector<cargo::LockId> extra;
  for (const auto id : lock.packages.ids()) {
    const auto& package = lock.packages[id];
    if (!package.is_local() && !known.contains(identity(package))) extra.push_back(id);
  }
  const auto reached = lock.closure(extra);
  return std::any_of(reached.begin(), reached.end(), [&](cargo::LockId id) {
    const auto& package = lock.packages[id];
    return !package.is_local() && known.contains(identity(package));
  });
}

/// Whether a request that the build does not make concerns a package that it uses.
bool asks_more_of_shared(const std::set<std::string>& available,
                         const std::set<std::string>& wanted, const cargo::Lockfile& lock) {
  return std::any_of(available.begin(), available.end(), [&](const std::string& line) {
    if (wanted.contains(line) || !line.starts_with("features/")) return false;
    const auto equals = line.find(" = ");
    const auto start = line.rfind(' ', equals == std::string::npos ? 0 : equals - 1);
    if (equals == std::string::npos || start == std::string::npos) return false;
    return !lock.named(line.substr(start + 1, equals - start - 1)).empty();
  });
}

/// A path of the image as one of the tree, for a workspace whose root is `root` in the image.
std::string in_tree(const Surroundings& around, const std::string& path, const std::string& root) {
  if (!path::is_within(path, root)) return around.workspace->root_directory;
  return path::join(around.workspace->root_directory, path::relative(path, root));
}

recipe::Command command_for(const Surroundings& around, const LocatedLine& located,
                            const std::string& root) {
  recipe::DeriveRequest request;
  request.directory = in_tree(around, located.directory, root);
  auto line = located.line;
  // What the recipe is for is decided by these alone.
  line.target_dir.reset();
  if (line.manifest_path)
    line.manifest_path = in_tree(around, path::join(located.directory, *line.manifest_path), root);
  request.commands = {{"", line.arguments()}};
  return recipe::derive(around.tree, request).commands.at(0);
}

}  // namespace

Relation relation_of(const Surroundings& around, const LocatedLine& cooked,
                     const LocatedLine& built) {
  if (!around.workspace || !around.lock) return Relation::Unknown;
  try {
    const auto cook = command_for(around, cooked, cooked.directory);
    const auto build = command_for(around, built, cooked.directory);
    const auto& has = cook.skeleton;
    const auto& needs = build.skeleton;
    const auto available = manifest_lines(has);
    const auto wanted = manifest_lines(needs);
    if (!std::includes(available.begin(), available.end(), wanted.begin(), wanted.end()))
      return Relation::Differs;
    if (available == wanted) return Relation::Covered;
    // With LTO, what else is linked decides in which form a library is compiled.
    if (cook.assumptions.lto || build.assumptions.lto) return Relation::MayDiffer;
    const auto lock = cargo::parse_lockfile("Cargo.lock", has.lock_file);
    const auto needed = cargo::parse_lockfile("Cargo.lock", needs.lock_file);
    return reaches_into(lock, needed) || asks_more_of_shared(available, wanted, needed)
               ? Relation::MayDiffer
               : Relation::Covered;
  } catch (const Error&) {
    return Relation::Unknown;
  }
}

native::Needs needs_of_command(const Surroundings& around, const cargo::CommandLine& line) {
  const auto& root = around.workspace->root_directory;
  try {
    return native::needs_of(*around.workspace, command_for(around, {line, root}, root).skeleton);
  } catch (const Error&) {
    return native::needs_of(*around.lock);
  }
}

std::optional<std::string> unknown_name(const Surroundings& around,
                                        const cargo::CommandLine& line) {
  if (!around.workspace || !around.lock) return std::nullopt;
  const auto& root = around.workspace->root_directory;
  try {
    command_for(around, {line, root}, root);
  } catch (const Error& error) {
    if (error.id().starts_with("unknown-")) return error.message();
  }
  return std::nullopt;
}

}  // namespace larder::lint
