#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <map>

#include "larder/base/files.hpp"
#include "larder/base/parallel.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/left_files.hpp"
#include "larder/cook/unit_store.hpp"
#include "larder/store/hash.hpp"
#include "larder/store/insertion.hpp"

// How units that cargo has compiled get into a store. First, all of them are examined in the order
// of the plan, because a unit is only stored if its dependencies are. Then their files are put into
// the store, several units at once. This is nearly all of the work. The documents come last, in
// order again, because each contains the digests of its dependencies' outputs.

namespace larder::cook {

namespace {

/// Includes empty directories, whose names end with '/'.
std::vector<std::string> stored_outputs(UnitFiles files) {
  auto out = std::move(files.outputs);
  for (const auto& directory : files.empty_directories) out.push_back(directory + "/");
  return out;
}

/// 0 for a file that has no other name.
ino_t inode_of_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink > 1
             ? status.st_ino
             : 0;
}

/// The digest of what dependents see of a unit.
class OutputDigest {
 public:
  void add(const std::string& file, const std::string& blob) {
    hasher_.add_field(file).add_field(blob);
  }
  /// Adds the fingerprint of a run, because it is part of those of dependents. It depends on the
  /// values of variables.
  std::string finish(const PlannedUnit& unit, const std::string& build_directory) {
    if (unit.is_script_run)
      hasher_.add_field(read_file(path::join(build_directory, unit.name())).value_or(""));
    return hasher_.digest();
  }

 private:
  store::Hasher hasher_;
};

}  // namespace

struct UnitStore::Saving {
  std::size_t index = 0;
  UnitConditions conditions = {};
  UnitFiles files = {};
  store::Variant variant = {};
  /// The digests of its outputs.
  std::vector<std::pair<std::string, std::string>> outputs = {};
  /// The program of a build script has two names, as hard links. It is large.
  std::map<ino_t, store::StoredFile> programs = {};
  /// Whether all files were there.
  bool is_whole = false;
  std::exception_ptr problem = nullptr;
};

std::string UnitStore::output_on_disk(const PlannedUnit& unit) const {
  OutputDigest digest;
  for (const auto& file : stored_outputs(directory_.files_of(unit))) {
    const auto bytes = content_of(unit, file);
    if (!bytes) return "";
    digest.add(file, store::hash(*bytes));
  }
  return digest.finish(unit, directory_.path());
}

/// Whether these bytes would differ in another build directory.
bool UnitStore::names_place(const PlannedUnit& unit, const std::string& bytes) const {
  if (directory_.is_named_in(bytes)) return true;
  return unit.is_observed && directory_.is_workspace_named_in(bytes, package_directories_);
}

store::StoredFile UnitStore::save_contents(const PlannedUnit& unit, const std::string& file,
                                           const std::string& bytes) const {
  const auto& blobs = stores_.main->blobs();
  const auto metadata = metadata_of(file);
  const auto part = metadata == file ? std::nullopt : content_of(unit, metadata);
  if (const auto rest = part ? store::take_out(*part, bytes) : std::nullopt)
    return {file, blobs.put(rest->bytes), bytes.size(), false, store::hash(*part), rest->at};
  return {file, blobs.put(bytes), bytes.size(), false};
}

/// Returns false if the file is missing.
bool UnitStore::save_file(Saving& saving, const std::string& file, bool is_output) const {
  const auto& unit = plan_.units[saving.index];
  auto& variant = saving.variant;
  const auto place = place_of(unit, file);
  const auto inode = unit.is_script_run ? 0 : inode_of_link(place);
  if (const auto same = saving.programs.find(inode); inode != 0 && same != saving.programs.end()) {
    variant.files.push_back(same->second);
    variant.files.back().path = file;
    if (is_output) saving.outputs.emplace_back(file, same->second.blob);
    return true;
  }
  const auto bytes = content_of(unit, file);
  if (!bytes) return false;
  if ((is_output || is_name_of_left(file)) && names_place(unit, *bytes))
    variant.bound = directory_.path();
  auto stored = save_contents(unit, file, *bytes);
  if (is_output)
    saving.outputs.emplace_back(file, stored.inserted.empty() ? stored.blob : store::hash(*bytes));
  stored.is_executable = !file.ends_with('/') && ::access(place.c_str(), X_OK) == 0;
  if (inode != 0 && is_output) saving.programs[inode] = stored;
  variant.files.push_back(std::move(stored));
  return true;
}

/// Returns false if a file is missing. Runs on several threads.
bool UnitStore::save_files(Saving& saving) const {
  const auto& files = saving.files;
  if (files.outputs.empty() || files.notes.empty()) return false;
  for (const auto& file : stored_outputs(files)) {
    if (!save_file(saving, file, true)) return false;
  }
  for (const auto& file : files.notes) {
    if (!save_file(saving, file, false)) return false;
  }
  for (const auto& path : saving.conditions.left) {
    if (!save_file(saving, name_of_left(path), false)) return false;
  }
  OutputDigest output;
  for (const auto& [file, digest] : saving.outputs) output.add(file, digest);
  saving.variant.output = output.finish(plan_.units[saving.index], directory_.path());
  return true;
}

