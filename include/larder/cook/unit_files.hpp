#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cook/unit_plan.hpp"

namespace larder::cook {

/// The files of a compiled unit, relative to the build directory and sorted.
struct UnitFiles {
  /// What rustc made, without its dep-info; for a run, what the build script printed and wrote.
  std::vector<std::string> outputs;
  /// Cargo's fingerprint files.
  std::vector<std::string> notes;
  /// Empty directories.
  std::vector<std::string> empty_directories;
  /// Whether any of them is neither a file nor a directory.
  bool has_special = false;
};

/// The name of the .rmeta that an rlib contains; any other name unchanged.
std::string metadata_of(const std::string& file);

/// What a build script tells cargo.
struct ScriptOutput {
  /// The paths of `rerun-if-changed`, as printed.
  std::vector<std::string> rerun_paths;
  /// Whether there is a `rerun-if-env-changed`.
  bool names_variables = false;
  /// The variables that `rustc-env` sets for its package.
  std::map<std::string, std::string> variables;
};

ScriptOutput parse_script_output(const std::string& text);

/// What rustc reports that it read (`--emit=dep-info`).
struct DepInfo {
  /// As named in the file.
  std::vector<std::string> files;
  /// Read by `env!` and `option_env!`; nothing for an unset one.
  std::map<std::string, std::optional<std::string>> variables;
};

/// Never throws: any other text gives no entries.
DepInfo parse_dep_info(const std::string& text);

/// Finds the units of a build directory in either of cargo's layouts.
class UnitDirectory {
 public:
  explicit UnitDirectory(std::string build_directory);

  const std::string& path() const { return build_directory_; }
  /// Whether cargo has a fingerprint of the unit here.
  bool has(const PlannedUnit& unit) const;
  UnitFiles files_of(const PlannedUnit& unit) const;
  /// For a compiled unit: the files that rustc and cargo left, dep-info included.
  std::vector<std::string> made_by(const PlannedUnit& unit) const;
  /// Whether `bytes` contain the path of the build directory.
  bool is_named_in(const std::string& bytes) const;
  /// Whether `bytes` contain the path of the build directory's parent, other than within a longer
  /// path among `known`. A build script may have found it from OUT_DIR.
  bool is_workspace_named_in(const std::string& bytes, const std::set<std::string>& known) const;
  /// Of the run of a build script, below the build directory: where it writes, what it printed, and
  /// where cargo keeps the former's path.
  static std::string out_directory_of(const PlannedUnit& unit);
  static std::string printed_by(const PlannedUnit& unit);
  static std::string root_output_of(const PlannedUnit& unit);
  /// Nothing when there is no dep-info.
  std::optional<DepInfo> dep_info_of(const PlannedUnit& unit) const;
  /// When rustc was started for it, and when cargo wrote its fingerprint; 0 when unknown.
  std::int64_t started(const PlannedUnit& unit) const;
  std::int64_t finished(const PlannedUnit& unit) const;

 private:
  void add_run(const PlannedUnit& unit, UnitFiles& out) const;
  const std::vector<std::string>& in_deps(const std::string& directory,
                                          const std::string& hash) const;

  std::string build_directory_, real_path_;
  /// Directory → hash → files. Filled once per directory.
  mutable std::map<std::string, std::map<std::string, std::vector<std::string>>> deps_;
};

}  // namespace larder::cook
