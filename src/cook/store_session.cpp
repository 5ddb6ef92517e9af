#include "larder/cook/store_session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/memory.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/toml/whitespace.hpp"
#include "larder/cook/cargo_locks.hpp"
#include "larder/cook/dry_run.hpp"
#include "larder/cook/skeleton_place.hpp"
#include "larder/observe/preload.hpp"
#include "larder/store/hash.hpp"
#include "larder/store/store.hpp"
#include "store_summary.hpp"

namespace larder::cook {

namespace {

/// For example, a cache that a CI system has not filled yet, or an empty mount.
bool is_missing_or_empty(const std::string& path) {
  std::error_code failed;
  return !std::filesystem::is_directory(path, failed) ||
         (std::filesystem::is_empty(path, failed) && !failed);
}

/// Reports what the dry run's cargo downloads. The real run finds it there and reports nothing.
void report_downloads(const std::string& errors, const Shell& shell) {
  std::istringstream lines(errors);
  for (std::string line; std::getline(lines, line);) {
    const auto words = cargo::trimmed(line);
    const auto verb = words.substr(0, words.find(' '));
    if (verb == "Updating" || verb == "Downloading" || verb == "Downloaded")
      shell.status(verb, cargo::trimmed(words.substr(verb.size())));
  }
}

std::string reason_against(const StoredCommand& command) {
  return reason_against_store(command.line.subcommand, command.line.unstable,
                              command.cargo.environment, command.config);
}

DryRun run_of(const StoredCommand& command, const RustcAnswers& answers) {
  return dry_run_from_nothing(command.cargo, command.line, command.more, command.directory,
                              command.workspace_root, command.directories, answers);
}

}  // namespace

/// Removes the files of a dry run while cargo works.
class Removal {
 public:
  explicit Removal(std::shared_ptr<const TemporaryDirectory> directory)
      : directory_(std::move(directory)) {
    try {
      thread_ = std::thread([this] { directory_.reset(); });
    } catch (const std::system_error&) {  // the destructor does it
    }
  }
  ~Removal() {
    if (thread_.joinable()) thread_.join();
  }
  Removal(const Removal&) = delete;
  Removal& operator=(const Removal&) = delete;

 private:
  std::shared_ptr<const TemporaryDirectory> directory_;
  std::thread thread_;
};

/// One command's plan and the state that belongs to it.
struct StoreSession::Command {
  Command(const OpenStores& stores, const DryRun& run, const StoredCommand& command,
          FileDigests& digests)
      : plan(make_plan(run, command)),
        units(stores, plan,
              UnitKeys(command.cargo_version, command.directory, plan,
                       {command.workspace_root, directories_left_out(stores, command)}, digests),
              command.directories.build_directory, command.workspace_root),
        build_directory(command.directories.build_directory),
        target_directory(command.directories.target_directory) {}

  static UnitPlan make_plan(const DryRun& run, const StoredCommand& command) {
    auto out = make_unit_plan(run, command.lock, command.local);
    observe_scripts_that_link(out);
    return out;
  }

  /// By their own names and by their real paths.
  static std::vector<std::string> directories_left_out(const OpenStores& stores,
                                                       const StoredCommand& command) {
    std::vector<std::string> out{command.directories.build_directory,
                                 command.directories.target_directory};
    for (const auto* store : stores.all()) out.push_back(store->directory());
    const auto count = out.size();
    for (std::size_t i = 0; i < count; ++i) out.push_back(without_links(out[i]));
    return out;
  }

  UnitPlan plan;
  UnitStore units;
  std::string build_directory, target_directory;
  std::int64_t since = 0;
  /// Set while cargo runs, if something is to be observed.
  std::unique_ptr<observe::Preload> preload;
};

struct StoreSession::State {
  State(const StoreRequest& request, const Shell& to) : limits(request.limits), shell(to) {
    if (!request.directory.empty()) {
      main.emplace(request.directory,
                   request.read_only ? store::Access::Read : store::Access::ReadAndWrite,
                   request.trusted, request.secret);
    }
    for (const auto& directory : request.others) {
      if (is_missing_or_empty(directory)) {
        shell.warning("there is no store in " + directory + ", so no units are restored from it");
        continue;
      }
      others.push_back(std::make_unique<store::Store>(directory, store::Access::Read,
                                                      request.trusted, request.secret));
    }
    digests.emplace(main ? main->kept(known_files).value_or("") : "");
  }

