#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/cook/unit_plan.hpp"
#include "larder/observe/observation.hpp"

namespace larder::cook {

/// What was observed while cargo ran, by cargo's names of the units.
class UnitLogs {
 public:
  UnitLogs() = default;
  explicit UnitLogs(std::vector<observe::Observation> observations);
  ~UnitLogs() = default;
  UnitLogs(const UnitLogs&) = delete;
  UnitLogs& operator=(const UnitLogs&) = delete;
  UnitLogs(UnitLogs&&) = default;
  UnitLogs& operator=(UnitLogs&&) = default;

  /// Null when a unit was not observed, or when several logs have its name.
  const observe::Observation* of(const PlannedUnit& unit) const;

 private:
  std::vector<observe::Observation> observations_;
  std::map<std::string, const observe::Observation*> rustcs_, scripts_;
};

/// The places that a unit reads or writes; all absolute.
struct UnitPlaces {
  std::string build_directory, sysroot;
  /// The output directory of a build script's run; empty for other units.
  std::string out_directory;
  /// The files and directories that are outputs of its dependencies.
  std::vector<std::string> below;
  /// The files that it leaves.
  std::vector<std::string> outputs;
  /// Of a local unit: the files of its package that its key covers (`UnitKeys::files_of`). Null for
  /// others, whose key covers the whole package.
  const std::map<std::string, std::string>* sources = nullptr;
};

/// What an observation says about a unit.
struct Judgement {
  /// Storable, or why not.
  UnitVerdict verdict = UnitVerdict::Storable;
  /// What must be unchanged. Paths below the build directory use the name in `UnitPlaces`, however
  /// they were accessed.
  std::vector<observe::Read> reads;
  /// Variables that it read by name, and whether it may have read all of them.
  std::vector<std::string> variables;
  bool reads_all_variables = false;
  /// The files that it leaves in the directory for temporary files; absolute.
  std::vector<std::string> left;
  /// Whether it would have seen something else with a build directory in another place.
  bool is_bound = false;
};

/// Looks at the disk. Call it before anything else runs in the build directory.
Judgement judge(const PlannedUnit& unit, const observe::Observation& observation,
                const UnitPlaces& places);

}  // namespace larder::cook
