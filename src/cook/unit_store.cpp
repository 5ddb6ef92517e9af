#include "larder/cook/unit_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <set>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

std::int64_t now_in_nanoseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// A new inode each time: what was there may be a hard link to something else.
void put_file(const std::string& path, const std::string& bytes, bool executable,
              std::int64_t date) {
  make_directories(path::parent(path));
  ::unlink(path.c_str());
  if (!write_new_file(path, bytes) || (executable && ::chmod(path.c_str(), 0755) != 0) ||
      !set_modified(path, date)) {
    throw Error("file-write", "cannot restore the file from the store").in_file(path);
  }
}

}  // namespace

CargoLocks::CargoLocks(const std::string& build_directory, const UnitPlan& plan) {
  std::set<std::string> directories;
  for (const auto& unit : plan.units) directories.insert(unit.profile_directory());
  for (const auto& directory : directories) {
    make_directories(path::join(build_directory, directory));
    for (const auto* name : {".cargo-lock", ".cargo-build-lock"}) {
      const auto place = path::join(build_directory, directory + "/" + name);
      // The first one every cargo makes.
      const int making = std::string_view(name) == ".cargo-lock" ? O_CREAT : 0;
      const int file = ::open(place.c_str(), O_RDWR | O_CLOEXEC | making, 0644);
      if (file < 0) continue;
      files_.push_back(file);
      // Without locks on this file system cargo goes on as well.
      held_ = held_ && (::flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
    }
  }
}

CargoLocks::~CargoLocks() {
  for (const int file : files_) ::close(file);
}

std::vector<store::Store*> OpenStores::all() const {
  std::vector<store::Store*> out;
  if (main != nullptr) out.push_back(main);
  out.insert(out.end(), others.begin(), others.end());
  return out;
}

UnitStore::UnitStore(OpenStores stores, const UnitPlan& plan, UnitKeys keys,
                     const std::string& build_directory)
    : stores_(std::move(stores)), plan_(plan), keys_(std::move(keys)), directory_(build_directory) {
  for (const auto& unit : plan.units) {
    if (unit.is_local()) continue;
    ++summary_.external;
    if (unit.verdict != UnitVerdict::Storable) ++summary_.not_stored[unit.verdict];
  }
}

bool UnitStore::is_storable(const PlannedUnit& unit) const {
  return unit.verdict == UnitVerdict::Storable;
}

const std::string& UnitStore::key_of(std::size_t index) {
  const auto [at, is_new] = known_keys_.try_emplace(index);
  if (is_new) {
    auto& parts = key_parts_[index] = keys_.parts_of(plan_.units[index]);
    at->second = cook::key_of(parts);
  }
  return at->second;
}

std::string UnitStore::output_on_disk(const PlannedUnit& unit) const {
  store::Hasher hasher;
  for (const auto& file : directory_.files_of(unit).outputs) {
    const auto bytes = store::read_bytes(path::join(directory_.path(), file));
    if (!bytes) return "";
    hasher.add_field(file).add_field(store::hash(*bytes));
  }
  return hasher.digest();
}

/// Of a unit that is in the build directory; empty for one that is not.
std::string UnitStore::output_of(std::size_t index) {
  const auto& unit = plan_.units[index];
  const auto found = outputs_.find(index);
  if (found != outputs_.end()) return found->second;
  if (!is_storable(unit) || !directory_.has(unit)) return "";
  return outputs_[index] = output_on_disk(unit);
}

std::optional<std::map<std::string, std::string>> UnitStore::dependency_outputs(
    const PlannedUnit& unit) {
  std::map<std::string, std::string> out;
  for (const auto index : unit.dependencies) {
    auto output = output_of(index);
    if (output.empty()) return std::nullopt;
    out[plan_.units[index].name()] = std::move(output);
  }
  return out;
}

/// What rustc is told of a variable.
std::optional<std::string> UnitStore::value_of(const PlannedUnit& unit,
                                               const std::string& variable) {
  const auto& told = unit.call.environment.variables();
  const auto value = told.find(variable);
  return value == told.end() ? std::nullopt : std::optional(value->second);
}

bool UnitStore::holds(const store::Store& from, const store::Variant& variant,
                      const PlannedUnit& unit,
                      const std::map<std::string, std::string>& dependencies) const {
  if (!variant.bound.empty() && variant.bound != directory_.path()) return false;
  if (variant.dependencies != dependencies) return false;
  return std::all_of(variant.variables.begin(), variant.variables.end(), [&](const auto& entry) {
    return entry.second == from.digest_of(value_of(unit, entry.first));
  });
}

bool UnitStore::read_contents(Chosen& chosen) {
  for (const auto& file : chosen.found.variant.files) {
    auto bytes = chosen.from->blobs().get(file.blob);
    if (!bytes) {
      chosen.from->forget(chosen.found);
      return false;
    }
    chosen.contents.push_back(std::move(*bytes));
  }
  return true;
}

std::optional<UnitStore::Chosen> UnitStore::choose(std::size_t index) {
  const auto& unit = plan_.units[index];
  if (!is_storable(unit)) return std::nullopt;
  const auto dependencies = dependency_outputs(unit);
  if (!dependencies || key_of(index).empty()) return std::nullopt;
  for (auto* from : stores_.all()) {
    for (auto& found : from->variants(key_of(index))) {
      if (!holds(*from, found.variant, unit, *dependencies)) continue;
      Chosen chosen{index, from, std::move(found), {}};
      if (read_contents(chosen)) return chosen;
    }
  }
  return std::nullopt;
}

/// Outputs first, so that nothing is known to cargo that is not whole.
void UnitStore::write(const Chosen& chosen, bool notes, std::int64_t date) const {
  const auto& files = chosen.found.variant.files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (driver::is_fingerprint_directory(path::parent(files[i].path)) != notes) continue;
    put_file(path::join(directory_.path(), files[i].path), chosen.contents[i],
             files[i].is_executable, date);
  }
}