  /// Leaves to the next cook which files it need not read again.
  void keep_digests() const {
    const auto known = digests->known();
    if (main && !known.empty()) main->keep(known_files, known);
  }

  OpenStores stores() {
    OpenStores out;
    if (main) out.main = &*main;
    for (const auto& store : others) out.others.push_back(store.get());
    return out;
  }

  std::vector<std::unique_ptr<store::Lock>> locks() {
    std::vector<std::unique_ptr<store::Lock>> out;
    for (const auto* store : stores().all()) {
      out.push_back(std::make_unique<store::Lock>(store->directory(), store::Lock::Kind::Shared));
    }
    return out;
  }

  /// Records for a later `store export --used` what all commands of this cook used.
  void note_used(const Command& units) {
    const auto& directory = units.target_directory;
    const auto [at, is_first] = used.try_emplace(directory);
    if (is_first) at->second.before = read_used_units(directory, UsedList::Last);
    at->second.now.merge(units.units.used(at->second.before));
    write_used_units(directory, UsedList::Last, at->second.now);
    note_local(units);
  }

  /// Records for the next build which local units it must not leave to cargo.
  static void note_local(const Command& units) {
    const auto local = units.units.used_local();
    if (!local.empty()) write_used_units(units.target_directory, UsedList::Local, local);
  }

  struct Used {
    UsedUnits before, now;
  };

  /// The name of a text in the main store.
  const std::string known_files = store::hash("digests of files");

