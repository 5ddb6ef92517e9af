#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "larder/base/files.hpp"
#include "larder/base/parallel.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "larder/cook/left_files.hpp"
#include "larder/cook/unit_environment.hpp"
#include "larder/cook/unit_store.hpp"
#include "larder/store/insertion.hpp"

// How units get from a store into the build directory, and out of it again. Variants are chosen by
// their documents alone. Their files are put in place in parallel, and the fingerprints last.

namespace larder::cook {

namespace {

void put_file(const std::string& path, const std::string& bytes, bool executable,
              std::int64_t date) {
  make_directories(path::parent(path));
  replace_file(path, bytes, executable, date);
}

/// Cargo gives the program of a build script two names, as hard links. It is large, so it is
/// written once.
bool link_file(const std::string& from, const std::string& to) {
  ::unlink(to.c_str());
  return ::link(from.c_str(), to.c_str()) == 0;
}

}  // namespace

/// False if a file is missing or damaged.
bool UnitStore::read_contents(Chosen& chosen) {
  for (const auto& file : chosen.found.variant.files) {
    auto bytes = chosen.from->blobs().get(file.blob);
    if (!bytes) return false;
    chosen.contents.push_back(std::move(*bytes));
  }
  return store::put_back(chosen.found.variant.files, chosen.contents);
}

std::optional<UnitStore::Chosen> UnitStore::choose(std::size_t index) {
  const auto& unit = plan_.units[index];
  if (!is_storable(unit)) return std::nullopt;
  const auto dependencies = dependency_outputs(unit);
  if (!dependencies || key_of(index).empty()) return std::nullopt;
  for (const auto& [from, found] : candidates_of(index)) {
    if (broken_.contains(found.document) || reads_what_is_left(found.variant)) continue;
    if (holds(*from, found.variant, unit, *dependencies)) return Chosen{index, from, found, {}};
  }
  return std::nullopt;
}

/// Counts on the unit for those that depend on it.
void UnitStore::take(const Chosen& chosen) {
  const auto& variant = chosen.found.variant;
  outputs_[chosen.index] = variant.output;
  for (const auto& file : variant.files) {
    if (is_name_of_left(file.path)) left_.insert(left_path(plan_.units[chosen.index], file.path));
  }
}

/// Whether it looked at something that will be another before it would be compiled.
bool UnitStore::reads_what_is_left(const store::Variant& variant) const {
  return std::any_of(left_.begin(), left_.end(), [&](const std::string& path) {
    return std::any_of(variant.reads.begin(), variant.reads.end(), [&](const auto& entry) {
      const auto read = read_of_name(entry.first, directory_.path());
      if (!read || is_about_writing(read->kind)) return false;
      return read->path == path ||
             (read->kind == observe::ReadKind::Listing && read->path == path::parent(path));
    });
  });
}

const std::vector<UnitStore::Candidate>& UnitStore::candidates_of(std::size_t index) {
  const auto [at, is_new] = candidates_.try_emplace(index);
  if (!is_new || key_of(index).empty()) return at->second;
  for (auto* from : stores_.all()) {
    for (auto& found : from->variants(key_of(index)))
      at->second.push_back({from, std::move(found)});
  }
  return at->second;
}

/// What the conditions of these units are about. Linkers and their libraries are large.
void UnitStore::look_ahead(const std::vector<std::size_t>& absent) {
  const auto build_directory = path::normalize(directory_.path());
  std::vector<observe::Read> reads;
  for (const auto index : absent) {
    if (!is_storable(plan_.units[index])) continue;
    for (const auto& candidate : candidates_of(index)) {
      for (const auto& [name, digest] : candidate.found.variant.reads) {
        if (auto read = read_of_name(name, build_directory)) reads.push_back(*std::move(read));
      }
    }
  }
  states_.look_ahead(reads);
}

/// Writes cargo's record of the run's output directory, and removes what an earlier run left there.
void UnitStore::prepare_run(const PlannedUnit& unit, std::int64_t date) const {
  const auto directory = out_directory_of(unit);
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  make_directories(directory);
  put_file(path::join(directory_.path(), UnitDirectory::root_output_of(unit)), directory, false,
           date);
}

void UnitStore::write(const Chosen& chosen, bool notes, std::int64_t date) const {
  const auto& unit = plan_.units[chosen.index];
  const auto& files = chosen.found.variant.files;
  if (unit.is_script_run && !notes) prepare_run(unit, date);
  std::map<std::string, std::string> programs;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& file = files[i];
    const auto place = path::join(directory_.path(), file.path);
    if (is_name_of_left(file.path)) continue;
    if (driver::is_fingerprint_directory(path::parent(file.path)) != notes) continue;
    if (file.path.ends_with('/')) {
      make_directories(place);
    } else if (unit.is_script_run && file.path == UnitDirectory::printed_by(unit)) {
      put_file(place,
               replaced(chosen.contents[i], out_directory_placeholder, out_directory_of(unit)),
               false, date);
    } else if (const auto same = programs.find(file.blob);
               same == programs.end() || !link_file(same->second, place)) {
      put_file(place, chosen.contents[i], file.is_executable, date);
      if (file.is_executable && !unit.is_script_run) programs[file.blob] = place;
    }
  }
}

