#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "larder/base/path.hpp"
#include "larder/cook/cold_variants.hpp"
#include "larder/cook/unit_environment.hpp"
#include "larder/cook/unit_store.hpp"
#include "larder/store/hash.hpp"
#include "larder/store/insertion.hpp"

namespace larder::cook {

namespace {

using store::ColdReason;
using store::WhyCold;

WhyCold why_never_stored(UnitVerdict verdict) {
  switch (verdict) {
    case UnitVerdict::Flags:
      return {ColdReason::Flags, "it is never stored, because its rustc flags name files"};
    case UnitVerdict::Above:
      return {ColdReason::Above,
              "it is never stored, because a unit that it depends on is never stored"};
    case UnitVerdict::Incremental:
      return {ColdReason::Flags,
              "it is never stored, because it is compiled incrementally. Set CARGO_INCREMENTAL=0"};
    case UnitVerdict::SharesName:
      return {ColdReason::Unknown,
              "it is never stored, because its file name has no hash, so other units share it"};
    default:
      return {ColdReason::Unknown,
              "it is never stored, because cargo's files about it were not understood"};
  }
}

store::Explanation describe(const PlannedUnit& unit) {
  store::Explanation out;
  const auto space = unit.package.find(' ');
  out.package = unit.package.empty() ? unit.note.package : unit.package.substr(0, space);
  if (space != std::string::npos) out.version = unit.package.substr(space + 1);
  out.unit = unit.note.unit;
  out.hash = unit.note.hash;
  out.is_local = unit.is_local;
  return out;
}

}  // namespace

/// Describes a read that differs, by its name ("contents /usr/bin/cc") and current state. Paths in
/// the workspace are relative to its root.
std::string UnitStore::words_of_read(const std::string& name, const std::string& state) const {
  auto path = name.substr(name.find(' ') + 1);
  if (path::is_within(path, workspace_root_)) path = path::relative(path, workspace_root_);
  if (name.starts_with("absence ")) return path + " exists now";
  if (state.starts_with("nothing")) return path + " does not exist now";
  if (name.starts_with("replaceability ")) return path + " cannot be replaced now";
  if (name.starts_with("only-crates ")) return path + " has other files than crates now";
  if (name.starts_with("writability ")) return path + " is " + state + " now";
  if (name.starts_with("listing ")) return path + " has different entries now";
  return path + " has changed";
}

/// The unmet conditions of a variant under the unit's own key. Empty if it could be used.
std::vector<WhyCold> UnitStore::unmet(const store::Store& from, const store::Variant& variant,
                                      const PlannedUnit& unit) {
  std::vector<WhyCold> out;
  if (!variant.bound.empty() && variant.bound != directory_.path()) {
    out.push_back(
        {ColdReason::Directory,
         "it contains the path of its target directory, and was compiled in " + variant.bound});
  }
  for (const auto& [name, digest] : variant.variables) {
    const auto value = compared_value(unit, plan_, name);
    if (digest == from.digest_of(value)) continue;
    const auto* how = !value ? "is not set now" : digest ? "has a different value" : "is set now";
    out.push_back({ColdReason::Variable, fmt::format("variable {} {}", name, how)});
  }
  for (const auto& name : other_variables(variant, unit))
    out.push_back({ColdReason::Variable, fmt::format("variable {} is set now", name)});
  for (const auto& [name, digest] : variant.reads) {
    const auto state = state_of(name);
    if (state.empty() || digest != from.digest_of_value(state))
      out.push_back({ColdReason::File, words_of_read(name, state)});
  }
  auto all_below = unit.dependencies;
  for (const auto index : unit.script_runs) {
    if (std::find(all_below.begin(), all_below.end(), index) == all_below.end())
      all_below.push_back(index);
  }
  for (const auto index : all_below) {
    const auto& below = plan_.units[index];
    const auto output = output_of(index);
    const auto stored = variant.dependencies.find(below.name());
    if (!output.empty() && stored != variant.dependencies.end() && stored->second == output)
      continue;
    out.push_back({ColdReason::Dependency,
                   output.empty()
                       ? below.package + " would be compiled"
                       : "it was compiled against a different output of " + below.package});
  }
  if (out.empty() && dependency_outputs(unit) != variant.dependencies) {
    out.push_back({ColdReason::Dependency,
                   "it was compiled against a different output of a unit further below"});
  }
  return out;
}

/// Like `choose`, but the variant's files are complete as well.
std::optional<UnitStore::Chosen> UnitStore::choose_whole(std::size_t index) {
  for (auto chosen = choose(index); chosen; chosen = choose(index)) {
    if (read_contents(*chosen)) return chosen;
    broken_.insert(chosen->found.document);
  }
  return std::nullopt;
}

std::vector<WhyCold> UnitStore::why_cold(std::size_t index,
                                         std::optional<SimilarEntries>& similar) {
  const auto& unit = plan_.units[index];
  if (!is_storable(unit)) return {why_never_stored(unit.verdict)};
  if (key_of(index).empty())
    return {
        {ColdReason::Unknown, "its sources or its toolchain cannot be identified by their files"}};
  std::vector<WhyCold> best;
  for (auto* from : stores_.all()) {
    for (const auto& found : from->variants(key_of(index))) {
      auto unmet = this->unmet(*from, found.variant, unit);
      if (unmet.empty()) unmet = {{ColdReason::Damaged, "its files in the store are damaged"}};
      if (best.empty() || unmet.size() < best.size()) best = std::move(unmet);
    }
  }
  if (!best.empty()) return best;
  if (!similar) similar.emplace(stores_.all());
  return similar->differences(plan_, unit, key_parts_.at(index), keys_.files_of(unit),
                              workspace_root_);
}

bool UnitStore::is_as_stored(const PlannedUnit& unit, const store::StoredFile& file) const {
  const auto bytes = content_of(unit, file.path);
  if (!bytes || file.inserted.empty()) return bytes && store::hash(*bytes) == file.blob;
  const auto part = content_of(unit, metadata_of(file.path));
  const auto rest = part ? store::take_out(*part, *bytes) : std::nullopt;
  return rest && rest->at == file.inserted_at && store::hash(rest->bytes) == file.blob;
}

/// The compiled files that differ from the stored ones. Nothing if no store has the unit under
/// these conditions.
std::optional<std::vector<std::string>> UnitStore::differing_files(std::size_t index) {
  const auto& unit = plan_.units[index];
  const auto dependencies = dependency_outputs(unit);
  if (!is_storable(unit) || !directory_.has(unit) || !dependencies || key_of(index).empty())
    return std::nullopt;
  std::optional<std::vector<std::string>> fewest;
  for (const auto& [from, found] : candidates_of(index)) {
    if (!holds(*from, found.variant, unit, *dependencies)) continue;
    std::vector<std::string> differing;
    for (const auto& file : found.variant.files) {
      if (driver::is_fingerprint_directory(path::parent(file.path))) continue;
      if (!is_as_stored(unit, file)) differing.push_back(file.path);
    }
    if (!fewest || differing.size() < fewest->size()) fewest = std::move(differing);
  }
  return fewest;
}

std::vector<ComparedUnit> UnitStore::compare() {
  std::vector<ComparedUnit> out;
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    auto differing = differing_files(i);
    if (!differing) continue;
    out.push_back(
        {unit.package + " " + unit.note.unit + " " + unit.note.hash, std::move(*differing)});
  }
  return out;
}