  store::Limits limits;
  std::optional<FileDigests> digests;
  /// By target directory.
  std::map<std::string, Used> used;
  std::optional<store::Store> main;
  std::vector<std::unique_ptr<store::Store>> others;
  Shell shell;
  std::unique_ptr<Command> command;
  std::optional<Removal> removal;
  /// Whether the dry run of the last command failed.
  bool is_unplanned = false;
  StoreSummary total;
};

StoreSession::StoreSession(const StoreRequest& request, const Shell& shell)
    : state_(std::make_unique<State>(request, shell)) {}

StoreSession::~StoreSession() = default;

RustcAnswers StoreSession::answers(const std::string& cargo_version,
                                   const std::string& subcommand) const {
  return {state_->stores().main, cargo_version, subcommand};
}

/// Null if the store is not used for such a command.
std::unique_ptr<StoreSession::Command> StoreSession::planned(const StoredCommand& command) const {
  const auto reason = reason_against(command);
  if (!reason.empty()) {
    state_->shell.warning("the store is not used for this command: " + reason);
    return nullptr;
  }
  const auto run = run_of(command, answers(command.cargo_version, command.line.subcommand));
  if (!succeeded(run.status)) {
    throw Error("cargo-failed", "cannot find out which units the command has:\n" + run.errors);
  }
  const auto compiler = reason_against_compiler(run);
  if (!compiler.empty()) {
    state_->shell.warning("the store is not used for this command: " + compiler);
    return nullptr;
  }
  return std::make_unique<Command>(state_->stores(), run, command, *state_->digests);
}

std::vector<store::Explanation> StoreSession::explain(const StoredCommand& command) {
  const auto units = planned(command);
  const auto store_locks = state_->locks();
  if (!units) return {};
  return units->units.explain(read_used_units(units->target_directory, UsedList::Local));
}

std::vector<ComparedUnit> StoreSession::compare(const StoredCommand& command) {
  const auto units = planned(command);
  const auto store_locks = state_->locks();
  return units ? units->units.compare() : std::vector<ComparedUnit>();
}

void StoreSession::restore(const StoredCommand& command) {
  state_->command.reset();
  state_->is_unplanned = false;
  if (state_->stores().all().empty()) return;
  const auto reason = reason_against(command);
  if (!reason.empty()) {
    state_->shell.note("the store is not used: " + reason);
    return;
  }
  const auto started = now_in_nanoseconds();
  auto run = run_of(command, answers(command.cargo_version, command.line.subcommand));
  // The real run will report the error, if it has it too.
  state_->is_unplanned = !succeeded(run.status);
  if (state_->is_unplanned) return;
  report_downloads(run.errors, state_->shell);
  const auto compiler = reason_against_compiler(run);
  if (!compiler.empty()) {
    state_->shell.note("the store is not used: " + compiler);
    return;
  }
  state_->command = std::make_unique<Command>(state_->stores(), run, command, *state_->digests);
  auto& units = *state_->command;
  for (const auto& made : {units.target_directory, units.build_directory})
    make_target_directory(made);
  const CargoLocks locks(units.build_directory, units.plan);
  if (!locks.are_held()) {
    state_->shell.note("the store is not used: another cargo is working in " +
                       units.build_directory);
    state_->command.reset();
    return;
  }
  const auto store_locks = state_->locks();
  const KeptMemory memory;
  const auto before = read_used_units(units.target_directory, UsedList::Local);
  units.units.restore(before, [&](const UsedUnits& now) {
    if (now != before) write_used_units(units.target_directory, UsedList::Local, now);
  });
  // The date comes from the file system that also dates the files that cargo writes.
  const auto mark = path::join(own_directory(command.directories.target_directory), "started");
  write_file_atomically(mark, "");
  units.since = modified(mark).value_or(0);
  ::unlink(mark.c_str());
  state_->total.seconds += static_cast<double>(now_in_nanoseconds() - started) / 1e9;
  // Not earlier: on some file systems, files are created slowly shortly after others were removed.
  state_->removal.emplace(std::move(run.directory));
}

Environment StoreSession::observed(Environment environment) {
  if (!state_->command || !state_->stores().can_save()) return environment;
  auto& units = *state_->command;
  if (!units.units.needs_observation()) return environment;
  try {
    auto preload = std::make_unique<observe::Preload>(environment);
    if (preload->can_be_loaded()) {
      environment = preload->observed(std::move(environment));
      units.preload = std::move(preload);
      return environment;
    }
    state_->shell.note(
        fmt::format("build scripts and proc-macros are not observed, so units that depend on them "
                    "are not stored, nor are local units: {}",
                    sizeof(void*) == 4 ? "cargo-larder is a 32-bit program"
                                       : "the directory for temporary files is mounted noexec. Set "
                                         "TMPDIR to another directory"));
  } catch (const Error& error) {
    state_->shell.warning("build scripts and proc-macros are not observed: " + error.render());
  }
  return environment;
}

bool StoreSession::take_back_changed() {
  if (!state_->command) return false;
  auto& units = *state_->command;
  const auto changed = units.units.take_back_changed(units.since);
  for (const auto& text : changed) {
    state_->shell.warning(fmt::format("{} while the build was running, so cargo runs again", text));
  }
  return !changed.empty();
}

void StoreSession::save() {
  if (state_->is_unplanned) {
    state_->shell.warning(
        "the store was not used: cargo could not be asked which units the command has, although it "
        "succeeded then");
  }
  if (!state_->command) return;
  auto& units = *state_->command;
  const CargoLocks locks(units.build_directory, units.plan);
  units.units.count_compiled(units.since);
  if (state_->stores().can_save() && locks.are_held()) {
    const auto store_locks = state_->locks();
    const KeptMemory memory;
    try {
      units.units.save_restored();
      // Read late, because logs are large.
      const auto logs =
          units.preload ? UnitLogs(observe::read_logs(units.preload->logs())) : UnitLogs();
      units.preload.reset();
      units.units.save(units.since, logs);
    } catch (const Error& error) {
      state_->shell.warning("some of the compiled units were not stored: " + error.render());
    }
  }
  state_->keep_digests();
  state_->note_used(units);
  add_summary(units.units.summary(), state_->total);
  state_->command.reset();
}

void StoreSession::note_failure() {
  if (!state_->command) return;
  auto& units = *state_->command;
  units.units.doubt_compiled(units.since);
  State::note_local(units);
  state_->command.reset();
}

void StoreSession::close() {
  const auto& total = state_->total;
  if (total.external.total + total.local.total == 0) return;
  report_summary(total, state_->shell);
  for (const auto* store : state_->stores().all()) report_unused(*store, state_->shell);
  if (!state_->stores().can_save() || total.external.saved + total.local.saved + total.kept == 0)
    return;
  const auto& store = *state_->main;
  if (store::bytes_of(store) > state_->limits.bytes) (void)store::collect(store, state_->limits);
}

}  // namespace larder::cook
