#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "manifest_text.hpp"

namespace larder::test {

/// A dependency that `[workspace.dependencies]` has.
struct SharedDependency {
  std::string key;
  bool has_default_features = true;
};

/// What members of a workspace can inherit.
struct Shared {
  std::set<std::string> fields;
  std::vector<SharedDependency> dependencies;
  std::string edition = "2015";
  bool lints = false;
};

struct PackageSketch {
  /// Below the top of the project.
  std::string directory;
  /// Empty for a virtual manifest.
  std::string name;
  std::string edition = "2015";
  ManifestText manifest;
  /// Where its workspace root is in `Project::packages`.
  std::optional<std::size_t> root;
  /// Of a workspace root.
  Shared shared;
  bool is_root = false;
  std::vector<std::string> binaries;
  std::vector<std::string> dependency_keys;
  std::vector<std::string> optional_keys;
  /// Key of a dependency → its source, which must be the same in all tables.
  std::map<std::string, Entries> sources;
};

/// Files of one test, and how the programs are called on them.
struct Project {
  std::map<std::string, std::string> files;
  std::set<std::string> directories;
  /// Where a symbolic link lies → what it says.
  std::map<std::string, std::string> links;
  std::vector<PackageSketch> packages;

  std::string start_directory;
  std::string manifest_path;
  std::map<std::string, std::string> variables;
  /// Below the top of the project.
  std::string cargo_home = "cargo-home";
  /// Names of registries that something must configure.
  std::set<std::string> registries;
  /// The first cargo 1.x that reads all of it as the newest does.
  int needs = 65;
  /// What was broken on purpose.
  std::string flaw;

  void require(int minor) { needs = needs < minor ? minor : needs; }
};

/// "a" and "b" → "a/b"; an empty part means nothing.
std::string joined(const std::string& parent, const std::string& child);
/// The way from one directory of a project to another.
std::string way(const std::string& from, const std::string& to);

/// The header of the package's main table: almost always "package".
std::string package_table(const PackageSketch& package);

Project generate(std::uint64_t seed);

// The steps of `generate`, each of a file of its own.
void lay_out(Project& project, Random& random);
void add_shared_tables(Project& project, PackageSketch& root, Random& random);
void add_package_fields(Project& project, PackageSketch& package, Random& random);
void add_targets(Project& project, PackageSketch& package, Random& random);
void add_dependencies(Project& project, PackageSketch& package, Random& random);
void add_features(Project& project, PackageSketch& package, Random& random);
void add_other_tables(Project& project, PackageSketch& package, Random& random);
void add_configs(Project& project, Random& random);
/// Breaks one thing.
void add_flaw(Project& project, Random& random);

/// A value for `metadata`, which may be anything.
std::string any_value(Random& random, int depth);
/// A value for `metadata`, which may be anything.
std::string any_value(Random& random, int depth);
/// Where a dependency of the package comes from: the keys for it, none for crates.io.
Entries dependency_source(Project& project, const PackageSketch& package, Random& random);
std::string version_requirement(Project& project, Random& random);
std::string crate_name(Random& random);

}  // namespace larder::test