void UnitStore::leave_again(const Chosen& chosen) const {
  const auto& files = chosen.found.variant.files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_name_of_left(files[i].path))
      cook::leave_again(left_path(plan_.units[chosen.index], files[i].path), chosen.contents[i],
                        files[i].is_executable);
  }
}

/// Chooses variants by their documents alone, then puts their files in place in parallel. Returns
/// false when some are damaged. In that case cargo does not see any of them yet, and the damaged
/// ones are not chosen again.
bool UnitStore::restore_all(const std::vector<std::size_t>& absent, std::int64_t date,
                            const Record& record) {
  std::vector<Chosen> all;
  left_.clear();
  for (const auto index : absent) {
    outputs_.erase(index);
    auto chosen = choose(index);
    const auto& unit = plan_.units[index];
    if (!chosen && unit.is_script_run && modified(out_directory_of(unit))) run_over_.insert(index);
    if (!chosen) continue;
    take(*chosen);
    all.push_back(std::move(*chosen));
  }
  std::vector<char> is_whole(all.size(), 0);
  in_parallel(all.size(), [&](std::size_t i) {
    if (!read_contents(all[i])) return;
    is_whole[i] = 1;
    write(all[i], false, date);
    // The remaining contents are small.
    drop_outputs(all[i]);
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (is_whole[i] != 0) continue;
    broken_.insert(all[i].found.document);
    all[i].from->forget(all[i].found);
  }
  if (std::find(is_whole.begin(), is_whole.end(), 0) != is_whole.end()) {
    // A script that cargo runs must not find files of another run.
    for (const auto& chosen : all) {
      std::error_code ignored;
      const auto& unit = plan_.units[chosen.index];
      if (unit.is_script_run) std::filesystem::remove_all(out_directory_of(unit), ignored);
    }
    return false;
  }
  for (const auto& chosen : all) used_[chosen.index] = store::name_of(chosen.found.variant);
  record(used_local());
  for (const auto& chosen : all) leave_again(chosen);
  // Fingerprints last, so that cargo sees only complete units.
  for (auto& chosen : all) {
    write(chosen, true, date);
    ++counts_of(plan_.units[chosen.index]).restored;
    note_use(std::move(chosen));
  }
  return true;
}

void UnitStore::drop_outputs(Chosen& chosen) {
  const auto& files = chosen.found.variant.files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& file = files[i].path;
    if (!driver::is_fingerprint_directory(path::parent(file)) && !is_name_of_left(file))
      std::string().swap(chosen.contents[i]);  // an assignment would keep the memory
  }
}

/// Whether a local unit in the build directory is one from a store that would not be restored now.
/// Cargo itself may not see that: it compares dates, and only those of some files.
bool UnitStore::is_outdated(std::size_t index) {
  const auto& unit = plan_.units[index];
  const auto before = local_.find(unit.name());
  if (!unit.is_local || before == local_.end()) return false;
  const auto is_outdated_below = [&](std::size_t below) { return outdated_.contains(below); };
  if (is_storable(unit) && is_current(index, before->second) &&
      std::none_of(unit.dependencies.begin(), unit.dependencies.end(), is_outdated_below))
    return false;
  outdated_.insert(index);
  outputs_.erase(index);
  // What cargo makes instead is its own.
  local_.erase(before);
  return true;
}

