#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "larder/base/error.hpp"
#include "larder/cargo/cfg.hpp"
#include "larder/cargo/version.hpp"

namespace larder::cargo {

enum class DependencyKind { Normal, Development, Build };

struct RegistrySource {
  /// `registry = "name"`; nothing for crates.io.
  std::optional<std::string> name;
  std::optional<std::string> index;
};
struct PathSource {
  /// Absolute, normalised.
  std::string directory;
};
struct GitSource {
  std::string url;
  /// "branch", "tag" or "rev" and its value; empty for the default branch.
  std::string reference_kind;
  std::string reference;
};

/// One entry of a dependency table, inheritance applied.
struct Dependency {
  /// The name of the package depended on.
  std::string package_name;
  /// The name it has in the manifest: what features and `extern crate` use.
  std::string key;
  DependencyKind kind = DependencyKind::Normal;
  /// Key of its `[target.KEY]` as written, and what it means; nothing and empty when unconditional.
  std::optional<std::string> platform;
  std::vector<PlatformPart> condition;
  VersionReq requirement;
  bool has_version = false;
  bool optional = false;
  bool default_features = true;
  std::vector<std::string> features;
  std::variant<RegistrySource, PathSource, GitSource> source;
  /// An artifact dependency (`artifact = "bin"`).
  bool artifact = false;
  Location location;
};

enum class TargetKind { Lib, Bin, Example, Test, Bench, BuildScript };

/// A compilation target as cargo infers it (cargo: util/toml/targets.rs).
struct Target {
  TargetKind kind = TargetKind::Lib;
  std::string name;
  /// Absolute path of its root source file.
  std::string path;
  /// `lib`, `rlib`, `dylib`, `cdylib`, `staticlib`, `proc-macro` for a library and for an example
  /// that is one; `bin` for everything else.
  std::vector<std::string> crate_types;
  bool test = false;
  /// Whether doc tests are run; false for what cannot have any.
  bool doctest = false;
  bool bench = false;
  bool harness = true;
  std::vector<std::string> required_features;
  std::string edition;

  bool is_proc_macro() const {
    return kind == TargetKind::Lib && crate_types == std::vector<std::string>{"proc-macro"};
  }
  /// Whether other crates can link to it.
  bool is_linkable() const;
};

struct Package {
  std::string name;
  /// 0.0.0 when the manifest has none.
  Version version;
  std::string edition;
  std::optional<std::string> resolver;
  std::string directory;
  std::string manifest_path;
  /// In cargo's order: normal, development, build, then those of `[target.*]` tables.
  std::vector<Dependency> dependencies;
  /// With the implicit feature of every optional dependency that no `dep:` names. The values are as
  /// written.
  std::map<std::string, std::vector<std::string>> features;
  /// lib, bins, examples, tests, benches, build script; each kind sorted by name.
  std::vector<Target> targets;
  std::optional<std::string> links;
  std::optional<std::string> default_run;
  /// `cargo-features`.
  std::vector<std::string> cargo_features;

  const Target* lib() const;
  const Target* build_script() const;
  bool is_proc_macro() const { return lib() != nullptr && lib()->is_proc_macro(); }
};

/// An entry of a feature's list, or a word given to `--features`.
struct FeatureValue {
  enum class Kind { Feature, Dependency, DependencyFeature };
  Kind kind = Kind::Feature;
  /// The dependency's key; empty for a feature of the package itself.
  std::string dependency;
  /// The feature; empty for `dep:`.
  std::string feature;
  /// `name?/feature`
  bool weak = false;
};
FeatureValue parse_feature_value(const std::string& text);

}  // namespace larder::cargo
