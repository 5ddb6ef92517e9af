#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/base/shell.hpp"
#include "larder/cook/cold_variants.hpp"
#include "larder/cook/unit_conditions.hpp"
#include "larder/cook/unit_examination.hpp"
#include "larder/cook/unit_files.hpp"
#include "larder/cook/unit_key.hpp"
#include "larder/cook/unit_plan.hpp"
#include "larder/cook/used_units.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/store/store.hpp"

namespace larder::cook {

/// What a store did for units, either the external or the local ones.
struct UnitCounts {
  std::size_t total = 0;
  /// Already in the build directory.
  std::size_t present = 0;
  std::size_t restored = 0;
  std::size_t compiled = 0;
  std::size_t saved = 0;
  /// Units that can never be stored, and compiled ones that were not: their packages by reason.
  std::map<UnitVerdict, std::vector<std::string>> not_stored;
};

/// What a store did for one command.
struct StoreSummary {
  UnitCounts external, local;
  /// The local units that no store had, with the reason, without those that only lie above others.
  std::vector<store::Explanation> cold;
  /// Restored from other stores and now also kept in the main one.
  std::size_t kept = 0;
  /// What planning and restoring took.
  double seconds = 0;
};

/// A unit that was compiled again, compared with what a store has.
struct ComparedUnit {
  /// "serde 1.0.228 lib-serde 1f…"
  std::string name;
  /// The files for which no entry has the same bytes; empty when one entry has all.
  std::vector<std::string> differing;
};

/// The stores to take units from, in order, and the one to save in.
struct OpenStores {
  /// Null when nothing is to be saved.
  store::Store* main = nullptr;
  /// Only read.
  std::vector<store::Store*> others;

  /// `main` and `others`.
  std::vector<store::Store*> all() const;
  bool can_save() const { return main != nullptr && main->is_writable(); }
};

/// Moves the units of one plan between stores and a build directory.
///
/// Restores only sets of units that were compiled against each other, because rustc rejects others.
/// Cargo judges restored units like any others and recompiles those that it knows to be out of
/// date. Key and conditions cover what cargo does not know.
class UnitStore {
 public:
  UnitStore(OpenStores stores, const UnitPlan& plan, UnitKeys keys,
            const std::string& build_directory, std::string workspace_root);

  /// Puts units from a store into the build directory if they are not there. Local ones also
  /// replace those that are there if `local` lists them and they are out of date. Before cargo
  /// could take any for fresh, it passes the new list to `record`: it must be on disk even if the
  /// build fails or is killed. Throws `file-write`.
  using Record = std::function<void(const UsedUnits&)>;
  void restore(UsedUnits local, const Record& record);
  /// Saves units restored from other stores in the main one. Throws `file-write`.
  void save_restored();
  /// What `restore` would do with each unit, and why not more. The stores should be open for
  /// reading only.
  std::vector<store::Explanation> explain(UsedUnits local);
  /// The units in the build directory that a store has for the same conditions and dependencies.
  std::vector<ComparedUnit> compare();
  /// Whether cargo will compile a unit that can be stored only if it is observed.
  bool needs_observation() const;
  /// Takes out restored local units that cargo has not compiled since a moment and whose conditions
  /// no longer hold. Says what has changed, one sentence for each unit.
  std::vector<std::string> take_back_changed(std::int64_t since);
  /// Counts the units that cargo has compiled, or run, since a moment.
  void count_compiled(std::int64_t since);
  /// Saves the units that cargo has compiled since a moment. Call it after cargo has ended, while
  /// no other cargo works in the directory. Throws `file-write`.
  void save(std::int64_t since, const UnitLogs& logs);
  /// Instead of `save`, after a build that failed: the next build compiles these units again.
  void doubt_compiled(std::int64_t since);

  const StoreSummary& summary() const { return summary_; }
  /// The units of the plan that are known to be in a store: those restored and saved here, and of
  /// those already in the build directory the ones that `earlier` lists.
  UsedUnits used(const UsedUnits& earlier) const;
  /// The list that was passed to `restore`, with the local units restored and saved since.
  UsedUnits used_local() const;

 private:
  /// Stands for the build script's `OUT_DIR` in what it printed. Text never contains a NUL.
  static constexpr std::string_view out_directory_placeholder{"\0OUT_DIR\0", 9};

  /// A variant under a unit's key.
  struct Candidate {
    store::Store* from = nullptr;
    store::FoundVariant found;
  };
  struct Chosen {
    std::size_t index = 0;
    store::Store* from = nullptr;
    store::FoundVariant found;
    std::vector<std::string> contents;
  };

