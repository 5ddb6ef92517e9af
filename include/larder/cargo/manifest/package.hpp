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

/// The URL of crates.io's index, as written in lock files and `cargo metadata`.
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

/// A key that is equal for sources that cargo considers the same, whatever the spelling of the URL.
/// Registries that are only named are distinguished by name.
std::string source_key(const Source& source);

/// An artifact dependency's request (a nightly cargo's `-Z bindeps`).
struct Artifact {
  /// `bin`, `bin:NAME`, `cdylib`, `staticlib`; at least one.
  std::vector<std::string> kinds;
  /// Whether it is also an ordinary dependency.
  bool lib = false;
  /// A triple, or "target"; nothing for the platform of the dependent.
  std::optional<std::string> target;
};

/// One entry of a dependency table, inheritance applied.
struct Dependency {
  /// The name of the package depended on.
  std::string package_name;
  /// Its name in the manifest, used by features and `extern crate`.
  std::string key;
  /// Whether the entry has a `package` key, even one with the same name.
  bool is_renamed = false;
  DependencyKind kind = DependencyKind::Normal;
  /// The key of its `[target.KEY]` as written, and parsed; nothing and empty when unconditional.
  std::optional<std::string> platform;
  std::vector<PlatformPart> condition;
  VersionReq requirement;
  bool has_version = false;
  bool optional = false;
  bool default_features = true;
  std::vector<std::string> features;
  Source source;
  /// `registry` and `registry-index`. An entry with a `path` may have them too, for where it is
  /// published.
  RegistrySource registry;
  std::optional<Artifact> artifact;
  /// In the manifest of the package; see `Package::locate`.
  Position position;
};

enum class TargetKind { Lib, Bin, Example, Test, Bench, BuildScript };

/// A target as cargo infers it (cargo: util/toml/targets.rs).
struct Target {
  TargetKind kind = TargetKind::Lib;
  std::string name;
  /// Its root source file: the package's directory, '/', and the path as written, which is
  /// normalised separately. So a file outside the package keeps its "..".
  std::string path;
  /// `lib`, `rlib`, `dylib`, `cdylib`, `staticlib`, `proc-macro` for a library, or for an example
  /// that is one; `bin` for everything else.
  std::vector<std::string> crate_types;
  bool proc_macro = false;
  bool doc = false;
  bool test = false;
  /// Whether doc tests are run; false for targets that cannot have any.
  bool doctest = false;
  bool bench = false;
  bool harness = true;
  /// Whether `required-features` is present, even if empty.
  bool has_required_features = false;
  std::vector<std::string> required_features;
  std::string edition;

  bool is_proc_macro() const { return kind == TargetKind::Lib && proc_macro; }
  /// Whether other crates can link to it.
  bool is_linkable() const;
};

/// Package metadata that does not affect any unit, with inheritance applied.
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
  /// As stated or inherited. Otherwise `default_readme` may find one.
  std::optional<std::string> readme;
  bool states_readme = false;
  std::optional<std::string> repository;
  std::optional<std::string> rust_version;
  /// The registries that it may be published to: nothing for any, empty for none.
  std::optional<std::vector<std::string>> publish;
};

struct Package {
  std::string name;
  /// 0.0.0 when the manifest does not state one.
  Version version;
  std::string edition;
  std::optional<std::string> resolver;
  std::string directory;
  std::string manifest_path;
  /// In cargo's order: normal, development, build; then for each `[target.*]` table normal, build,
  /// development.
  std::vector<Dependency> dependencies;
  /// Includes the implicit feature of every optional dependency that no `dep:` names. The values
  /// are as written.
  std::map<std::string, std::vector<std::string>> features;
  /// lib, bins, examples, tests, benches, build script; each kind sorted by name.
  std::vector<Target> targets;
  std::optional<std::string> links;
  std::optional<std::string> default_run;
  /// `cargo-features`.
  std::vector<std::string> cargo_features;
  PackageDetails details;
  /// Errors that cargo reports only when it compiles. Such a workspace can still be inspected.
  std::vector<Error> build_errors;
  /// The manifest that it was read from.
  std::shared_ptr<const TomlDocument> document;
  /// The manifest of another workspace root that it inherits from; null when there is none.
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
