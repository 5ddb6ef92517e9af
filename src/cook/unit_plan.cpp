#include "larder/cook/unit_plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "larder/base/path.hpp"
#include "larder/base/text.hpp"

namespace larder::cook {

namespace {

std::string codegen_of(const std::string& word, const std::string& next, char letter) {
  const std::string flag{'-', letter};
  if (word == flag || (letter == 'C' && word == "--codegen")) return next;
  if (letter == 'C' && word.starts_with("--codegen=")) return word.substr(10);
  return word.starts_with(flag) ? word.substr(2) : "";
}

/// A linker argument that does not name a file, although it may name a linker in PATH.
bool is_plain_link_argument(const std::string& word) {
  if (word.find_first_of("/ @") != std::string::npos) return false;
  return starts_with_one_of(word, {"-fuse-ld=", "-Wl,-z,", "-Wl,--as-needed", "-Wl,--build-id",
                                   "-Wl,--compress-debug-sections=", "-Wl,--gc-sections", "-Wl,-O",
                                   "-Wl,--threads", "-Wl,--no-rosegment", "-m", "-pthread"});
}

/// Whether a codegen option reads a file.
bool codegen_reads(const std::string& option, bool is_linked) {
  if (starts_with_one_of(option, {"profile-use=", "profile-sample-use="})) return true;
  if (option.starts_with("llvm-args=")) return option.find('/') != std::string::npos;
  const bool links =
      starts_with_one_of(option, {"link-arg=", "link-args=", "pre-link-arg", "post-link-arg"});
  return links && is_linked && !is_plain_link_argument(option.substr(option.find('=') + 1));
}

/// Whether a flag that cargo does not set itself makes rustc read more files.
bool reads_more(const PlannedUnit& unit, const std::string& build_directory) {
  const auto& words = unit.call.arguments;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto& word = words[i];
    const auto next = i + 1 < words.size() ? words[i + 1] : std::string();
    if (starts_with_one_of(word, {"@", "--sysroot", "-l"})) return true;
    if (codegen_reads(codegen_of(word, next, 'C'), unit.is_linked)) return true;
    const auto unstable = codegen_of(word, next, 'Z');
    if (unstable.find('/') != std::string::npos && !unstable.starts_with("remap-")) return true;
    // Libraries that cargo did not compile.
    const auto library = word == "--extern" ? next.find('=') : std::string::npos;
    if (library != std::string::npos && !path::is_within(next.substr(library + 1), build_directory))
      return true;
    if (word.starts_with("--extern=")) return true;
    // A target specification.
    if (word == "--target" && next.ends_with(".json")) return true;
    // Cargo itself only passes `-L dependency=DIRECTORY`.
    if (word.starts_with("-L") && (word != "-L" || !next.starts_with("dependency="))) return true;
  }
  return false;
}

/// Looks at all crate types, because a library may have several.
bool has_linked_type(const StubbedCall& call) {
  const auto& words = call.arguments;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--crate-type" && words[i + 1] != "lib" && words[i + 1] != "rlib") return true;
  }
  return false;
}

class PlanMaker {
 public:
  PlanMaker(const DryRun& run, const cargo::Lockfile& lock, LocalUnits local)
      : run_(run), lock_(lock), local_(local) {
    for (const auto& call : run.calls) {
      const auto [at, is_new] = calls_.emplace(call.unit_hash(), &call);
      if (!is_new) at->second = nullptr;  // ambiguous: either could be the unit's
    }
    for (std::size_t i = 0; i < run.after.size(); ++i) by_value_[run.after[i].value].push_back(i);
  }

  UnitPlan make() {
    out_.build_directory = run_.copied_to;
    out_.rustc = driver::read_rustc_info(run_.answers);
    for (std::size_t i = 0; i < run_.after.size(); ++i) place(i);
    return std::move(out_);
  }

 private:
  static constexpr std::size_t ambiguous = static_cast<std::size_t>(-1);

