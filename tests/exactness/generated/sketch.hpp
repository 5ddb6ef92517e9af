#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "manifest_text.hpp"

// Workspaces as values, so that a test can change one and write both down.

namespace larder::test {

/// Where an external package comes from. Every package of the pool is on crates.io as well.
struct Origin {
  enum class Kind { CratesIo, Other, Git };
  Kind kind = Kind::CratesIo;
  /// Positions in `WorkspaceSketch::repositories` and in its references.
  std::size_t repository = 0;
  std::size_t reference = 0;
  bool operator==(const Origin&) const = default;
};

struct DependencySketch {
  /// The name in the table.
  std::string key;
  /// Of the package behind it.
  std::string package;
  bool is_local = false;
  /// Of an external package: 1 or 2.
  int major = 1;
  /// "dependencies", "dev-dependencies" or "build-dependencies".
  std::string table = "dependencies";
  /// A `cfg` or a triple; empty for every platform.
  std::string platform;
  bool optional = false;
  bool default_features = true;
  std::vector<std::string> features;
  /// Takes its source from `[workspace.dependencies]`.
  bool inherited = false;
  /// Of an external package.
  Origin origin;
};

/// A way to name a commit of a repository.
struct ReferenceSketch {
  /// "branch", "tag", "rev", or empty for what HEAD says.
  std::string kind;
  /// Of a `rev`, known when the repository is written.
  std::string name;
  /// Behind `1.0.` or `2.0.`: what the packages are at that commit.
  std::size_t patch_version = 0;
};

/// A git repository with packages of the pool.
struct RepositorySketch {
  std::string name;
  std::vector<ReferenceSketch> references;
  /// Position in the pool → directory in the repository; "" for its root.
  std::map<std::size_t, std::string> packages;
  /// The directories that are a workspace of their own, with the packages below them; the root
  /// where a package is in it.
  std::vector<std::string> workspaces;
  /// The directory that is a submodule, with the packages below it; empty where there is none.
  std::string submodule;
  bool submodule_is_relative = false;
  /// After the lock file was written, branches and HEAD get another commit.
  bool moves_on = false;
};

/// A binary, integration test, example or benchmark.
struct TargetSketch {
  /// "bin", "test", "example" or "bench".
  std::string kind;
  std::string name;
  std::string path;
  std::vector<std::string> required_features;
  /// `test = false`, `harness = false`, …
  Entries switches;
};

struct PackageSketch {
  std::string name;
  std::string version = "1.0.0";
  /// Below the workspace root, "" for the root itself; "../…" for a package beside it.
  std::string directory;
  bool is_member = true;
  bool has_lib = true;
  bool is_proc_macro = false;
  /// Empty for an ordinary library.
  std::vector<std::string> crate_types;
  Entries lib_switches;
  bool has_script = false;
  std::string links;
  std::vector<TargetSketch> targets;
  std::map<std::string, std::vector<std::string>> features;
  std::vector<DependencySketch> dependencies;
};

/// The external packages that a directory source has.
using Pool = std::vector<PackageSketch>;

/// An external package that the workspace takes from elsewhere.
struct PatchSketch {
  /// Position in the pool.
  std::size_t package = 0;
  /// What it was to come from; the reference does not count.
  Origin from;
  /// Nothing for a path below the workspace root.
  std::optional<Origin> to;
  /// Of a path; the directory is empty for the workspace root.
  bool is_member = false;
  std::string directory;
  bool is_replacement = false;
  bool in_config = false;