void UnitStore::restore() {
  // Before anything is looked at: what changes from here on is newer than what is restored.
  const auto date = now_in_nanoseconds();
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (unit.is_local()) continue;
    if (directory_.has(unit)) {
      is_present_.insert(i);
      ++summary_.present;
      continue;
    }
    auto chosen = choose(i);
    if (!chosen) continue;
    write(*chosen, false, date);
    write(*chosen, true, date);
    outputs_[i] = chosen->found.variant.output;
    note_use(std::move(*chosen));
    ++summary_.restored;
  }
  summary_.seconds = static_cast<double>(now_in_nanoseconds() - date) / 1e9;
}

void UnitStore::note_use(Chosen chosen) {
  used_[chosen.index] = store::name_of(chosen.found.variant);
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
    // By the key of the store that it comes to; the values are those that it was chosen for.
    for (auto& [name, digest] : variant.variables)
      digest = stores_.main->digest_of(value_of(plan_.units[index], name));
    if (!stores_.main->take(*from, key_of(index), variant)) continue;
    used_[index] = store::name_of(variant);
    ++summary_.kept;
  }
  taken_.clear();
}

bool UnitStore::names_build_directory(const std::string& bytes) const {
  std::error_code error;
  const auto real = std::filesystem::canonical(directory_.path(), error).string();
  return bytes.find(directory_.path()) != std::string::npos ||
         (!real.empty() && bytes.find(real) != std::string::npos);
}

bool UnitStore::is_in_build_directory(const std::string& file) const {
  return path::is_within(path::normalize(file), path::normalize(directory_.path()));
}

