#include "stored_build.hpp"

#include <fmt/format.h>

#include <utility>

#include "larder/base/files.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cook/cook.hpp"
#include "recorded.hpp"

namespace larder::commands {

namespace {

/// The artifacts of the dry run must not be copied anywhere.
std::string reason_against_dry_run(const cargo::CommandLine& line, const cargo::Config& config,
                                   const Environment& environment, const std::string& lock_file) {
  if (!DiskTree().is_file(lock_file)) return "there is no Cargo.lock yet";
  for (const auto* name : {"CARGO_BUILD_ARTIFACT_DIR", "CARGO_BUILD_OUT_DIR"}) {
    if (environment.get(name)) return std::string(name) + " is set";
  }
  for (const auto* key : {"artifact-dir", "out-dir"}) {
    if (config.find({"build", key})) return std::string("a config file sets build.") + key;
  }
  for (const auto& flag : line.own) {
    if (flag.name == "--fix") return "`--fix` changes the sources";
  }
  return "";
}

/// Programs in the place of rustc are only known to cook if cargo itself puts them there.
std::string reason_against_local(const cargo::CommandLine& line, const cargo::Config& config,
                                 const Environment& environment) {
  if (line.subcommand == "clippy") return "";
  for (const auto* name : {"RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"}) {
    if (environment.get(name)) return std::string(name) + " is set";
  }
  if (config.find({"build", "rustc-workspace-wrapper"}))
    return "a config file sets build.rustc-workspace-wrapper";
  return "";
}

/// A build as a store sees it.
class PreparedBuild {
 public:
  PreparedBuild(const Context& context, const StoredBuild& build)
      : build_(build), line_(build.line), local_(build.local) {
    const auto& environment = build.cargo.environment;
    const auto stated = cargo::Config::of_arguments(DiskTree(), build.directory, build.line.config);
    const auto machine = cook::machine_config(build.directory, environment);
    const auto lock_file =
        cargo::lockfile_place(build.workspace_root, build.directory, environment, machine, stated);
    config_ = machine.below(stated);
    reason_ = reason_against_dry_run(build.line, config_, environment, lock_file);
    if (!reason_.empty()) return;
    if (local_ == cook::LocalUnits::Include) {
      reason_against_local_ = reason_against_local(build.line, config_, environment);
      if (!reason_against_local_.empty()) local_ = cook::LocalUnits::LeaveOut;
    }
    // `--artifact-dir` would receive the stubs.
    if (line_.subcommand == "build") cargo::clear_flags(line_, {cargo::FlagRole::Own});
    directories_ = directories_of(context, build.directory, build.workspace_root, build.line);
    lock_ = cargo::read_lockfile(DiskTree(), lock_file);
    version_ = driver::cargo_version(build.cargo, build.directory);
  }

  /// Says why the store is not used, or not for all units. Returns whether it is.
  bool report(const Shell& shell) const {
    if (!reason_.empty()) shell.note("the store is not used: " + reason_);
    if (!reason_against_local_.empty())
      shell.note("local units are not stored: " + reason_against_local_);
    return reason_.empty();
  }

  /// Runs cargo with what rustc answered in earlier builds.
  ExitStatus with_answers(const cook::StoreSession& session,
                          const std::function<ExitStatus()>& run) const {
    const auto answers = session.answers(version_, line_.subcommand);
    const cook::AnswersForWrapper answered(answers, "", directories_.build_directory);
    return run();
  }

  cook::StoredCommand command() const {
    return {build_.cargo,          version_,     line_,   {},    build_.directory,
            build_.workspace_root, directories_, config_, lock_, local_};
  }

 private:
  const StoredBuild& build_;
  cargo::CommandLine line_;
  cook::LocalUnits local_;
  cargo::Config config_;
  cargo::Lockfile lock_;
  driver::BuildDirectories directories_;
  std::string version_, reason_, reason_against_local_;
};

}  // namespace

ExitStatus run_with_store(const Context& context, const StoredBuild& build,
                          const std::function<ExitStatus(const Environment&)>& run) {
  const auto& environment = build.cargo.environment;
  const PreparedBuild prepared(context, build);
  if (!prepared.report(context.shell)) return run(environment);
  cook::StoreSession session(build.store, context.shell);
  session.restore(prepared.command());
  const auto observed = session.observed(environment);
  auto status = prepared.with_answers(session, [&] { return run(observed); });
  while (session.take_back_changed() && succeeded(status)) status = run(observed);
  if (succeeded(status)) {
    session.save();
  } else {
    session.note_failure();
  }
  session.close();
  return status;
}

std::vector<store::Explanation> explain_build(const Context& context, const StoredBuild& build) {
  const PreparedBuild prepared(context, build);
  if (!prepared.report(context.shell)) return {};
  return cook::StoreSession(build.store, context.shell).explain(prepared.command());
}

std::vector<cook::ComparedUnit> compare_build(const Context& context, const StoredBuild& build) {
  const PreparedBuild prepared(context, build);
  if (!prepared.report(context.shell)) return {};
  return cook::StoreSession(build.store, context.shell).compare(prepared.command());
}

cargo::CommandLine compiling_only(cargo::CommandLine line) {
  if (line.subcommand == "install" || line.intent == cargo::Intent::Doc) {
    throw Error("unsupported", fmt::format("`cargo {}` cannot be verified yet", line.subcommand))
        .hint("verify `cargo build` or `cargo check` with the same flags");
  }
  if (line.doc) {
    // Documentation tests have the same dependencies as the library and its unit tests.
    line.doc = false;
    line.lib = true;
  }
  if (line.runs_tests()) {
    line.no_run = true;
    line.trailing.clear();
  }
  return line;
}

}  // namespace larder::commands