/// The verdict on a unit whose dependencies have been examined.
UnitVerdict UnitStore::examine(Saving& saving, UnitExamination& examination) {
  const auto& unit = plan_.units[saving.index];
  for (const auto* list : {&unit.dependencies, &unit.script_runs}) {
    const auto is_known = [&](std::size_t below) {
      const auto& dependency = plan_.units[below];
      return outputs_.contains(below) ||
             (is_storable(dependency) && !unsaved_.contains(below) && directory_.has(dependency));
    };
    if (!std::all_of(list->begin(), list->end(), is_known)) return UnitVerdict::Above;
  }
  if (key_of(saving.index).empty()) return UnitVerdict::Unknown;
  saving.conditions = examination.examine(saving.index);
  saving.files = directory_.files_of(unit);
  return saving.conditions.verdict;
}

UnitVerdict UnitStore::save_unit(Saving& saving) {
  const auto index = saving.index;
  const auto& unit = plan_.units[index];
  const auto& conditions = saving.conditions;
  auto dependencies = dependency_outputs(unit);
  if (!dependencies) return UnitVerdict::Above;
  if (saving.problem) std::rethrow_exception(saving.problem);
  if (!saving.is_whole) return UnitVerdict::Unknown;
  auto& variant = saving.variant;
  variant.unit = unit.package + " " + unit.name();
  variant.dependencies = std::move(*dependencies);
  variant.saved_by = LARDER_VERSION;
  variant.saved = static_cast<std::uint64_t>(now_in_nanoseconds() / 1'000'000'000);
  variant.key_parts = key_parts_.at(index);
  variant.is_local = unit.is_local;
  if (unit.is_local) variant.sources = keys_.files_of(unit);
  const auto duration = directory_.finished(unit) - directory_.started(unit);
  variant.milliseconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(duration, 0)) / 1'000'000;
  if (conditions.is_bound) variant.bound = directory_.path();
  variant.has_all_variables = conditions.has_all_variables;
  for (const auto& [name, value] : conditions.variables)
    variant.variables[name] = stores_.main->digest_of(value);
  for (const auto& [name, state] : conditions.reads)
    variant.reads[name] = stores_.main->digest_of_value(state);
  stores_.main->add(key_of(index), variant);
  outputs_[index] = variant.output;
  used_[index] = store::name_of(variant);
  ++counts_of(unit).saved;
  return UnitVerdict::Storable;
}

/// Lists a local unit with a variant that no store has. Otherwise it would be left to cargo, which
/// does not see all that such a unit may have read.
void UnitStore::doubt(const PlannedUnit& unit) {
  const auto unknown = store::hash("");
  if (unit.is_local) local_[unit.name()] = {unknown, unknown};
}

void UnitStore::doubt_compiled(std::int64_t since) {
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (!is_storable(unit) || directory_.started(unit) < since) continue;
    used_.erase(i);
    doubt(unit);
  }
}

void UnitStore::leave_unsaved(std::size_t index, UnitVerdict verdict) {
  unsaved_.insert(index);
  note_not_stored(index, verdict);
  // It can be stored if it is compiled again.
  if (verdict == UnitVerdict::Changed || verdict == UnitVerdict::RanOverOthers)
    doubt(plan_.units[index]);
}

void UnitStore::save(std::int64_t since, const UnitLogs& logs) {
  // Cargo has written more files.
  directory_ = UnitDirectory(directory_.path());
  UnitExamination examination(plan_, keys_, directory_, logs, run_over_);
  std::vector<Saving> all;
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (!is_storable(unit) || !directory_.has(unit) || directory_.started(unit) < since) continue;
    // Cargo compiled it, even if it had been restored.
    if (unit.is_script_run && used_.contains(i)) run_over_.insert(i);
    outputs_.erase(i);
    used_.erase(i);
    is_present_.erase(i);
    Saving saving{i};
    const auto verdict = examine(saving, examination);
    if (verdict == UnitVerdict::Storable) {
      all.push_back(std::move(saving));
    } else {
      leave_unsaved(i, verdict);
    }
  }
  in_parallel(all.size(), [&](std::size_t i) {
    try {
      all[i].is_whole = save_files(all[i]);
    } catch (...) {
      all[i].problem = std::current_exception();
    }
  });
  for (auto& saving : all) {
    const auto verdict = save_unit(saving);
    if (verdict != UnitVerdict::Storable) leave_unsaved(saving.index, verdict);
  }
}

}  // namespace larder::cook
