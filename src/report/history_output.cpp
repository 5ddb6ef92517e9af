#include <fmt/format.h>

#include "change_json.hpp"
#include "larder/base/shortened.hpp"
#include "larder/report/difference_output.hpp"
#include "larder/report/history.hpp"

namespace larder::report {

namespace {

using json = nlohmann::ordered_json;

/// `12/148`, or a word if there are no such numbers.
std::string dirtied(const HistoryEntry& entry) {
  switch (entry.verdict) {
    case Verdict::First:
      return "first";
    case Verdict::Same:
      return "-";
    case Verdict::Unreadable:
      return "error";
    case Verdict::Changed:
      break;
  }
  return fmt::format("{}/{}", entry.recompiled, entry.external_packages);
}

std::string entry_text(const HistoryEntry& entry) {
  auto out = fmt::format("{}  {}  {:>9}  {}\n", short_id(entry), date_of(entry), dirtied(entry),
                         entry.subject);
  const auto indented = [&](std::string_view text) { out += fmt::format("{:33}{}\n", "", text); };
  if (entry.verdict == Verdict::Unreadable)
    indented(fmt::format("{}: {}", entry.error_id, entry.error));
  std::vector<std::string> lines;
  for (const auto& change : entry.changes) {
    auto line = fmt::format("{}: {}", name_of(change.kind), change.text);
    if (!change.causes.empty()) line += " [" + place_of(change.causes.front()) + "]";
    lines.push_back(std::move(line));
  }
  for (const auto& line : shortened(std::move(lines), most_changes)) indented(line);
  return out;
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::First:
      return "first";
    case Verdict::Same:
      return "same";
    case Verdict::Changed:
      return "changed";
    case Verdict::Unreadable:
      break;
  }
  return "unreadable";
}

json entry_json(const HistoryEntry& entry) {
  json out{{"id", entry.id},
           {"date", date_of(entry)},
           {"time", entry.time},
           {"author", entry.author},
           {"subject", entry.subject},
           {"verdict", verdict_name(entry.verdict)},
           {"touches_manifests", entry.touches_manifests}};
  if (entry.verdict == Verdict::Unreadable)
    out["error"] = {{"id", entry.error_id}, {"message", entry.error}};
  if (entry.verdict != Verdict::Changed) return out;
  out["recompiled"] = entry.recompiled;
  out["external_packages"] = entry.external_packages;
  out["changes"] = json::array();
  for (const auto& change : entry.changes) out["changes"].push_back(change_json(change));
  return out;
}

}  // namespace

std::string history_text(const History& history) {
  std::string out;
  for (const auto& entry : history.entries) {
    if (history.lists_all || entry.verdict == Verdict::Changed ||
        entry.verdict == Verdict::Unreadable)
      out += entry_text(entry);
  }
  const auto sum = totals(history);
  if (!out.empty()) out += "\n";
  out += fmt::format("{} commits, {} changed the recipe", sum.commits, sum.recipe_changes);
  if (sum.recipe_changes > 0) {
    out += fmt::format("; on average, {:.0f}% of the external packages were recompiled",
                       100 * sum.mean_share_recompiled);
  }
  out += fmt::format("\n{} changed manifests or the lock file, but not the recipe\n",
                     sum.changes_avoided);
  if (sum.unreadable > 0) out += fmt::format("{} could not be prepared\n", sum.unreadable);
  return printable(out);
}

std::string history_json(const History& history) {
  const auto sum = totals(history);
  json kinds = json::object();
  for (const auto& [kind, count] : sum.kinds) kinds[std::string(name_of(kind))] = count;
  json out{{"range", history.range},
           {"commands", history.commands},
           {"shallow", history.is_cut},
           {"totals",
            {{"commits", sum.commits},
             {"recipe_changes", sum.recipe_changes},
             {"changes_avoided", sum.changes_avoided},
             {"unreadable", sum.unreadable},
             {"mean_share_recompiled", sum.mean_share_recompiled},
             {"causes", kinds}}},
           {"commits", json::array()}};
  for (const auto& entry : history.entries) out["commits"].push_back(entry_json(entry));
  return dump(out);
}

const OutputFormats<History>& history_formats() {
  static const OutputFormats<History> formats{{"human", history_text}, {"json", history_json}};
  return formats;
}

}  // namespace larder::report
