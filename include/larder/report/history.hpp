#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "larder/report/output_format.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// What a commit did to the recipe, beside its first parent.
enum class Verdict {
  /// The first commit of all: there is nothing to compare with.
  First,
  Same,
  Changed,
  /// No recipe can be made of it.
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
  /// Of all commands, each once.
  std::vector<Change> changes;
  /// External packages that are compiled again, out of all.
  std::size_t recompiled = 0;
  std::size_t external_packages = 0;
  /// Of an unreadable one.
  std::string error_id;
  std::string error;

  /// The first of its changes; `Skeleton` when there is none.
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
  /// What was asked about, for people: "HEAD", "v1..main".
  std::string range;
  /// The cargo commands, as one would type them.
  std::vector<std::string> commands;
  /// The newest first.
  std::vector<HistoryEntry> entries;
  /// Whether it ends where a shallow clone does.
  bool is_cut = false;
  /// Whether the text for people has the commits that change nothing.
  bool lists_all = false;
};

struct HistoryTotals {
  std::size_t commits = 0;
  std::size_t recipe_changes = 0;
  /// Changes of manifests or lock file that left the recipe as it was.
  std::size_t changes_avoided = 0;
  std::size_t unreadable = 0;
  /// Of the external packages, over all commits that change the recipe; 0 without any.
  double mean_share_recompiled = 0;
  /// Commits by what their first change is.
  std::map<ChangeKind, std::size_t> kinds;
};
HistoryTotals totals(const History& history);

/// Takes over what a comparison found.
void fill(HistoryEntry& entry, const std::vector<CommandDifference>& differences);

/// "2026-11-02", where the committer was.
std::string date_of(const HistoryEntry& entry);

/// As git abbreviates it.
std::string short_id(const HistoryEntry& entry);

/// A commit may change hundreds of packages: so many are listed, `diff` tells all.
inline constexpr std::size_t most_changes = 6;

/// For people: the commits that change the recipe, and with `History::lists_all` the others too.
std::string history_text(const History& history);
std::string history_json(const History& history);
/// Those of `history`.
const OutputFormats<History>& history_formats();
/// One page of HTML that needs nothing else.
std::string history_page(const History& history);

}  // namespace larder::report
