#include "larder/cook/unit_store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/parallel.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "larder/cook/left_files.hpp"
#include "larder/cook/unit_environment.hpp"

namespace larder::cook {

namespace {

/// The name among a unit's dependencies for the digest of all outputs below it.
constexpr const char* all_below = "all below";

}  // namespace

std::vector<store::Store*> OpenStores::all() const {
  std::vector<store::Store*> out;
  if (main != nullptr) out.push_back(main);
  out.insert(out.end(), others.begin(), others.end());
  return out;
}

UnitStore::UnitStore(OpenStores stores, const UnitPlan& plan, UnitKeys keys,
                     const std::string& build_directory, std::string workspace_root)
    : stores_(std::move(stores)),
      plan_(plan),
      keys_(std::move(keys)),
      directory_(build_directory),
      workspace_root_(std::move(workspace_root)),
      states_(keys_.digests(), &plan) {
  for (std::size_t i = 0; i < plan.units.size(); ++i) {
    const auto& unit = plan.units[i];
    if (unit.is_left_out()) continue;
    ++counts_of(unit).total;
    if (!unit.is_local) package_directories_.insert(unit.package_directory);
    if (!is_storable(unit)) note_not_stored(i, unit.verdict);
  }
}

void UnitStore::note_not_stored(std::size_t index, UnitVerdict verdict) {
  const auto& unit = plan_.units[index];
  counts_of(unit).not_stored[verdict].push_back(unit.package.empty() ? unit.note.package
                                                                     : unit.package);
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

std::string UnitStore::out_directory_of(const PlannedUnit& unit) const {
  return path::join(directory_.path(), UnitDirectory::out_directory_of(unit));
}

/// Where a file is, by its name in a variant's document.
std::string UnitStore::place_of(const PlannedUnit& unit, const std::string& file) const {
  return is_name_of_left(file) ? left_path(unit, file) : path::join(directory_.path(), file);
}

/// The bytes of a unit's file, as they are stored. In what a build script printed, a placeholder
/// replaces its `OUT_DIR`, so that the bytes do not depend on the build directory.
std::optional<std::string> UnitStore::content_of(const PlannedUnit& unit,
                                                 const std::string& file) const {
  if (file.ends_with('/')) return "";
  if (is_name_of_left(file)) return read_left(place_of(unit, file));
  auto bytes = read_bytes(path::join(directory_.path(), file));
  if (!bytes || !unit.is_script_run) return bytes;
  if (file == unit.name() + ".json") return driver::without_values(*bytes);
  if (file != UnitDirectory::printed_by(unit)) return bytes;
  if (bytes->find(out_directory_placeholder) != std::string::npos) return std::nullopt;
  return replaced(*bytes, out_directory_of(unit), out_directory_placeholder);
}

/// The digest of the output of a unit in the build directory. Empty if the unit is not there.
std::string UnitStore::output_of(std::size_t index) {
  const auto& unit = plan_.units[index];
  const auto found = outputs_.find(index);
  if (found != outputs_.end()) return found->second;
  if (!is_storable(unit) || unsaved_.contains(index) || outdated_.contains(index) ||
      !directory_.has(unit))
    return "";
  return outputs_[index] = output_on_disk(unit);
}

std::optional<std::map<std::string, std::string>> UnitStore::dependency_outputs(
    const PlannedUnit& unit) {
  std::map<std::string, std::string> out;
  for (const auto* list : {&unit.dependencies, &unit.script_runs}) {
    for (const auto index : *list) {
      auto output = output_of(index);
      if (output.empty()) return std::nullopt;
      out[plan_.units[index].name()] = std::move(output);
    }
  }
  if (unit.reads_all_below() && !unit.below.empty()) {
    auto output = output_of_all_below(unit);
    if (!output) return std::nullopt;
    out[all_below] = *std::move(output);
  }
  return out;
}

std::optional<std::string> UnitStore::output_of_all_below(const PlannedUnit& unit) {
  // The plans of cook and of the build have units in different orders.
  std::map<std::string, std::string> outputs;
  for (const auto index : unit.below) {
    auto output = output_of(index);
    if (output.empty()) return std::nullopt;
    outputs[plan_.units[index].name()] = std::move(output);
  }
  store::Hasher hasher;
  for (const auto& [name, output] : outputs) hasher.add_field(name).add_field(output);
  return hasher.digest();
}

bool UnitStore::holds(const store::Store& from, const store::Variant& variant,
                      const PlannedUnit& unit,
                      const std::map<std::string, std::string>& dependencies) {
  if (!variant.bound.empty() && variant.bound != directory_.path()) return false;
  if (variant.dependencies != dependencies) return false;
  const bool has_values =
      std::all_of(variant.variables.begin(), variant.variables.end(), [&](const auto& entry) {
        return entry.second == from.digest_of(compared_value(unit, plan_, entry.first));
      });
  return has_values && other_variables(variant, unit).empty() && reads_the_same(from, variant);
}

/// Variables that are set now but missing in the variant, if that lists all variables.
std::vector<std::string> UnitStore::other_variables(const store::Variant& variant,
                                                    const PlannedUnit& unit) const {
  std::vector<std::string> out;
  if (!variant.has_all_variables) return out;
  for (const auto& [name, value] : unit.call.environment.variables()) {
    if (!variant.variables.contains(name) && role_of(unit, name) == VariableRole::Condition &&
        compared_value(unit, plan_, name))
      out.push_back(name);
  }
  return out;
}

/// Empty when it cannot be determined.
std::string UnitStore::state_of(const std::string& read) {
  const auto named = read_of_name(read, path::normalize(directory_.path()));
  return named ? states_.state_of(*named).value_or("") : "";
}

bool UnitStore::reads_the_same(const store::Store& from, const store::Variant& variant) {
  return std::all_of(variant.reads.begin(), variant.reads.end(), [&](const auto& entry) {
    const auto state = state_of(entry.first);
    return !state.empty() && entry.second == from.digest_of_value(state);
  });
}

bool UnitStore::needs_observation() const {
  return std::any_of(plan_.units.begin(), plan_.units.end(), [&](const PlannedUnit& unit) {
    // Cargo may compile a local unit that is there.
    return unit.is_observed && is_storable(unit) && (unit.is_local || !directory_.has(unit));
  });
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

UsedUnits UnitStore::used_local() const {
  auto out = local_;
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (const auto here = used_.find(i); unit.is_local && here != used_.end())
      out[unit.name()] = {known_keys_.at(i), here->second};
  }
  return out;
}

void UnitStore::count_compiled(std::int64_t since) {
  for (const auto& unit : plan_.units) {
    if (!unit.is_left_out() && directory_.started(unit) >= since) ++counts_of(unit).compiled;
  }
}

std::string reason_against_store(const std::string& subcommand,
                                 const std::vector<std::string>& unstable,
                                 const Environment& environment, const cargo::Config& config) {
  if (subcommand == "zigbuild") return "`cargo zigbuild` has its own linker";
  for (const auto* name :
       {"RUSTC", "CARGO_BUILD_RUSTC", "RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"}) {
    if (environment.get(name)) return fmt::format("{} is set", name);
  }
  for (const auto* key : {"rustc", "rustc-wrapper"}) {
    if (config.find({"build", key})) return fmt::format("a config file sets build.{}", key);
  }
  // The runner starts build scripts, and cook cannot see what it does with them.
  for (const auto& [name, value] : config.table("host")) {
    const bool has_runner = value.table() != nullptr && value.find("runner") != nullptr;
    if (name == "runner" || has_runner) return "a config file sets host.runner";
  }
  const bool builds_std = config.find({"unstable", "build-std"}) ||
                          std::any_of(unstable.begin(), unstable.end(), [](const auto& flag) {
                            return flag.starts_with("build-std");
                          });
  return builds_std ? "the command also compiles the standard library" : "";
}

}  // namespace larder::cook
