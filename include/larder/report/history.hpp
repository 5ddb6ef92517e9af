#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "larder/report/output_format.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// What a commit did to the recipe, compared with its first parent.
enum class Verdict {
  /// A root commit: there is nothing to compare with.
  First,
  Same,
  Changed,
  /// No recipe can be made from it.
  Unreadable
};

struct HistoryEntry {
  std::string id;
  std::string subject;
  std::string author;
  /// In seconds since 1970, and the offset from UTC in minutes.
  std::int64_t time = 0;
  int offset = 0;
  Verdict verdict = Verdict::Same;
  /// Whether a Cargo.toml or Cargo.lock differs from that of the first parent.
  bool touches_manifests = false;
  /// The changes of all commands, without duplicates.
  std::vector<Change> changes;
  /// The number of external packages compiled again, and of all external packages.
  std::size_t recompiled = 0;
  std::size_t external_packages = 0;
  /// Set when the commit is unreadable.
  std::string error_id;
  std::string error;

  /// The kind of the first change; `Skeleton` when there is none.
  ChangeKind main_kind() const {
    return changes.empty() ? ChangeKind::Skeleton : changes.front().kind;
  }
  double share() const {
    return external_packages == 0
               ? 0
               : static_cast<double>(recompiled) / static_cast<double>(external_packages);
  }
};

struct History {
  /// The range as given by the user: "HEAD", "v1..main".
  std::string range;
  /// The cargo commands, as typed.
  std::vector<std::string> commands;
  /// Newest first.
  std::vector<HistoryEntry> entries;
  /// Whether the history ends because the clone is shallow.
  bool is_cut = false;
  /// Whether the human-readable text lists commits that change nothing.
  bool lists_all = false;
};

struct HistoryTotals {
  std::size_t commits = 0;
  std::size_t recipe_changes = 0;
  /// Commits that changed manifests or the lock file but not the recipe.
  std::size_t changes_avoided = 0;
  std::size_t unreadable = 0;
  /// The share of external packages compiled again, averaged over all commits that change the
  /// recipe; 0 when there are none.
  double mean_share_recompiled = 0;
  /// Commits by the kind of their first change.
  std::map<ChangeKind, std::size_t> kinds;
};
HistoryTotals totals(const History& history);

/// Fills in the results of a comparison.
void fill(HistoryEntry& entry, const std::vector<CommandDifference>& differences);

/// "2026-11-02", in the committer's time zone.
std::string date_of(const HistoryEntry& entry);

/// Abbreviated as git does it.
std::string short_id(const HistoryEntry& entry);

/// The number of changes listed per commit, which may have hundreds. `diff` lists them all.
inline constexpr std::size_t most_changes = 6;

/// Human-readable: the commits that change the recipe, and with `History::lists_all` the others
/// too.
std::string history_text(const History& history);
std::string history_json(const History& history);
/// The formats of `history`.
const OutputFormats<History>& history_formats();
/// A self-contained HTML page.
std::string history_page(const History& history);

}  // namespace larder::report