  /// Whether it puts the package in the workspace root.
  bool is_root() const { return !to && directory.empty(); }
};

struct WorkspaceSketch {
  Pool pool;
  /// A package depends on those before it, but for development dependencies.
  std::vector<PackageSketch> packages;
  std::string resolver;
  /// Many requests and features rather than few.
  bool is_dense = false;
  /// The package in the root directory.
  std::optional<std::size_t> root;
  std::vector<std::string> default_members;
  /// Keys of `[workspace.dependencies]` with the external package each stands for.
  std::map<std::string, DependencySketch> shared;
  /// `[profile]` and `[patch]` of the root manifest.
  ManifestText root_tables;
  /// `.cargo/config.toml` of the workspace.
  ManifestText config;
  /// From the registry `other` instead of crates.io.
  std::optional<PackageSketch> patched;
  std::vector<RepositorySketch> repositories;
  std::vector<PatchSketch> patches;
  /// `.cargo/config.toml` above the workspace, and below it of the package with this directory.
  ManifestText config_above;
  std::map<std::string, ManifestText> configs_below;
  /// `CARGO_PROFILE_…`, `RUSTFLAGS` and the like.
  std::map<std::string, std::string> variables;
  /// Commands are given above the workspace root as well.
  bool from_above = false;
  /// The registry `other` has all of the pool.
  bool has_other = false;
  /// It answers at `other_index`, rather than being replaced by a directory.
  bool other_is_sparse = false;
  std::string other_index = "https://registry.invalid/index";
  /// `rust-version` of the local packages, which decides the version of the lock file.
  std::string rust_version;
  /// The absolute directory that the workspace is written below.
  std::string base;
};

/// A cargo command, and the directory below the workspace root that it is given in.
struct CommandSketch {
  std::vector<std::string> words;
  std::string directory;
};

/// Every feature that a request may name, those that optional dependencies imply included.
std::vector<std::string> feature_names(const PackageSketch& package);
/// The package behind a dependency.
const PackageSketch& behind(const WorkspaceSketch& workspace, const DependencySketch& dependency);

WorkspaceSketch generate_workspace(Random& random);
CommandSketch generate_command(const WorkspaceSketch& workspace, Random& random);

// The steps of `generate_workspace`, each of a file of its own.
Pool generate_pool(Random& random);
void add_local_packages(WorkspaceSketch& workspace, Random& random);
void add_dependencies(WorkspaceSketch& workspace, std::size_t package, Random& random);
/// The package's dependencies must be there.
void add_features(const WorkspaceSketch& workspace, PackageSketch& package, Random& random);
void add_targets(const WorkspaceSketch& workspace, PackageSketch& package, Random& random);
void add_root_tables(WorkspaceSketch& workspace, Random& random);
/// Git repositories and a second registry with packages of the pool, and dependencies on them.
void add_origins(WorkspaceSketch& workspace, Random& random);
/// `[patch]` and `[replace]`, to registries, git repositories and paths. The origins must be there.
void add_patches(WorkspaceSketch& workspace, Random& random);
/// Config files above and below the workspace root, and variables.
void add_surroundings(WorkspaceSketch& workspace, Random& random);
/// As a manifest names a package of the pool that comes from there: `git`, `branch`, `registry`, …
/// and a requirement of its version where there has to be one.
Entries origin_entries(const WorkspaceSketch& workspace, const Origin& origin,
                       const PackageSketch& package);
/// Whether a repository has a package of the pool where cargo looks for it: in submodules, only by
/// the paths of others.
bool offers(const RepositorySketch& repository, std::size_t package);
/// The URL of a repository.
std::string repository_url(const WorkspaceSketch& workspace, const RepositorySketch& repository);

/// A `cfg` or a triple, mostly nothing.
std::string any_platform(Random& random);
/// A profile of a manifest or a config file.
void add_profile(const WorkspaceSketch& workspace, ManifestText& text, const std::string& name,
                 Random& random);
/// Each with a chance of a third.
std::vector<std::string> some_of(const std::vector<std::string>& all, Random& random);

/// Files of a workspace below its root; in another order of tables, keys and lists with `shuffled`.
std::map<std::string, std::string> workspace_files(const WorkspaceSketch& workspace, Random& random,
                                                   bool shuffled);
/// Files of the packages that the registry `other` has, by directory.
std::map<std::string, std::map<std::string, std::string>> other_packages(
    const WorkspaceSketch& workspace, Random& random);
/// Files of the directory sources `vendor` and `other`, and the config that names them.
std::map<std::string, std::string> source_files(const WorkspaceSketch& workspace,
                                                const std::string& directory, Random& random);

}  // namespace larder::test