/// What rustc read beside what is in the key. False where that cannot be told or held to.
bool UnitStore::add_conditions(const PlannedUnit& unit, store::Variant& variant) const {
  const auto read = directory_.dep_info_of(unit);
  if (!read || read->files.empty()) return false;
  for (const auto& name : read->files) {
    const auto file = path::join(unit.package_directory, name);
    if (is_in_build_directory(file)) {
      variant.bound = directory_.path();
    } else if (!path::is_within(file, unit.package_directory)) {
      return false;
    }
  }
  for (const auto& [name, value] : read->variables) {
    if (is_told_by_cargo(name)) continue;
    // Another value than it would have been looked up by.
    if (value != value_of(unit, name)) return false;
    variant.variables[name] = stores_.main->digest_of(value);
  }
  return true;
}

void UnitStore::save_unit(std::size_t index) {
  const auto& unit = plan_.units[index];
  const auto dependencies = dependency_outputs(unit);
  if (!dependencies || key_of(index).empty()) return;
  if (!keys_.is_unchanged_since(unit, directory_.started(unit))) return;
  store::Variant variant;
  variant.unit = unit.package + " " + unit.name();
  variant.dependencies = *dependencies;
  variant.saved_by = LARDER_VERSION;
  variant.saved = static_cast<std::uint64_t>(now_in_nanoseconds() / 1'000'000'000);
  variant.key_parts = key_parts_.at(index);
  const auto duration = directory_.finished(unit) - directory_.started(unit);
  variant.milliseconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(duration, 0)) / 1'000'000;
  if (!add_conditions(unit, variant)) return;
  const auto files = directory_.files_of(unit);
  if (files.outputs.empty() || files.notes.empty()) return;
  store::Hasher output;
  for (const auto* list : {&files.outputs, &files.notes}) {
    for (const auto& file : *list) {
      const auto place = path::join(directory_.path(), file);
      const auto bytes = store::read_bytes(place);
      if (!bytes) return;
      if (list == &files.outputs && names_build_directory(*bytes))
        variant.bound = directory_.path();
      const auto digest = stores_.main->blobs().put(*bytes);
      if (list == &files.outputs) output.add_field(file).add_field(digest);
      variant.files.push_back({file, digest, bytes->size(), ::access(place.c_str(), X_OK) == 0});
    }
  }
  variant.output = output.digest();
  stores_.main->add(key_of(index), variant);
  outputs_[index] = variant.output;
  used_[index] = store::name_of(variant);
  ++summary_.saved;
}

UsedUnits UnitStore::used(const UsedUnits& earlier) const {
  UsedUnits out;
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto name = plan_.units[i].name();
    const auto here = used_.find(i);
    const auto before = earlier.find(name);
    if (here != used_.end()) {
      out[name] = {known_keys_.at(i), here->second};
    } else if (before != earlier.end() && is_present_.contains(i)) {
      out[name] = before->second;
    }
  }
  return out;
}

void UnitStore::count_compiled(std::int64_t since) {
  for (const auto& unit : plan_.units) {
    if (!unit.is_local() && directory_.started(unit) >= since) ++summary_.compiled;
  }
}

void UnitStore::save(std::int64_t since) {
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (!is_storable(unit) || !directory_.has(unit) || directory_.started(unit) < since) continue;
    // Cargo compiled it, though it may have been restored.
    outputs_.erase(i);
    used_.erase(i);
    is_present_.erase(i);
    save_unit(i);
  }
}

std::string reason_against_store(const std::string& subcommand,
                                 const std::vector<std::string>& unstable,
                                 const Environment& environment, const cargo::Config& config) {
  if (subcommand == "zigbuild") return "`cargo zigbuild` has a linker of its own";
  for (const auto* name :
       {"RUSTC", "CARGO_BUILD_RUSTC", "RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"}) {
    if (environment.get(name)) return fmt::format("{} is set", name);
  }
  for (const auto* key : {"rustc", "rustc-wrapper"}) {
    if (config.find({"build", key})) return fmt::format("a config file sets build.{}", key);
  }
  const bool builds_std = config.find({"unstable", "build-std"}) ||
                          std::any_of(unstable.begin(), unstable.end(), [](const auto& flag) {
                            return flag.starts_with("build-std");
                          });
  return builds_std ? "the standard library is compiled as well" : "";
}

}  // namespace larder::cook
