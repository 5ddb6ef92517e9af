#include "larder/report/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "calendar.hpp"

namespace larder::report {

HistoryTotals totals(const History& history) {
  HistoryTotals out;
  out.commits = history.entries.size();
  double shares = 0;
  for (const auto& entry : history.entries) {
    if (entry.verdict == Verdict::Unreadable) ++out.unreadable;
    if (entry.verdict == Verdict::Same && entry.touches_manifests) ++out.changes_avoided;
    if (entry.verdict != Verdict::Changed) continue;
    ++out.recipe_changes;
    ++out.kinds[entry.main_kind()];
    shares += entry.share();
  }
  if (out.recipe_changes > 0)
    out.mean_share_recompiled = shares / static_cast<double>(out.recipe_changes);
  return out;
}

void fill(HistoryEntry& entry, const std::vector<CommandDifference>& differences) {
  std::set<std::string> recompiled;
  for (const auto& command : differences) {
    // If there are several commands, the one with the most packages counts.
    entry.external_packages = std::max(entry.external_packages, command.external_packages);
    recompiled.insert(command.recompiled.begin(), command.recompiled.end());
    for (const auto& change : command.changes) {
      const bool known =
          std::any_of(entry.changes.begin(), entry.changes.end(), [&](const Change& other) {
            return other.kind == change.kind && other.text == change.text;
          });
      if (!known) entry.changes.push_back(change);
    }
  }
  entry.recompiled = recompiled.size();
  entry.external_packages = std::max(entry.external_packages, entry.recompiled);
  std::stable_sort(entry.changes.begin(), entry.changes.end(),
                   [](const Change& a, const Change& b) { return a.kind < b.kind; });
}

std::string date_of(const HistoryEntry& entry) {
  return day_of(moment(entry.time) + std::chrono::minutes(entry.offset));
}

std::string short_id(const HistoryEntry& entry) {
  return entry.id.substr(0, 8);
}

}  // namespace larder::report
