#include "store_summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "larder/base/shortened.hpp"

namespace larder::cook {

namespace {

/// "1 asking for the date (a 1.0.0)". Packages that only depend on others that are not stored are
/// not named.
std::string reason_with_names(UnitVerdict verdict, const std::vector<std::string>& packages) {
  constexpr std::size_t most_names = 3;
  auto out = fmt::format("{} {}", packages.size(), reason_of(verdict));
  if (verdict == UnitVerdict::Above) return out;
  return out + fmt::format(" ({})", fmt::join(shortened(packages, most_names), ", "));
}

std::string note_of_not_stored(std::map<UnitVerdict, std::vector<std::string>> units,
                               std::string_view kind) {
  std::vector<std::string> reasons;
  std::size_t count = 0;
  // Once, instead of a list of all packages.
  if (const auto found = units.find(UnitVerdict::Incremental); found != units.end()) {
    return fmt::format(
        "{} units are not stored, because they are compiled incrementally. Set CARGO_INCREMENTAL=0 "
        "to store them",
        kind);
  }
  for (const auto& [verdict, packages] : units) {
    reasons.push_back(reason_with_names(verdict, packages));
    count += packages.size();
  }
  return fmt::format("{} {} {} not stored: {}", count, kind, count == 1 ? "unit is" : "units are",
                     fmt::join(reasons, "; "));
}

void add_counts(const UnitCounts& from, UnitCounts& to) {
  to.total += from.total;
  to.present += from.present;
  to.restored += from.restored;
  to.compiled += from.compiled;
  to.saved += from.saved;
  for (const auto& [verdict, packages] : from.not_stored) {
    auto& all = to.not_stored[verdict];
    all.insert(all.end(), packages.begin(), packages.end());
  }
}

/// "shop-api (shop-api/src/main.rs has changed), …": why local units were compiled. Several units
/// of a package usually have one reason.
std::string words_of_cold(const std::vector<store::Explanation>& units) {
  constexpr std::size_t most_packages = 5;
  std::vector<std::string> out;
  for (const auto& unit : units) {
    // As when the workspace is built for the first time.
    if (unit.reasons.front().kind == store::ColdReason::NoEntry) continue;
    auto text = fmt::format("{} ({})", unit.package, unit.reasons.front().text);
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(shortened(std::move(out), most_packages), ", "));
}

void report_external(const StoreSummary& total, const Shell& shell) {
  const auto& units = total.external;
  // For a build, cook has usually put all of them in place.
  const bool is_all_present = units.present == units.total && units.compiled == 0;
  if (is_all_present && total.local.total > 0) return;
  shell.status(
      "Restored",
      fmt::format("{} of {} external units from the store ({:.1f} s), compiled {}, saved {}",
                  units.restored, units.total - units.present, total.seconds, units.compiled,
                  units.saved));
  if (!units.not_stored.empty()) shell.note(note_of_not_stored(units.not_stored, "external"));
}

void report_local(const StoreSummary& total, const Shell& shell) {
  const auto& units = total.local;
  if (units.total == 0) return;
  if (units.present < units.total || units.compiled > 0) {
    // Cargo may have compiled units that were there.
    const auto wanted = std::max(units.total - units.present, units.compiled);
    auto text = fmt::format("{} of {} local units from the store, compiled {}, saved {}",
                            units.restored, wanted, units.compiled, units.saved);
    const auto cold = words_of_cold(total.cold);
    if (!cold.empty()) text += ": " + cold;
    shell.status("Restored", text);
  }
  if (!units.not_stored.empty()) shell.note(note_of_not_stored(units.not_stored, "local"));
}

}  // namespace

void add_summary(const StoreSummary& from, StoreSummary& to) {
  add_counts(from.external, to.external);
  add_counts(from.local, to.local);
  to.cold.insert(to.cold.end(), from.cold.begin(), from.cold.end());
  to.kept += from.kept;
}

void report_summary(const StoreSummary& total, const Shell& shell) {
  report_external(total, shell);
  report_local(total, shell);
}

void report_unused(const store::Store& store, const Shell& shell) {
  if (store.foreign() > 0) {
    shell.note(fmt::format(
        "{} entries of {} were not used, because they are not signed with LARDER_STORE_KEY",
        store.foreign(), store.directory()));
  }
  if (store.damaged() == 0) return;
  shell.note(fmt::format("{} damaged entries of the store were not used{}", store.damaged(),
                         store.is_writable() ? ", and have been removed" : ""));
}

}  // namespace larder::cook
