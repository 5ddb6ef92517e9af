#include <fmt/format.h>

#include <algorithm>

#include "sketch.hpp"

// External packages that come from git repositories and from a second registry. The same package
// is in several of them, and on crates.io, mostly in the same version: only where it comes from
// tells the copies apart.

namespace larder::test {

namespace {

bool has_packages_below(const RepositorySketch& repository, const std::string& directory) {
  return std::any_of(
      repository.packages.begin(), repository.packages.end(),
      [&](const auto& package) { return package.second.starts_with(directory + "/"); });
}

RepositorySketch any_repository(const WorkspaceSketch& workspace, const std::string& name,
                                Random& random) {
  RepositorySketch out;
  out.name = name;
  for (std::size_t i = 0; i < workspace.pool.size(); ++i) {
    const auto& package = workspace.pool[i];
    // Two packages that link the same library would not go together.
    if (!package.links.empty() || !random.chance(50)) continue;
    const auto directory = package.name + (package.version == "2.0.0" ? "-two" : "");
    out.packages[i] = random.pick({"", "crates/", "crates/", "more/crates/"}) + directory;
  }
  if (!out.packages.empty() && random.chance(30)) {
    auto chosen = out.packages.begin();
    std::advance(chosen, random.below(out.packages.size()));
    chosen->second = "";
  }
  for (const auto* directory : {"", "crates", "more"}) {
    // Packages beside a root that lists none are not of its workspace.
    if (random.chance(40)) out.workspaces.emplace_back(directory);
  }
  const auto submodule = random.pick({"crates", "more/crates", "more"});
  if (random.chance(40) && has_packages_below(out, submodule)) out.submodule = submodule;
  out.submodule_is_relative = random.chance(50);
  return out;
}

void add_references(RepositorySketch& repository, Random& random) {
  std::vector<ReferenceSketch> all{{"", "", 0},
                                   {"branch", "trunk", 0},
                                   {"branch", "feature/x", 0},
                                   {"branch", "a+b#c", 0},
                                   {"tag", "v1.0.0", 0},
                                   {"tag", "trunk", 0},
                                   {"rev", "", 0},
                                   {"rev", "refs/heads/feature/x", 0}};
  const auto count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(random.below(all.size()));
    auto reference = all[static_cast<std::size_t>(at)];
    all.erase(all.begin() + at);
    reference.patch_version = random.below(3) == 0 ? i + 1 : 0;
    repository.references.push_back(std::move(reference));
  }
  repository.moves_on = random.chance(40);
}

std::vector<Origin> origins_of(const WorkspaceSketch& workspace, std::size_t package) {
  std::vector<Origin> out{{}};
  if (workspace.has_other) out.push_back({Origin::Kind::Other});
  for (std::size_t i = 0; i < workspace.repositories.size(); ++i) {
    const auto& repository = workspace.repositories[i];
    if (!offers(repository, package)) continue;
    for (std::size_t j = 0; j < repository.references.size(); ++j)
      out.push_back({Origin::Kind::Git, i, j});
  }
  return out;
}

/// What a key means, it means in all tables of a package.
class Chooser {
 public:
  Chooser(const WorkspaceSketch& workspace, Random& random)
      : workspace_(workspace), random_(random) {}

  Origin of(const DependencySketch& dependency) {
    const auto known = chosen_.find(dependency.key);
    if (known != chosen_.end()) return known->second;
    const auto& package = behind(workspace_, dependency);
    const auto index = static_cast<std::size_t>(&package - workspace_.pool.data());
    // What links a library is there once.
    const auto origin =
        package.links.empty() ? random_.pick(origins_of(workspace_, index)) : Origin{};
    chosen_.emplace(dependency.key, origin);
    return origin;
  }

 private:
  const WorkspaceSketch& workspace_;
  Random& random_;
  std::map<std::string, Origin> chosen_;
};

}  // namespace

bool offers(const RepositorySketch& repository, std::size_t package) {
  const auto found = repository.packages.find(package);
  return found != repository.packages.end() &&
         (repository.submodule.empty() || !found->second.starts_with(repository.submodule + "/"));
}

std::string repository_url(const WorkspaceSketch& workspace, const RepositorySketch& repository) {
  return fmt::format("file://{}/repositories/{}", workspace.base, repository.name);
}

Entries origin_entries(const WorkspaceSketch& workspace, const Origin& origin,
                       const PackageSketch& package) {
  if (origin.kind == Origin::Kind::Git) {
    const auto& repository = workspace.repositories[origin.repository];
    const auto& reference = repository.references[origin.reference];
    Entries out{{"git", toml_quoted(repository_url(workspace, repository))}};
    if (!reference.kind.empty()) out.emplace_back(reference.kind, toml_quoted(reference.name));
    const auto fits = [&](const auto& item) {
      return workspace.pool[item.first].name == package.name;
    };
    // Of two versions, only the requirement tells which one is meant.
    if (std::count_if(repository.packages.begin(), repository.packages.end(), fits) > 1)
      out.emplace_back("version", toml_quoted(package.version.substr(0, 1)));
    return out;
  }
  Entries out{{"version", toml_quoted(package.version.substr(0, 1))}};
  if (origin.kind == Origin::Kind::Other) out.emplace_back("registry", toml_quoted("other"));
  return out;
}

void add_origins(WorkspaceSketch& workspace, Random& random) {
  workspace.rust_version = random.pick({"", "", "1.75", "1.52", "1.40"});
  workspace.has_other = random.chance(50);
  workspace.other_is_sparse = workspace.has_other && random.chance(50);
  const auto count = random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    auto repository = any_repository(
        workspace,
        random.pick({"forge", "kiln", "mill"}) + std::to_string(i) + random.pick({"", ".git"}),
        random);
    if (repository.packages.empty()) continue;
    add_references(repository, random);
    workspace.repositories.push_back(std::move(repository));
  }
  Chooser shared(workspace, random);
  for (auto& [key, dependency] : workspace.shared) dependency.origin = shared.of(dependency);
  for (auto& package : workspace.packages) {
    Chooser own(workspace, random);
    // A key that is inherited in one table means that in all of them.
    for (const bool inherited : {true, false}) {
      for (auto& dependency : package.dependencies) {
        if (dependency.is_local) continue;
        const bool as_shared = std::any_of(
            package.dependencies.begin(), package.dependencies.end(),
            [&](const auto& other) { return other.inherited && other.key == dependency.key; });
        if (as_shared != inherited) continue;
        dependency.origin =
            as_shared ? workspace.shared.at(dependency.key).origin : own.of(dependency);
      }
    }
  }
}

}  // namespace larder::test
