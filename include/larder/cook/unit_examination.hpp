#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/cook/unit_conditions.hpp"
#include "larder/cook/unit_files.hpp"
#include "larder/cook/unit_key.hpp"
#include "larder/cook/unit_observation.hpp"
#include "larder/cook/unit_plan.hpp"

namespace larder::cook {

/// The conditions under which a compiled unit may replace another compilation: what it read besides
/// what is in its key.
struct UnitConditions {
  /// Storable, or why there are no conditions.
  UnitVerdict verdict = UnitVerdict::Storable;
  /// Whether it is valid for this build directory only.
  bool is_bound = false;
  /// As returned by `compared_value`.
  std::map<std::string, std::optional<std::string>> variables;
  bool has_all_variables = false;
  /// By the names of `name_of_read`.
  std::map<std::string, std::string> reads;
  /// As in `Judgement`.
  std::vector<std::string> left = {};
};

/// Finds the conditions of units that cargo has just compiled.
class UnitExamination {
 public:
  /// `run_over` are the runs of build scripts whose directory existed before cargo started.
  UnitExamination(const UnitPlan& plan, UnitKeys& keys, const UnitDirectory& directory,
                  const UnitLogs& logs, const std::set<std::size_t>& run_over)
      : plan_(plan),
        keys_(keys),
        directory_(directory),
        logs_(logs),
        run_over_(run_over),
        states_(keys.digests(), &plan) {}

  UnitConditions examine(std::size_t index);

 private:
  struct Examined;

  void read_dep_info(const PlannedUnit& unit, Examined& out) const;
  void read_script(std::size_t index, Examined& out) const;
  void read_log(const PlannedUnit& unit, Examined& out);
  void add_variable(const PlannedUnit& unit, const std::string& name, Examined& out) const;
  void add_read(const observe::Read& read, Examined& out);
  UnitPlaces places_of(const PlannedUnit& unit) const;
  std::string absolute(const std::string& file) const;

  const UnitPlan& plan_;
  UnitKeys& keys_;
  const UnitDirectory& directory_;
  const UnitLogs& logs_;
  const std::set<std::size_t>& run_over_;
  FileStates states_;
};

}  // namespace larder::cook
