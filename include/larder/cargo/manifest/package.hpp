#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "larder/base/error.hpp"
#include "larder/cargo/config/cfg.hpp"
#include "larder/cargo/toml/toml.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

enum class DependencyKind { Normal, Development, Build };

/// The URL of crates.io's index, as lock files and `cargo metadata` have it.
inline constexpr std::string_view crates_io_index = "https://github.com/rust-lang/crates.io-index";

struct RegistrySource {
  /// `registry = "name"`; nothing for crates.io.
  std::optional<std::string> name;
  std::optional<std::string> index;
  bool operator==(const RegistrySource&) const = default;
};
struct PathSource {
  /// Absolute, normalised.
  std::string directory;
  bool operator==(const PathSource&) const = default;
};
struct GitSource {
  /// As written.
  std::string url;
  /// "branch", "tag" or "rev" and its value; empty for the default branch.
  std::string reference_kind;
  std::string reference;
  bool operator==(const GitSource&) const = default;
};

using Source = std::variant<RegistrySource, PathSource, GitSource>;

/// The same text for what cargo takes for the same source, however its URL is spelled. Registries
/// that are only named are told apart by name.
std::string source_key(const Source& source);

/// What an artifact dependency (a nightly cargo's `-Z bindeps`) asks for.
struct Artifact {
  /// `bin`, `bin:NAME`, `cdylib`, `staticlib`; at least one.
  std::vector<std::string> kinds;
  /// Whether it is an ordinary dependency as well.
  bool lib = false;
  /// A triple, or "target"; nothing for the platform of the dependent.
  std::optional<std::string> target;
};

/// One entry of a dependency table, inheritance applied.
struct Dependency {
  /// The name of the package depended on.
  std::string package_name;
  /// The name it has in the manifest: what features and `extern crate` use.
  std::string key;
  /// Whether the entry has a `package`, be it the same name.
  bool is_renamed = false;
  DependencyKind kind = DependencyKind::Normal;
  /// Key of its `[target.KEY]` as written, and what it means; nothing and empty when unconditional.
  std::optional<std::string> platform;
  std::vector<PlatformPart> condition;
  VersionReq requirement;
  bool has_version = false;
  bool optional = false;
  bool default_features = true;
  std::vector<std::string> features;
  Source source;
  /// `registry` and `registry-index`, which an entry with a `path` may have as well: where it is
  /// published.
  RegistrySource registry;
  std::optional<Artifact> artifact;
  /// In the manifest of the package: see Package::locate.
  Position position;
};

enum class TargetKind { Lib, Bin, Example, Test, Bench, BuildScript };

/// A compilation target as cargo infers it (cargo: util/toml/targets.rs).
struct Target {
  TargetKind kind = TargetKind::Lib;
  std::string name;
  /// Its root source file: the directory of the package, '/', and the path as written, normalised
  /// by itself; so one outside the package keeps its "..".
  std::string path;
  /// `lib`, `rlib`, `dylib`, `cdylib`, `staticlib`, `proc-macro` for a library and for an example
  /// that is one; `bin` for everything else.
  std::vector<std::string> crate_types;
  bool proc_macro = false;
  bool doc = false;
  bool test = false;
  /// Whether doc tests are run; false for what cannot have any.
  bool doctest = false;
  bool bench = false;
  bool harness = true;
  /// Whether `required-features` is written, be it empty.
  bool has_required_features = false;
  std::vector<std::string> required_features;
  std::string edition;

  bool is_proc_macro() const { return kind == TargetKind::Lib && proc_macro; }
  /// Whether other crates can link to it.
  bool is_linkable() const;
};

/// What is about the package and reaches no unit; inheritance applied.
struct PackageDetails {
  std::vector<std::string> authors;
  std::vector<std::string> categories;
  std::vector<std::string> keywords;
  std::optional<std::string> description;
  std::optional<std::string> documentation;
  std::optional<std::string> homepage;
  std::optional<std::string> license;
  /// Relative to the package.
  std::optional<std::string> license_file;
  /// As stated or inherited. A package that says nothing has one when `default_readme` finds it.
  std::optional<std::string> readme;
  bool states_readme = false;
  std::optional<std::string> repository;
  std::optional<std::string> rust_version;
  /// The registries it may be published to: nothing for any, empty for none.
  std::optional<std::vector<std::string>> publish;
};

struct Package {
  std::string name;
  /// 0.0.0 when the manifest has none.
  Version version;
  std::string edition;
  std::optional<std::string> resolver;
  std::string directory;
  std::string manifest_path;
  /// In cargo's order: normal, development, build, then of each `[target.*]` table normal, build,
  /// development.
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
  PackageDetails details;
  /// What cargo rejects no sooner than when it compiles: such a workspace can be looked at.
  std::vector<Error> build_errors;
  /// The manifest it was read from.
  std::shared_ptr<const TomlDocument> document;
  /// The manifest of another workspace root that it inherits from; null for none.
  std::shared_ptr<const TomlDocument> inherits_from = nullptr;

  Location locate(const Dependency& dependency) const {
    return document->location(dependency.position);
  }
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
