#include <algorithm>
#include <set>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/recipe/recipe.hpp"
#include "subject.hpp"

namespace larder::lint {

namespace {

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> out;
  std::string section;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    const auto line = text.substr(start, end - start);
    if (line.starts_with('[')) section = line;
    if (!line.empty()) out.insert(section + " " + line);
    start = end + 1;
  }
  return out;
}

std::set<std::string> manifest_lines(const reduce::Skeleton& skeleton) {
  std::set<std::string> out;
  for (const auto& manifest : skeleton.manifests) {
    // The root manifest has the members and the profiles: those are compared as flags.
    if (manifest.path == "Cargo.toml") continue;
    for (const auto& line : lines_of(manifest.contents)) out.insert(manifest.path + ":" + line);
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
bool asks_more_of_shared(const std::set<std::string>& available, const std::set<std::string>& wanted,
                         const cargo::Lockfile& lock) {
  return std::any_of(available.begin(), available.end(), [&](const std::string& line) {
    if (wanted.contains(line) || !line.starts_with("features/")) return false;
    const auto equals = line.find(" = ");
    const auto start = line.rfind(' ', equals == std::string::npos ? 0 : equals - 1);
    if (equals == std::string::npos || start == std::string::npos) return false;
    return !lock.named(line.substr(start + 1, equals - start - 1)).empty();
  });
}

reduce::Skeleton skeleton_for(const Surroundings& around, const cargo::CommandLine& line) {
  recipe::DeriveRequest request;
  request.directory = around.workspace->root_directory;
  request.commands = {{"", line.arguments()}};
  return recipe::derive(around.tree, request).commands.at(0).skeleton;
}

}  // namespace

Relation relation_of(const Surroundings& around, const cargo::CommandLine& cooked,
                     const cargo::CommandLine& built) {
  if (!around.workspace || !around.lock) return Relation::Unknown;
  try {
    const auto has = skeleton_for(around, cooked);
    const auto needs = skeleton_for(around, built);
    const auto available = manifest_lines(has);
    const auto wanted = manifest_lines(needs);
    if (!std::includes(available.begin(), available.end(), wanted.begin(), wanted.end()))
      return Relation::Differs;
    if (available == wanted) return Relation::Covered;
    const auto lock = cargo::parse_lockfile("Cargo.lock", has.lock_file);
    const auto needed = cargo::parse_lockfile("Cargo.lock", needs.lock_file);
    return reaches_into(lock, needed) || asks_more_of_shared(available, wanted, needed)
               ? Relation::MayDiffer
               : Relation::Covered;
  } catch (const Error&) {
    return Relation::Unknown;
  }
}

}  // namespace larder::lint
