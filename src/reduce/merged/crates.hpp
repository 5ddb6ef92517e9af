#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../tables/manifest_text.hpp"
#include "../tables/root_tables.hpp"
#include "larder/reduce/graph/condition.hpp"
#include "larder/reduce/graph/resolution.hpp"
#include "larder/reduce/skeleton.hpp"

// Skeleton crates as tables of requests, and their text. Knows cargo's manifest syntax, but not why
// a crate is needed.

namespace larder::reduce {

/// External package (lock index) → requested features. "default" stands for the default features.
using Requests = std::map<cargo::LockId, std::set<std::string>>;
using Tables = std::map<std::pair<TableKind, Platform>, Requests>;

/// Which targets a skeleton crate has.
struct CrateShape {
  enum class Root { None, Lib, Bin, ProcMacro };
  Root root = Root::None;
  /// Of the library. Empty for an ordinary one.
  std::vector<std::string> crate_types = {};
  /// Whether `cargo test` and `cargo bench` compile the root.
  bool tested = false;
  /// Whether the binary exists only to request features, so that no command ever builds it.
  bool never_built = false;
  /// Whether there is an integration test beside the root.
  bool integration_test = false;
  /// Features of external packages (lock index) that the binary and the test require.
  std::set<std::pair<cargo::LockId, std::string>> required = {};
};

/// A crate of the skeleton that another one depends on.
struct CrateLink {
  TableKind kind = TableKind::Dependencies;
  /// Without prefix.
  std::string crate;
  Platform platform = {};
  /// If not empty, the dependency is optional, and this feature of the dependent enables it.
  std::string switched_by = {};
  /// The feature of the dependency that is enabled. Empty for none.
  std::string switches_on = {};
};

struct Crate {
  CrateShape shape = {};
  Tables tables = {};
  std::vector<CrateLink> crates = {};
  /// Host-side requests behind a condition on the target. Each condition gets a proc-macro crate.
  std::map<Platform, Tables> host_entries = {};
  bool selected = true;
  /// Whether it has a build script, so that its build-dependencies are compiled.
  bool has_script = false;
};

/// Name (without prefix) → crate.
using Crates = std::map<std::string, Crate>;

/// Writes the manifests of crates and of the workspace root. `root_tables` is appended to the root
/// manifest (profiles, patches).
class CrateWriter {
 public:
  /// `root_macros` are patched packages that are selected beside the crates.
  CrateWriter(const Resolution& resolution, const std::set<cargo::LockId>& externals,
              std::set<cargo::LocalId> root_macros = {});
  std::vector<SkeletonManifest> write(const Crates& crates, const RootTables& root_tables);
  /// The names of the packages that a command without a selection builds, sorted. Call it after
  /// `write`.
  std::vector<std::string> selected() const;

 private:
  struct Member {
    std::string name;
    bool selected = true;
  };

  /// Section header → lines. Crates and externals with the same condition share a table.
  using Sections = std::map<std::string, std::set<std::string>>;

  void write_crate(const std::string& name, const Crate& crate);
  void write_requests(const std::string& name, const Crate& crate, Sections& sections);
  void write_links(const std::string& name, const Crate& crate, Sections& sections);
  void write_host_entries(const std::string& name, const Crate& crate, Sections& sections);
  void depend_on(Sections& sections, const std::string& section, const std::string& other,
                 std::string_view more = "") const;
  std::string full_name(const std::string& name) const { return prefix_ + name; }
  std::string required_text(const CrateShape& shape) const;
  std::string shape_text(const std::string& name, const CrateShape& shape,
                         std::vector<SkeletonTarget>& targets) const;
  std::string request_line(cargo::LockId external, const std::set<std::string>& features) const;
  std::string origin_of(cargo::LockId external) const;
  std::string root_text(const RootTables& root) const;

  const Resolution& resolution_;
  std::set<cargo::LocalId> root_macros_;
  std::string prefix_;
  /// The key of each external in dependency tables.
  std::map<cargo::LockId, std::string> keys_;
  std::map<cargo::LockId, std::string> origins_;
  std::vector<Member> members_;
  std::vector<SkeletonManifest> manifests_;
};

}  // namespace larder::reduce