  /// Places a unit after all its dependencies and returns its index.
  std::size_t place(std::size_t note) {
    if (const auto done = placed_.find(note); done != placed_.end()) return done->second;
    placed_[note] = ambiguous;  // cargo's graph has no cycles
    PlannedUnit unit;
    unit.note = run_.after[note];
    bool complete = true;
    for (const auto& dependency : driver::dependencies_of(unit.note)) {
      const auto found = find_dependency(dependency.value);
      const auto index = found == ambiguous ? ambiguous : place(found);
      complete = complete && index != ambiguous;
      if (index != ambiguous) unit.dependencies.push_back(index);
    }
    describe(unit);
    if (unit.verdict == UnitVerdict::Storable) {
      unit.verdict = complete ? verdict_on(unit) : UnitVerdict::Unknown;
    }
    const auto index = out_.units.size();
    find_units_below(unit);
    unit.is_observed =
        unit.is_local || unit.is_script_run || !unit.script_runs.empty() || may_load_macros(unit);
    macros_.push_back(!unit.is_linked && may_load_macros(unit));
    out_.units.push_back(std::move(unit));
    return placed_[note] = index;
  }

  /// The fingerprint of a unit's dependency. Values differ, also those of two runs of one build
  /// script, because stubbed scripts print names of their own.
  std::size_t find_dependency(const std::string& value) const {
    const auto found = by_value_.find(value);
    return found == by_value_.end() || found->second.size() > 1 ? ambiguous : found->second.front();
  }

  void describe(PlannedUnit& unit) const {
    unit.is_script_run = unit.note.is_script_run();
    if (unit.is_script_run) {
      describe_run(unit);
      return;
    }
    const auto* call = call_of(unit);
    if (call == nullptr) {
      describe_without_call(unit);
      return;
    }
    unit.call = *call;
    // This is the dry run's wrapper. If the user has one, no store is used.
    unit.call.environment.unset("RUSTC_WRAPPER");
    unit.compilation = unit.call;
    unit.is_proc_macro = unit.call.option("crate-type") == "proc-macro";
    unit.is_linked = has_linked_type(unit.call);
    const auto variable = [&](const char* name) {
      return unit.call.environment.get(name).value_or("");
    };
    unit.package = variable("CARGO_PKG_NAME") + " " + variable("CARGO_PKG_VERSION");
    unit.package_directory = variable("CARGO_MANIFEST_DIR");
    const auto directory = path::normalize(unit.call.option("out-dir"));
    if (path::is_within(directory, run_.copied_to))
      unit.output_directory = path::relative(directory, run_.copied_to);
    unit.is_local = !is_external(variable("CARGO_PKG_NAME"), variable("CARGO_PKG_VERSION"));
    if (!unit.is_local) return;
    if (local_ == LocalUnits::LeaveOut) {
      unit.verdict = UnitVerdict::Local;
    } else if (!unit.call.codegen("incremental").empty()) {
      unit.verdict = UnitVerdict::Incremental;
    }
  }

  /// Cargo gives a `dylib` or `cdylib` of a local package no hash, unless the layout is the new
  /// one.
  void describe_without_call(PlannedUnit& unit) const {
    unit.verdict = UnitVerdict::Unknown;
    const auto& entries = lock_.named(unit.note.package);
    unit.is_local = !entries.empty() && std::all_of(entries.begin(), entries.end(), [&](auto at) {
      return lock_.packages[at].is_local();
    });
    if (!unit.is_local) return;
    unit.package = unit.note.package + " " + lock_.packages[entries.front()].version.str();
    unit.verdict = local_ == LocalUnits::LeaveOut ? UnitVerdict::Local : UnitVerdict::SharesName;
  }

  /// Takes the data from the package whose build script it runs.
  void describe_run(PlannedUnit& unit) const {
    unit.verdict = UnitVerdict::Unknown;
    for (const auto index : unit.dependencies) {
      const auto& script = out_.units[index];
      if (script.note.package != unit.note.package || script.is_script_run) continue;
      unit.package = script.package;
      unit.package_directory = script.package_directory;
      unit.compilation = script.compilation;
      unit.is_local = script.is_local;
      unit.verdict = script.is_left_out() ? UnitVerdict::Local : UnitVerdict::Storable;
    }
    const auto* call = call_of(unit);
    if (call != nullptr) {
      unit.call = *call;
      unit.call.environment.unset("RUSTC_WRAPPER");
    } else if (unit.verdict == UnitVerdict::Storable) {
      unit.verdict = UnitVerdict::Unknown;
    }
  }