/// Finds out why local units are compiled. Those whose only reason is another unit are left out.
void UnitStore::explain_cold(const std::vector<std::size_t>& absent) {
  std::optional<SimilarEntries> similar;
  for (const auto index : absent) {
    const auto& unit = plan_.units[index];
    if (!unit.is_local || !is_storable(unit) || outputs_.contains(index)) continue;
    auto about = describe(unit);
    about.reasons = why_cold(index, similar);
    std::erase_if(about.reasons,
                  [](const WhyCold& why) { return why.kind == ColdReason::Dependency; });
    if (!about.reasons.empty()) summary_.cold.push_back(std::move(about));
  }
}

std::vector<store::Explanation> UnitStore::explain(UsedUnits local) {
  local_ = std::move(local);
  std::vector<store::Explanation> out;
  std::optional<SimilarEntries> similar;
  for (std::size_t i = 0; i < plan_.units.size(); ++i) {
    const auto& unit = plan_.units[i];
    if (unit.is_left_out()) continue;
    auto about = describe(unit);
    if (directory_.has(unit) && !is_outdated(i)) {
      about.state = store::UnitState::Present;
    } else if (const auto chosen = choose_whole(i)) {
      const auto& variant = chosen->found.variant;
      take(*chosen);
      about.state = store::UnitState::Stored;
      about.saved = variant.saved;
      about.saved_by = variant.saved_by;
      about.directory = chosen->from->directory();
    } else {
      about.reasons = why_cold(i, similar);
    }
    out.push_back(std::move(about));
  }
  return out;
}

}  // namespace larder::cook