  bool is_storable(const PlannedUnit& unit) const;
  UnitCounts& counts_of(const PlannedUnit& unit) {
    return unit.is_local ? summary_.local : summary_.external;
  }
  void read_ahead();
  void look_ahead(const std::vector<std::size_t>& absent);
  const std::vector<Candidate>& candidates_of(std::size_t index);
  bool is_outdated(std::size_t index);
  bool is_current(std::size_t index, const UsedUnit& used);
  void explain_cold(const std::vector<std::size_t>& absent);
  std::optional<std::string> output_of_all_below(const PlannedUnit& unit);
  std::string words_of_read(const std::string& name, const std::string& state) const;
  const std::string& key_of(std::size_t index);
  std::optional<std::map<std::string, std::string>> dependency_outputs(const PlannedUnit& unit);
  bool holds(const store::Store& from, const store::Variant& variant, const PlannedUnit& unit,
             const std::map<std::string, std::string>& dependencies);
  bool reads_the_same(const store::Store& from, const store::Variant& variant);
  std::vector<std::string> other_variables(const store::Variant& variant,
                                           const PlannedUnit& unit) const;
  std::string state_of(const std::string& read);
  std::optional<Chosen> choose(std::size_t index);
  void take(const Chosen& chosen);
  bool reads_what_is_left(const store::Variant& variant) const;
  void leave_again(const Chosen& chosen) const;
  std::optional<Chosen> choose_whole(std::size_t index);
  bool restore_all(const std::vector<std::size_t>& absent, std::int64_t date, const Record& record);
  static bool read_contents(Chosen& chosen);
  static void drop_outputs(Chosen& chosen);
  void note_use(Chosen chosen);
  void remove_from_build_directory(const PlannedUnit& unit) const;
  void note_not_stored(std::size_t index, UnitVerdict verdict);
  void write(const Chosen& chosen, bool notes, std::int64_t date) const;
  bool is_as_stored(const PlannedUnit& unit, const store::StoredFile& file) const;
  std::optional<std::vector<std::string>> differing_files(std::size_t index);
  std::vector<store::WhyCold> unmet(const store::Store& from, const store::Variant& variant,
                                    const PlannedUnit& unit);
  std::vector<store::WhyCold> why_cold(std::size_t index, std::optional<SimilarEntries>& similar);
  void prepare_run(const PlannedUnit& unit, std::int64_t date) const;
  std::string out_directory_of(const PlannedUnit& unit) const;
  std::string place_of(const PlannedUnit& unit, const std::string& file) const;
  std::optional<std::string> content_of(const PlannedUnit& unit, const std::string& file) const;
  std::string output_of(std::size_t index);
  std::string output_on_disk(const PlannedUnit& unit) const;
  bool names_place(const PlannedUnit& unit, const std::string& bytes) const;
  struct Saving;
  UnitVerdict examine(Saving& saving, UnitExamination& examination);
  bool save_files(Saving& saving) const;
  bool save_file(Saving& saving, const std::string& file, bool is_output) const;
  store::StoredFile save_contents(const PlannedUnit& unit, const std::string& file,
                                  const std::string& bytes) const;
  UnitVerdict save_unit(Saving& saving);
  void leave_unsaved(std::size_t index, UnitVerdict verdict);
  void doubt(const PlannedUnit& unit);

  OpenStores stores_;
  const UnitPlan& plan_;
  UnitKeys keys_;
  UnitDirectory directory_;
  std::string workspace_root_;
  /// By the unit's index: its key with its parts, and the digest of its output in the build
  /// directory.
  std::map<std::size_t, KeyParts> key_parts_;
  std::map<std::size_t, std::string> known_keys_, outputs_;
  /// By the unit's index. Documents are read once.
  std::map<std::size_t, std::vector<Candidate>> candidates_;
  /// Runs of build scripts whose directory has files of an earlier run.
  std::set<std::size_t> run_over_;
  /// Compiled in this run and not stored.
  std::set<std::size_t> unsaved_;
  /// As they were when units were chosen.
  FileStates states_;
  /// The files that the chosen units will leave in the directory for temporary files.
  std::set<std::string> left_;
  /// Restored from other stores; without contents.
  std::vector<Chosen> taken_;
  /// By the unit's index: the names of their variants.
  std::map<std::size_t, std::string> used_;
  /// The restored local units, with the variant and its store.
  std::map<std::size_t, std::pair<store::Store*, store::Variant>> restored_local_;
  /// The directories of the plan's external packages.
  std::set<std::string> package_directories_;
  /// Documents of which a blob is missing or damaged.
  std::set<std::string> broken_;
  UsedUnits local_;
  /// Local units that were in the build directory and are replaced.
  std::set<std::size_t> outdated_;
  /// Units that were in the build directory before anything was restored.
  std::set<std::size_t> is_present_;
  StoreSummary summary_;
};

/// Why a command's plan cannot be relied on; empty when it can.
std::string reason_against_store(const std::string& subcommand,
                                 const std::vector<std::string>& unstable,
                                 const Environment& environment, const cargo::Config& config);

}  // namespace larder::cook