/// Whether the variant that is in the build directory would be chosen again, and cargo will not
/// compile the unit because of a source's date. True if it is another one: cargo has compiled it.
/// False if no store has the variant any more: its conditions are not known then.
bool UnitStore::is_current(std::size_t index, const UsedUnit& used) {
  const auto& unit = plan_.units[index];
  for (auto* from : stores_.all()) {
    for (const auto& found : from->variants(used.key)) {
      const auto& variant = found.variant;
      if (store::name_of(variant) != used.variant) continue;
      if (output_of(index) != variant.output) return true;
      const auto dependencies = dependency_outputs(unit);
      return key_of(index) == used.key && dependencies &&
             holds(*from, variant, unit, *dependencies) &&
             keys_.newest_date_of(unit) <= directory_.finished(unit);
    }
  }
  return false;
}

/// Units whose keys will be needed.
void UnitStore::read_ahead() {
  std::vector<const PlannedUnit*> units;
  for (const auto& unit : plan_.units) {
    const bool is_kept = directory_.has(unit) && !local_.contains(unit.name());
    if (is_storable(unit) && !is_kept) units.push_back(&unit);
  }
  keys_.read_ahead(units);
}

void UnitStore::restore(UsedUnits local, const Record& record) {
  local_ = std::move(local);
  // Taken before anything is compared, so that whatever changes from now on is newer than what is
  // restored.
  const auto date = now_in_nanoseconds() - clock_step;
  read_ahead();
  std::vector<std::size_t> absent;
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (unit.is_left_out()) continue;
    if (directory_.has(unit) && !is_outdated(i)) {
      is_present_.insert(i);
      ++counts_of(unit).present;
      if (unit.is_script_run) run_over_.insert(i);
    } else {
      absent.push_back(i);
    }
  }
  // Before any of their other files is replaced.
  for (const auto index : outdated_) remove_from_build_directory(plan_.units[index]);
  outdated_.clear();
  look_ahead(absent);
  // If one is damaged, its dependents may need other variants.
  while (!restore_all(absent, date, record)) {
  }
  explain_cold(absent);
}

void UnitStore::note_use(Chosen chosen) {
  if (plan_.units[chosen.index].is_local)
    restored_local_[chosen.index] = {chosen.from, chosen.found.variant};
  if (chosen.from == stores_.main) {
    stores_.main->use(chosen.found);
  } else if (stores_.can_save()) {
    chosen.contents.clear();
    taken_.push_back(std::move(chosen));
  }
}

void UnitStore::save_restored() {
  for (const auto& [index, from, found, contents] : taken_) {
    auto variant = found.variant;
    // The digests need this store's own key. The values are those that the variant was chosen for.
    for (auto& [name, digest] : variant.variables)
      digest = stores_.main->digest_of(compared_value(plan_.units[index], plan_, name));
    for (auto& [name, digest] : variant.reads)
      digest = stores_.main->digest_of_value(state_of(name));
    if (!stores_.main->take(*from, key_of(index), variant)) continue;
    used_[index] = store::name_of(variant);
    ++summary_.kept;
  }
  taken_.clear();
}

/// Cargo compares dates, but a file can be changed without getting a new one.
std::vector<std::string> UnitStore::take_back_changed(std::int64_t since) {
  UnitKeys keys_now = keys_;
  keys_now.forget_sources();
  states_ = FileStates(keys_.digests(), &plan_);
  std::vector<std::string> out;
  for (auto it = restored_local_.begin(); it != restored_local_.end();) {
    const auto& unit = plan_.units[it->first];
    const auto& [from, variant] = it->second;
    const bool is_as_before = cook::key_of(keys_now.parts_of(unit)) == key_of(it->first);
    if (directory_.started(unit) >= since || (is_as_before && reads_the_same(*from, variant))) {
      ++it;
      continue;
    }
    out.push_back("something that " + unit.package + " depends on has changed");
    remove_from_build_directory(unit);
    it = restored_local_.erase(it);
  }
  return out;
}

/// Without the fingerprint, cargo compiles the unit. Without its outputs, cargo also compiles what
/// depends on it: it asks for their dates before it compiles anything.
void UnitStore::remove_from_build_directory(const PlannedUnit& unit) const {
  ::unlink(path::join(directory_.path(), unit.name()).c_str());
  const auto files = UnitDirectory(directory_.path()).files_of(unit);
  for (const auto* list : {&files.notes, &files.outputs}) {
    for (const auto& file : *list) ::unlink(path::join(directory_.path(), file).c_str());
  }
  // A script must not find what an earlier run left.
  std::error_code ignored;
  if (unit.is_script_run) std::filesystem::remove_all(out_directory_of(unit), ignored);
}

}  // namespace larder::cook
