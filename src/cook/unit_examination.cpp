#include "larder/cook/unit_examination.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "larder/cook/unit_environment.hpp"
#include "larder/store/blobs.hpp"
#include "larder/store/variant.hpp"

namespace larder::cook {

using observe::Read;
using observe::ReadKind;

namespace {

/// When what was read may have become another thing. A path leads elsewhere only after something
/// was replaced in the directory above; what is in a directory, or in the file, does not matter.
/// (Cargo makes and removes a file in `CARGO_HOME` in every run, and macros that start cargo
/// resolve that path.)
std::int64_t last_replaced(const Read& read) {
  const auto own = last_changed(read.path);
  return read.kind == ReadKind::RealPath ? std::min(own, last_changed(path::parent(read.path)))
                                         : own;
}

}  // namespace

/// What is known of a unit during its examination.
struct UnitExamination::Examined {
  UnitConditions conditions;
  std::int64_t started = 0;
  /// The variables that its own build script sets for rustc, from the script's output.
  std::map<std::string, std::string> from_script;

  /// Keeps the first reason.
  void refuse(UnitVerdict verdict) {
    if (conditions.verdict == UnitVerdict::Storable) conditions.verdict = verdict;
  }
};

std::string UnitExamination::absolute(const std::string& file) const {
  return path::join(directory_.path(), file);
}

UnitConditions UnitExamination::examine(std::size_t index) {
  const auto& unit = plan_.units[index];
  Examined out;
  out.started = directory_.started(unit);
  if (!keys_.is_unchanged_since(unit, out.started)) out.refuse(UnitVerdict::Changed);
  if (unit.is_script_run) {
    read_script(index, out);
  } else {
    for (const auto below : unit.dependencies) {
      const auto& run = plan_.units[below];
      if (!run.is_script_run || run.package_directory != unit.package_directory) continue;
      const auto printed = read_bytes(absolute(UnitDirectory::printed_by(run)));
      out.from_script = parse_script_output(printed.value_or("")).variables;
    }
    read_dep_info(unit, out);
  }
  if (unit.is_observed) read_log(unit, out);
  return std::move(out.conditions);
}

/// Adds what rustc reports.
void UnitExamination::read_dep_info(const PlannedUnit& unit, Examined& out) const {
  const auto read = directory_.dep_info_of(unit);
  if (!read || read->files.empty()) {
    out.refuse(UnitVerdict::Unknown);
    return;
  }
  for (const auto& name : read->files) {
    const auto file = path::join(unit.package_directory, name);
    if (path::is_within(file, path::normalize(directory_.path()))) {
      out.conditions.is_bound = true;
    } else if (!path::is_within(file, unit.package_directory) && !unit.is_observed) {
      out.refuse(UnitVerdict::ReadsOutside);
    }
  }
  for (const auto& [name, value] : read->variables) {
    if (value && directory_.is_named_in(*value)) out.conditions.is_bound = true;
    if (is_told_by_cargo(name) || name == "OUT_DIR" || out.from_script.contains(name)) continue;
    add_variable(unit, name, out);
    // Refuses a value that differs from the one that a lookup would compare.
    const auto compared =
        value ? std::optional(replaced(*value, directory_.path(), build_directory_placeholder))
              : std::nullopt;
    if (compared != compared_value(unit, plan_, name)) out.refuse(UnitVerdict::Unknown);
  }
}

/// Checks the run of a build script: the paths that it printed for cargo, and the files that it
/// left.
void UnitExamination::read_script(std::size_t index, Examined& out) const {
  const auto& unit = plan_.units[index];
  const auto printed = read_bytes(absolute(UnitDirectory::printed_by(unit)));
  if (!printed) out.refuse(UnitVerdict::Unknown);
  const auto told = parse_script_output(printed.value_or(""));
  if (unit.is_local && told.rerun_paths.empty() && !told.names_variables)
    out.refuse(UnitVerdict::ComparesDates);
  for (const auto& path : told.rerun_paths) {
    struct stat status {};
    if (::stat(path::join(unit.package_directory, path).c_str(), &status) != 0)
      out.refuse(UnitVerdict::AlwaysRuns);
  }
  if (run_over_.contains(index)) out.refuse(UnitVerdict::RanOverOthers);
  const auto files = directory_.files_of(unit);
  const auto has_plain_name = [](const std::string& file) {
    return path::stays_inside(file) && store::can_be_written(file);
  };
  const bool is_plain =
      !files.has_special &&
      std::all_of(files.outputs.begin(), files.outputs.end(), has_plain_name) &&
      std::all_of(files.empty_directories.begin(), files.empty_directories.end(), has_plain_name);
  if (!is_plain) out.refuse(UnitVerdict::MakesSpecialFiles);
}

UnitPlaces UnitExamination::places_of(const PlannedUnit& unit) const {
  UnitPlaces out;
  if (unit.is_local) out.sources = &keys_.files_of(unit);
  out.build_directory = path::normalize(directory_.path());
  out.sysroot = keys_.sysroot_of(unit);
  if (unit.is_script_run) out.out_directory = absolute(UnitDirectory::out_directory_of(unit));
  for (const auto index : unit.script_runs)
    out.below.push_back(absolute(UnitDirectory::out_directory_of(plan_.units[index])));
  for (const auto index : unit.dependencies) {
    const auto& below = plan_.units[index];
    if (below.is_script_run || !unit.is_script_run) continue;
    for (const auto& file : directory_.files_of(below).outputs) out.below.push_back(absolute(file));
  }
  for (const auto& file : directory_.made_by(unit)) out.outputs.push_back(absolute(file));
  return out;
}

/// Adds what was observed.
void UnitExamination::read_log(const PlannedUnit& unit, Examined& out) {
  const auto* observation = logs_.of(unit);
  if (observation == nullptr) {
    out.refuse(UnitVerdict::NotObserved);
    return;
  }
  const auto judgement = judge(unit, *observation, places_of(unit));
  out.refuse(judgement.verdict);
  if (judgement.is_bound) out.conditions.is_bound = true;
  for (const auto& name : judgement.variables) {
    if (role_of(unit, name) == VariableRole::Key || out.from_script.contains(name)) continue;
    if (name == "OUT_DIR") out.conditions.is_bound = true;
    add_variable(unit, name, out);
  }
  out.conditions.has_all_variables = judgement.reads_all_variables;
  if (judgement.reads_all_variables) {
    for (const auto& [name, value] : unit.call.environment.variables()) {
      if (role_of(unit, name) == VariableRole::Condition && compared_value(unit, plan_, name))
        add_variable(unit, name, out);
    }
  }
  for (const auto& path : judgement.left) {
    // Another unit may have written there since.
    if (last_changed(path) > directory_.finished(unit)) out.refuse(UnitVerdict::Changed);
    if (!store::can_be_written(path)) out.refuse(UnitVerdict::Unknown);
  }
  out.conditions.left = judgement.left;
  if (out.conditions.verdict == UnitVerdict::Storable) states_.look_ahead(judgement.reads);
  for (const auto& read : judgement.reads) add_read(read, out);
}

void UnitExamination::add_variable(const PlannedUnit& unit, const std::string& name,
                                   Examined& out) const {
  if (!store::can_be_written(name)) out.refuse(UnitVerdict::Unknown);
  out.conditions.variables[name] = compared_value(unit, plan_, name);
}

void UnitExamination::add_read(const Read& read, Examined& out) {
  if (out.conditions.verdict != UnitVerdict::Storable) return;
  const auto name = name_of_read(read, path::normalize(directory_.path()));
  const auto& state = states_.state_of(read);
  if (!store::can_be_written(name)) out.refuse(UnitVerdict::Unknown);
  if (!state) {
    out.refuse(read.kind == ReadKind::OnlyCrates ? UnitVerdict::ReadsBuildDirectory
                                                 : UnitVerdict::ReadsMachine);
  }
  if (out.conditions.verdict != UnitVerdict::Storable) return;
  const bool is_there = !state->starts_with("nothing");
  const bool may_have_changed =
      is_there && *state != "directory" && !is_about_writing(read.kind) &&
      read.kind != ReadKind::OnlyCrates && !is_name_of_kernel(read.path) &&
      std::max(last_replaced(read), way_changed(read.path)) >= out.started;
  if (is_there == (read.kind == ReadKind::Absence) || may_have_changed) {
    out.refuse(UnitVerdict::Changed);
  } else {
    out.conditions.reads[name] = *state;
  }
}

}  // namespace larder::cook
