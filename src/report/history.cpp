#include "larder/report/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace larder::report {

namespace {

struct Date {
  std::int64_t year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

/// Of a number of days since 1970-01-01, in the Gregorian calendar: years begin in March, so that
/// the leap day is the last of them.
Date date_of_day(std::int64_t days) {
  constexpr std::int64_t days_of_era = 146097;
  constexpr std::int64_t from_march_of_year_0 = 719468;
  const auto shifted = days + from_march_of_year_0;
  const auto era = (shifted >= 0 ? shifted : shifted - days_of_era + 1) / days_of_era;
  const auto day_of_era = shifted - era * days_of_era;
  const auto year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto month = (5 * day_of_year + 2) / 153;
  const auto day = day_of_year - (153 * month + 2) / 5 + 1;
  const auto calendar_month = month < 10 ? month + 3 : month - 9;
  return {year_of_era + era * 400 + (calendar_month <= 2 ? 1 : 0),
          static_cast<unsigned>(calendar_month), static_cast<unsigned>(day)};
}

}  // namespace

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
    // Of several commands, the one with most packages is what there is to compile.
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
  constexpr std::int64_t seconds_of_day = 86400;
  // Further away are only damaged commits.
  constexpr std::int64_t furthest = 253402300799;
  const auto time =
      std::clamp<std::int64_t>(entry.time, 0, furthest) + std::int64_t{60} * entry.offset;
  const auto days = (time >= 0 ? time : time - seconds_of_day + 1) / seconds_of_day;
  const auto date = date_of_day(days);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string short_id(const HistoryEntry& entry) {
  return entry.id.substr(0, 8);
}

}  // namespace larder::report
