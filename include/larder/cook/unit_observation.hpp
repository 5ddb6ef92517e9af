#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/cook/unit_plan.hpp"
#include "larder/observe/observation.hpp"

namespace larder::cook {

/// What was observed while cargo ran, by cargo's names of units.
class UnitLogs {
 public:
  UnitLogs() = default;
  explicit UnitLogs(std::vector<observe::Observation> observations);
  ~UnitLogs() = default;
  UnitLogs(const UnitLogs&) = delete;
  UnitLogs& operator=(const UnitLogs&) = delete;
  UnitLogs(UnitLogs&&) = default;
  UnitLogs& operator=(UnitLogs&&) = default;

  /// Null where a unit was not observed, or where more than one log has its name.
  const observe::Observation* of(const PlannedUnit& unit) const;

 private:
  std::vector<observe::Observation> observations_;
  std::map<std::string, const observe::Observation*> rustcs_, scripts_;
};

/// Where things are that a unit reads or writes; all absolute.
struct UnitPlaces {
  std::string build_directory, sysroot;
  /// Of the run of a build script: its own. Of others: empty.
  std::string out_directory;
  /// What is part of the outputs of units below it, files and directories.
  std::vector<std::string> below;
  /// What it leaves, as files.
  std::vector<std::string> outputs;
};

/// What an observation says of a unit.
struct Judgement {
  /// Storable, or why not.
  UnitVerdict verdict = UnitVerdict::Storable;
  /// What must be as it was. Paths below the build directory, by whatever name, are named as
  /// `UnitPlaces` names that.
  std::vector<observe::Read> reads;
  /// Variables that it asked for by name, and whether it may have read all of them.
  std::vector<std::string> variables;
  bool reads_all_variables = false;
  /// Whether what it saw would be another thing for a build directory in another place.
  bool is_bound = false;
};

/// Looks at the disk: call it before anybody works in the build directory again.
Judgement judge(const PlannedUnit& unit, const observe::Observation& observation,
                const UnitPlaces& places);

}  // namespace larder::cook