  const StubbedCall* call_of(const PlannedUnit& unit) const {
    const auto found = calls_.find(unit.note.hash);
    return found == calls_.end() ? nullptr : found->second;
  }

  bool is_external(const std::string& name, const std::string& version) const {
    bool found = false;
    for (const auto index : lock_.named(name)) {
      const auto& package = lock_.packages[index];
      if (package.version.str() != version) continue;
      if (package.is_local()) return false;
      found = true;
    }
    return found;
  }

  UnitVerdict verdict_on(const PlannedUnit& unit) const {
    for (const auto index : unit.dependencies) {
      const auto below = out_.units[index].verdict;
      if (below == UnitVerdict::Local) return UnitVerdict::Unknown;
      if (below != UnitVerdict::Storable) return UnitVerdict::Above;
    }
    if (!unit.is_script_run && reads_more(unit, run_.copied_to)) return UnitVerdict::Flags;
    return UnitVerdict::Storable;
  }

  void find_units_below(PlannedUnit& unit) const {
    std::set<std::size_t> below;
    for (const auto index : unit.dependencies) {
      below.insert(index);
      below.insert(out_.units[index].below.begin(), out_.units[index].below.end());
    }
    unit.below.assign(below.begin(), below.end());
    std::copy_if(below.begin(), below.end(), std::back_inserter(unit.script_runs),
                 [&](std::size_t index) { return out_.units[index].is_script_run; });
  }

  /// Includes a proc-macro that another crate re-exports. A linked unit ends the chain.
  bool may_load_macros(const PlannedUnit& unit) const {
    return std::any_of(unit.dependencies.begin(), unit.dependencies.end(), [&](std::size_t index) {
      return out_.units[index].is_proc_macro || macros_[index];
    });
  }

  const DryRun& run_;
  const cargo::Lockfile& lock_;
  LocalUnits local_;
  std::map<std::string, const StubbedCall*> calls_;
  std::map<std::string, std::vector<std::size_t>> by_value_;
  std::map<std::size_t, std::size_t> placed_;
  /// By unit: whether rustc may load a proc-macro when compiling its dependents.
  std::vector<bool> macros_;
  UnitPlan out_;
};

}  // namespace

std::string reason_of(UnitVerdict verdict) {
  switch (verdict) {
    case UnitVerdict::Storable:
    case UnitVerdict::Local:
      break;
    case UnitVerdict::Incremental:
      return "compiled incrementally";
    case UnitVerdict::SharesName:
      return "without a hash in the file name";
    case UnitVerdict::ComparesDates:
      return "run when the date of any file changes, because the build script prints no `rerun-if`";
    case UnitVerdict::Flags:
      return "with rustc flags that name files";
    case UnitVerdict::Unknown:
      return "with files of cargo or rustc that were not understood";
    case UnitVerdict::ReadsOutside:
      return "reading a file outside the package";
    case UnitVerdict::NotObserved:
      return "not observed";
    case UnitVerdict::AsksForDate:
      return "asking for the date";
    case UnitVerdict::UsesNetwork:
      return "using the network";
    case UnitVerdict::RunsUnobserved:
      return "using a program that cannot be observed";
    case UnitVerdict::LeavesRunning:
      return "leaving a process running";
    case UnitVerdict::WritesOutside:
      return "writing outside the unit's own directory";
    case UnitVerdict::ReadsMachine:
      return "reading the state of the machine";
    case UnitVerdict::ReadsBuildDirectory:
      return "reading other files of the build directory";
    case UnitVerdict::Changed:
      return "reading a file that changed during compilation";
    case UnitVerdict::AlwaysRuns:
      return "run by cargo every time, because `rerun-if-changed` names a missing file";
    case UnitVerdict::RanOverOthers:
      return "run in a directory with files of an earlier run";
    case UnitVerdict::MakesSpecialFiles:
      return "creating links or other special files";
    case UnitVerdict::Above:
      return "depending on such a unit";
  }
  return "";
}

std::string PlannedUnit::profile_directory() const {
  const auto end = std::min(note.directory.find("/.fingerprint/"), note.directory.find("/build/"));
  return note.directory.substr(0, end);
}

UnitPlan make_unit_plan(const DryRun& run, const cargo::Lockfile& lock, LocalUnits local) {
  return PlanMaker(run, lock, local).make();
}

}  // namespace larder::cook
